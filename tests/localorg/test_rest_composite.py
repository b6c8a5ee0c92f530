"""Several calls in one: references, headers by subrequest, all or none."""

from email.utils import format_datetime
from typing import Any

import pytest

from sfrouter.localorg.exchange import Response
from sfrouter.localorg.org import Org
from tests.localorg.small_world import BASE, NO_RULE, NOON, RULE, owner_of, robot, small_org

NEW_LEAD = {"LastName": "New", "Company": "Firm"}
HALTED = {
    "errorCode": "PROCESSING_HALTED",
    "message": "The transaction was rolled back since another operation in the same transaction failed.",
}


def part(method: str, path: str, reference: str, body: Any = None, **more: Any) -> dict[str, Any]:
    """One subrequest."""
    found = {"method": method, "url": BASE + path, "referenceId": reference} | more
    return found if body is None else found | {"body": body}


def send(org: Org, *parts: Any, headers: dict[str, str] | None = None, **top: Any) -> Response:
    """A composite call of the integration user."""
    return robot(org).post("/composite", {"compositeRequest": list(parts)} | top, headers)


def answers(response: Response) -> list[dict[str, Any]]:
    """The subrequests' answers."""
    assert response.status == 200, response.body
    return list(response.json()["compositeResponse"])


def test_parts_are_answered_in_order_and_count_as_one_call() -> None:
    org = small_org()
    lead = org.aliases["lead"]
    response = send(
        org,
        part("PATCH", f"/sobjects/Lead/{lead}", "change", {"City": "Rome"}),
        part("GET", f"/sobjects/Lead/{lead}?fields=City", "look"),
        part("POST", "/sobjects/Lead", "make", NEW_LEAD),
    )
    change, look, make = answers(response)
    assert change == {"body": None, "httpHeaders": {}, "httpStatusCode": 204, "referenceId": "change"}
    assert look["body"]["City"] == "Rome"
    assert look["httpHeaders"] == {"Last-Modified": "Mon, 02 Mar 2026 12:00:00 GMT"}
    assert make["httpStatusCode"] == 201
    assert make["httpHeaders"]["Location"] == f"{BASE}/sobjects/Lead/{make['body']['id']}"
    assert response.header("Sforce-Limit-Info") == "api-usage=1/15000"


def test_a_part_refers_to_earlier_answers_in_url_and_body() -> None:
    org = small_org()
    found = answers(
        send(
            org,
            part("POST", "/sobjects/Account", "made", {"Name": "Fresh", "NumberOfEmployees": 7}),
            part("GET", "/sobjects/Account/@{made.id}", "read"),
            part("GET", "/query?q=SELECT+Id+FROM+Account+WHERE+Name='Fresh'", "asked"),
            part(
                "POST",
                "/sobjects/Contact",
                "contact",
                {
                    "LastName": "of @{read.Name}",
                    "AccountId": "@{asked.records[0].Id}",
                    "Title": "@{read.Site}",
                },
            ),
        )
    )
    assert [one["httpStatusCode"] for one in found] == [201, 200, 200, 201]
    row = org.store.get("Contact", found[3]["body"]["id"])
    assert row is not None
    assert (row["LastName"], row["AccountId"], row["Title"]) == ("of Fresh", found[0]["body"]["id"], None)


@pytest.mark.parametrize("reference", ["made.Id", "made.nope", "nobody.id", "made.errors", "made.errors[0]"])
def test_a_reference_without_value_halts_its_part_only(reference: str) -> None:
    org = small_org()
    name = reference.split(".")[0]
    made, dependent, free = answers(
        send(
            org,
            part("POST", "/sobjects/Account", "made", {"Name": "Fresh"}),
            part("GET", f"/sobjects/Account/@{{{reference}}}", "dependent"),
            part("POST", "/sobjects/Account", "free", {"Name": "Free"}),
        )
    )
    assert (made["httpStatusCode"], free["httpStatusCode"]) == (201, 201)
    message = f"Invalid reference specified. No value for {reference} found in {name}."
    assert dependent["httpStatusCode"] == 400
    assert dependent["body"] == [{"message": message, "errorCode": "PROCESSING_HALTED"}]


def test_without_all_or_none_a_failure_skips_its_dependants_and_keeps_the_rest() -> None:
    org = small_org()
    failed, dependent, free = answers(
        send(
            org,
            part("POST", "/sobjects/Account", "failed", {"Nope": 1}),
            part("POST", "/sobjects/Contact", "dependent", {"LastName": "x", "AccountId": "@{failed.id}"}),
            part("POST", "/sobjects/Account", "free", {"Name": "Free"}),
            allOrNone=False,
        )
    )
    assert failed["body"][0]["errorCode"] == "INVALID_FIELD"
    assert dependent["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert free["httpStatusCode"] == 201
    assert org.store.count("Account", {"Name": "Free"}) == 1


def test_with_all_or_none_a_failure_undoes_everything_and_the_others_are_halted() -> None:
    org = small_org()
    lead = org.aliases["lead"]
    before, failed, after = answers(
        send(
            org,
            part("PATCH", f"/sobjects/Lead/{lead}", "before", {"OwnerId": org.aliases["sarah"]}),
            part("POST", "/sobjects/Account", "failed", {"Nope": 1}),
            part("POST", "/sobjects/Account", "after", {"Name": "Free"}),
            allOrNone=True,
        )
    )
    for halted, reference in ((before, "before"), (after, "after")):
        assert halted == {"body": [HALTED], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": reference}
    assert failed["body"][0]["errorCode"] == "INVALID_FIELD"
    assert owner_of(org, lead) == org.aliases["bob"]
    assert org.store.count("LeadHistory") == 0
    assert org.store.count("Account", {"Name": "Free"}) == 0


def test_with_all_or_none_and_no_failure_everything_stays() -> None:
    org = small_org()
    found = answers(send(org, part("POST", "/sobjects/Account", "a", {"Name": "Free"}), allOrNone=True))
    assert found[0]["httpStatusCode"] == 201
    assert org.store.count("Account", {"Name": "Free"}) == 1


def test_a_collection_that_fails_in_one_record_undoes_all_but_still_tells_its_successes() -> None:
    """The guides' own example: success true for a row that was rolled back."""
    org = small_org()
    account = {"attributes": {"type": "Account"}}
    records = {"records": [account | {"Name": "One"}, account | {"Nope": 1}], "allOrNone": False}
    first, second = answers(
        send(
            org,
            part("POST", "/composite/sobjects", "many", records),
            part("POST", "/sobjects/Account", "one", {"Name": "Two"}),
            allOrNone=True,
        )
    )
    assert [one["success"] for one in first["body"]] == [True, False]
    assert first["httpStatusCode"] == 200
    assert second["body"] == [HALTED]
    assert org.store.count("Account") == 2


# -- headers ------------------------------------------------------------


def test_the_assignment_header_counts_by_subrequest_and_an_outer_one_does_not_reach() -> None:
    org = small_org(assignment_rules=[RULE])
    lead = org.aliases["lead"]
    change = {"Country": "FR", "OwnerId": org.aliases["sarah"]}
    answers(send(org, part("PATCH", f"/sobjects/Lead/{lead}", "a", change, httpHeaders=NO_RULE)))
    assert owner_of(org, lead) == org.aliases["sarah"]
    answers(send(org, part("PATCH", f"/sobjects/Lead/{lead}", "a", change), headers=NO_RULE))
    assert owner_of(org, lead) == org.aliases["inbound"]


def test_conditions_count_by_subrequest() -> None:
    org = small_org()
    condition = {"If-Unmodified-Since": format_datetime(NOON, usegmt=True)}
    lead = org.aliases["lead"]
    org.clock.advance(10)
    robot(org).patch(f"/sobjects/Lead/{lead}", {"City": "Rome"})
    late, fine, read = answers(
        send(
            org,
            part("PATCH", f"/sobjects/Lead/{lead}", "late", {"City": "Oslo"}, httpHeaders=condition),
            part(
                "PATCH", f"/sobjects/Account/{org.aliases['acme']}", "fine", {"Name": "A"}, httpHeaders=condition
            ),
            part(
                "GET",
                f"/sobjects/Account/{org.aliases['other']}",
                "read",
                httpHeaders={"If-Modified-Since": condition["If-Unmodified-Since"]},
            ),
        )
    )
    assert (late["httpStatusCode"], fine["httpStatusCode"]) == (412, 204)
    assert (read["httpStatusCode"], read["body"]) == (304, None)
    row = org.store.get("Lead", lead)
    assert row is not None
    assert row["City"] == "Rome"


def test_an_outer_condition_does_not_reach_the_parts() -> None:
    org = small_org()
    org.clock.advance(10)
    robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"City": "Rome"})
    outer = {"If-Unmodified-Since": format_datetime(NOON, usegmt=True)}
    (found,) = answers(
        send(org, part("PATCH", f"/sobjects/Lead/{org.aliases['lead']}", "a", {"City": "x"}), headers=outer)
    )
    assert found["httpStatusCode"] == 204


@pytest.mark.parametrize("name", ["Accept", "authorization", "Content-Type"])
def test_three_headers_are_not_allowed_in_a_part_and_fail_the_whole_call(name: str) -> None:
    org = small_org()
    response = send(
        org,
        part("POST", "/sobjects/Account", "a", {"Name": "Free"}),
        part("GET", "/sobjects/Account", "b", httpHeaders={name: "x"}),
    )
    assert response.status == 400
    assert org.store.count("Account", {"Name": "Free"}) == 0


# -- limits and form ------------------------------------------------------------


def test_twenty_five_parts_are_fine_and_twenty_six_are_not() -> None:
    org = small_org()
    parts = [part("GET", f"/sobjects/Lead/{org.aliases['lead']}", f"r{number}") for number in range(26)]
    assert len(answers(send(org, *parts[:25]))) == 25
    refused = send(org, *parts)
    assert refused.status == 400
    (only,) = refused.json()["compositeResponse"]
    message = "The request can’t contain more than 25 operations."
    assert only["body"] == [{"errorCode": "LIMIT_EXCEEDED", "message": message}]
    assert only["referenceId"] is None


def test_at_most_five_parts_are_queries_or_collections() -> None:
    org = small_org()
    query = [part("GET", "/query?q=SELECT+Id+FROM+Lead", f"q{number}") for number in range(4)]
    rest = [
        part("GET", "/queryAll/?q=SELECT+Id+FROM+Lead", "all"),
        part("GET", f"/composite/sobjects/Lead?ids={org.aliases['lead']}&fields=Id", "many"),
    ]
    assert {one["httpStatusCode"] for one in answers(send(org, *query, rest[0]))} == {200}
    assert send(org, *query, *rest).status == 400


@pytest.mark.parametrize(
    "broken",
    [
        {"method": "GET", "url": f"{BASE}/sobjects/Lead"},
        {"method": "get", "url": f"{BASE}/sobjects/Lead", "referenceId": "a"},
        {"method": "GET", "referenceId": "a"},
        {"method": "GET", "url": f"{BASE}/sobjects/Lead", "referenceId": "a[1]"},
        {"method": "GET", "url": f"{BASE}/sobjects/Lead", "referenceId": "same"},
        {"method": "GET", "url": f"{BASE}/sobjects/Lead", "referenceId": "a", "httpHeaders": {"X": 1}},
        {"method": "GET", "url": f"{BASE}/sobjects/Lead", "referenceId": "a", "headers": {}},
        "GET",
    ],
)
def test_a_part_of_the_wrong_form_fails_the_whole_call(broken: Any) -> None:
    org = small_org()
    response = send(org, part("POST", "/sobjects/Account", "same", {"Name": "Free"}), broken)
    assert response.status == 400
    assert org.store.count("Account", {"Name": "Free"}) == 0


@pytest.mark.parametrize(
    "body",
    [[], {}, {"compositeRequest": {}}, {"compositeRequest": []}, {"compositeRequest": [], "allOrNone": "true"}],
)
def test_a_body_of_the_wrong_form_is_refused(body: Any) -> None:
    assert robot(small_org()).post("/composite", body).status == 400


@pytest.mark.parametrize("path", ["/limits", "/composite", "/nothing", "/composite/batch"])
def test_resources_that_composite_does_not_serve_are_404_in_their_part(path: str) -> None:
    (found,) = answers(send(small_org(), part("GET", path, "a")))
    assert found["httpStatusCode"] == 404


def test_a_part_must_name_an_api_version_and_may_name_another() -> None:
    org = small_org()
    wrong = {"method": "GET", "url": "/sobjects/Lead", "referenceId": "a"}
    other = {
        "method": "GET",
        "url": f"/services/data/v50.0/sobjects/Lead/{org.aliases['lead']}",
        "referenceId": "b",
    }
    first, second = answers(send(org, wrong, other))
    assert first["httpStatusCode"] == 404
    assert second["body"]["attributes"]["url"].startswith("/services/data/v50.0/")


def test_parts_stand_in_the_log_with_their_own_headers() -> None:
    org = small_org()
    send(org, part("PATCH", f"/sobjects/Lead/{org.aliases['lead']}", "a", {}, httpHeaders=NO_RULE))
    inner, outer = org.request_log
    assert (inner.method, inner.inside_composite, inner.status) == ("PATCH", True, 204)
    assert inner.headers["sforce-auto-assign"] == "FALSE"
    assert (outer.path, outer.inside_composite) == (f"{BASE}/composite", False)
    assert "sforce-auto-assign" not in outer.headers
