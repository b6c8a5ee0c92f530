"""Composite batch: independent calls, each done, counted and answered by itself."""

from typing import Any

import pytest

from sfrouter.localorg.exchange import Response
from sfrouter.localorg.org import Org
from tests.localorg.small_world import BASE, robot, small_org

NEW_LEAD = {"LastName": "New", "Company": "Firm"}
HALTED = {
    "statusCode": 412,
    "result": [{"errorCode": "BATCH_PROCESSING_HALTED", "message": "Batch processing halted per request"}],
}


def part(method: str, url: str, body: Any = None) -> dict[str, Any]:
    """One subrequest."""
    return {"method": method, "url": f"v65.0{url}"} | ({} if body is None else {"richInput": body})


def send(org: Org, *parts: Any, **top: Any) -> Response:
    return robot(org).post("/composite/batch", {"batchRequests": list(parts)} | top)


def test_each_part_has_its_status_and_result_in_order() -> None:
    org = small_org()
    lead = org.aliases["lead"]
    answer = send(
        org,
        part("PATCH", f"/sobjects/Lead/{lead}", {"City": "Rome"}),
        part("GET", f"/sobjects/Lead/{lead}?fields=City"),
        part("GET", "/query?q=SELECT+COUNT()+FROM+Lead"),
    )
    assert answer.status == 200
    body = answer.json()
    assert body["hasErrors"] is False
    assert body["results"][0] == {"statusCode": 204, "result": None}
    assert body["results"][1]["statusCode"] == 200
    assert body["results"][1]["result"]["City"] == "Rome"
    assert body["results"][2]["result"]["totalSize"] == 2


def test_a_failed_part_stops_nothing_and_earlier_writes_stay() -> None:
    org = small_org()
    body = send(
        org,
        part("POST", "/sobjects/Lead", NEW_LEAD),
        part("POST", "/sobjects/Lead", {"Company": "No name"}),
        part("POST", "/sobjects/Lead", NEW_LEAD),
    ).json()
    assert body["hasErrors"] is True
    assert [one["statusCode"] for one in body["results"]] == [201, 400, 201]
    assert body["results"][1]["result"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert org.store.count("Lead", {"LastName": "New"}) == 2


def test_halt_on_error_leaves_the_rest_undone_but_keeps_what_was_done() -> None:
    org = small_org()
    body = send(
        org,
        part("POST", "/sobjects/Lead", NEW_LEAD),
        part("GET", "/sobjects/Lead/00Q000000000000EAA"),
        part("POST", "/sobjects/Lead", NEW_LEAD),
        part("GET", "/limits"),
        haltOnError=True,
    ).json()
    assert [one["statusCode"] for one in body["results"]] == [201, 404, 412, 412]
    assert body["results"][2:] == [HALTED, HALTED]
    assert org.store.count("Lead", {"LastName": "New"}) == 1


def test_every_part_counts_as_a_call_and_the_limit_hits_in_the_middle() -> None:
    org = small_org(limits={"daily_api_requests": 3})
    answer = send(org, *[part("GET", "/limits")] * 5)
    assert [one["statusCode"] for one in answer.json()["results"]] == [200, 200, 200, 403, 403]
    assert answer.json()["results"][3]["result"][0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"
    assert answer.header("Sforce-Limit-Info") == "api-usage=3/3"


def test_a_url_may_start_with_the_whole_path_and_name_an_older_version() -> None:
    answer = send(small_org(), {"method": "GET", "url": "/services/data/v40.0/sobjects/Lead/describe"})
    assert answer.json()["results"][0]["statusCode"] == 200


def test_other_resources_are_not_found_inside_a_batch() -> None:
    results = send(small_org(), part("POST", "/composite/batch", {}), part("GET", "/tooling")).json()["results"]
    assert [one["statusCode"] for one in results] == [404, 404]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "JSON_PARSER_ERROR"),
        ({"batchRequests": []}, "JSON_PARSER_ERROR"),
        ({"batchRequests": [part("GET", "/limits")], "haltOnError": "yes"}, "JSON_PARSER_ERROR"),
        ({"batchRequests": [part("GET", "/limits")] * 26}, "LIMIT_EXCEEDED"),
        ({"batchRequests": [part("GET", "/limits") | {"httpHeaders": {}}]}, "JSON_PARSER_ERROR"),
        ({"batchRequests": [part("FETCH", "/limits")]}, "JSON_PARSER_ERROR"),
        ({"batchRequests": [{"method": "GET", "url": "limits"}]}, "JSON_PARSER_ERROR"),
        ({"batchRequests": [{"method": "GET", "url": "v66.0/limits"}]}, "UNSUPPORTED_API_VERSION"),
        ({"batchRequests": [{"method": "GET", "url": "v33.0/limits"}]}, "UNSUPPORTED_API_VERSION"),
        ({"batchRequests": ["GET"]}, "JSON_PARSER_ERROR"),
    ],
)
def test_a_batch_that_is_not_well_formed_is_refused_whole(body: Any, code: str) -> None:
    org = small_org()
    answer = robot(org).post("/composite/batch", body)
    assert (answer.status, answer.json()[0]["errorCode"]) == (400, code)
    assert not [entry for entry in org.request_log if entry.inside_composite]


def test_outer_headers_do_not_reach_the_parts() -> None:
    org = small_org()
    lead = org.aliases["lead"]
    old = {"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    body = {"batchRequests": [part("PATCH", f"/sobjects/Lead/{lead}", {"City": "Rome"})]}
    answer = robot(org).post("/composite/batch", body, old)
    assert answer.json()["results"][0]["statusCode"] == 204
    assert next(entry.path for entry in org.request_log) == f"{BASE}/sobjects/Lead/{lead}"
