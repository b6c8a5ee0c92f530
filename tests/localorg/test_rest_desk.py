"""The front desk: paths, methods, versions, sizes, counting, limits, faults and the log."""

from dataclasses import replace

import pytest

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.exchange import DropConnection, Handler, Request, Response
from sfrouter.localorg.org import Org
from tests.localorg.small_world import BASE, NOON, robot, small_org


def send(org: Org, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Response:
    """A raw request with a good token."""
    token = org.open_session("@robot").token
    sent = {"Authorization": f"Bearer {token}"} | (headers or {})
    path, _, query = path.partition("?")
    return org.handle(Request(method, path, query, sent, body))


def code(response: Response) -> str:
    return str(response.json()[0]["errorCode"])


def test_the_version_list_needs_no_token_and_is_not_counted() -> None:
    org = small_org()
    answer = org.handle(Request("GET", "/services/data/"))
    versions = answer.json()
    assert versions[0] == {"label": "Summer '14", "url": "/services/data/v31.0", "version": "31.0"}
    assert versions[-1] == {"label": "Summer '26", "url": "/services/data/v67.0", "version": "67.0"}
    assert versions[1]["label"] == "Winter '15"
    assert versions[2]["label"] == "Spring '15"
    assert answer.header("Sforce-Limit-Info") is None
    assert org.calls.used() == 0


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/services",
        "/services/data/v65.0/nothing",
        "/services/data/v65/limits",
        "/services/data/65.0/limits",
        "/services/data/v68.0/limits",
        "/services/data/v65.1/limits",
        "/services/data/v65.0/sobjects/Nothing",
        "/services/data/v65.0/sobjects/Nothing/describe",
        "/services/data/v65.0/sobjects//Lead",
        "/services/data/v65.0/composite/nothing",
        "/services/data/v65.0/tooling/sobjects/ApexClass",
        "/services/data/v65.0/tooling/nothing",
        "/services/Soap/u/60.0",
    ],
)
def test_an_unknown_path_is_404_not_found(path: str) -> None:
    answer = send(small_org(), "GET", path)
    assert answer.status == 404
    expected = [{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}]
    assert answer.json() == expected


def test_a_retired_version_is_410() -> None:
    assert send(small_org(), "GET", "/services/data/v30.0/limits").status == 410


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/limits", "GET,HEAD"),
        ("PUT", "/sobjects/Lead", "GET,HEAD,POST"),
        ("PATCH", "/sobjects/Lead", "GET,HEAD,POST"),
        ("DELETE", "/query", "GET,HEAD"),
        ("GET", "/composite/sobjects", "DELETE,PATCH,POST"),
        ("POST", "/sobjects/Lead/00Q5e0000000001", "DELETE,GET,HEAD,PATCH"),
    ],
)
def test_a_wrong_method_is_405_and_names_those_allowed(method: str, path: str, allowed: str) -> None:
    answer = send(small_org(), method, BASE + path)
    assert answer.status == 405
    message = f"HTTP Method '{method}' not allowed. Allowed are {allowed}"
    assert answer.json() == [{"message": message, "errorCode": "METHOD_NOT_ALLOWED"}]


def test_head_answers_like_get_without_a_body() -> None:
    answer = send(small_org(), "HEAD", f"{BASE}/limits")
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The HTTP entity body is required, but this request has no entity body."),
        (b'{"a": }', "Unexpected character ('}' (code 125)) at [line:1, column:7]"),
        (b'{\n"a": 1', "Unexpected end-of-input at [line:2, column:7]"),
        (b'{"a": NaN}', "Non-standard token 'NaN' in the request body"),
        (b"\xff", "The request body is not readable JSON"),
        (b"[" * 100_000, "The request body is not readable JSON"),
        (b"[1]", "The request body is not a JSON object"),
    ],
)
def test_a_body_that_is_not_json_is_a_json_parser_error(body: bytes, message: str) -> None:
    answer = send(small_org(), "POST", f"{BASE}/sobjects/Lead", {"Content-Type": "application/json"}, body)
    assert answer.status == 400
    assert answer.json() == [{"message": message, "errorCode": "JSON_PARSER_ERROR"}]


def test_another_content_type_is_415() -> None:
    answer = send(small_org(), "POST", f"{BASE}/sobjects/Lead", {"Content-Type": "text/plain"}, b"{}")
    assert (answer.status, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_client_that_wants_xml_only_is_refused() -> None:
    assert send(small_org(), "GET", f"{BASE}/limits", {"Accept": "application/xml"}).status == 406
    assert send(small_org(), "GET", f"{BASE}/limits", {"Accept": "text/html, */*;q=0.1"}).status == 200


def test_a_uri_over_16384_bytes_is_414_and_with_headers_431() -> None:
    org = small_org()
    start = f"{BASE}/query?q="
    assert send(org, "GET", start + "x" * (16_384 - len(start) + 1)).status == 414
    assert send(org, "GET", start + "x" * (16_384 - len(start))).status == 431
    assert send(org, "GET", f"{BASE}/limits", {"X-Big": "x" * 16_384}).status == 431
    assert send(org, "GET", start + "x" * 15_000).status == 400


def test_every_data_call_is_counted_refused_ones_too_and_each_answer_tells_the_usage() -> None:
    org = small_org(limits={"daily_api_requests": 5})
    robot(org).get("/limits")
    answer = robot(org).get("/sobjects/Nothing")
    assert answer.header("Sforce-Limit-Info") == "api-usage=2/5"
    limits = robot(org).get("/limits").json()
    assert limits["DailyApiRequests"] == {"Max": 5, "Remaining": 2}


def test_the_daily_limit_refuses_with_403_until_24_hours_have_passed() -> None:
    org = small_org(limits={"daily_api_requests": 2})
    for _ in range(2):
        assert robot(org).get("/limits").status == 200
    refused = robot(org).get("/limits")
    assert refused.status == 403
    expected = [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    assert refused.json() == expected
    assert refused.header("Sforce-Limit-Info") == "api-usage=2/2"
    org.clock.advance(24 * 3600 + 60)
    assert robot(org).get("/limits").header("Sforce-Limit-Info") == "api-usage=1/2"


def test_the_resource_list_names_what_is_served_and_the_caller() -> None:
    org = small_org()
    body = robot(org).get("/").json()
    assert body["query"] == f"{BASE}/query"
    assert body["identity"] == org.identity_url(org.aliases["robot"])
    for name in ("query", "queryAll", "composite", "limits", "sobjects"):
        assert send(org, "GET", body[name]).status in {200, 400}, name


def test_middlewares_stand_around_the_org_in_their_order() -> None:
    org = small_org()
    seen: list[str] = []

    def first(request: Request, following: Handler) -> Response:
        seen.append("first in")
        answer = following(replace(request, path=f"{BASE}/limits"))
        seen.append("first out")
        return replace(answer, status=299)

    def second(request: Request, following: Handler) -> Response:
        seen.append("second")
        return following(request)

    org.middlewares += [first, second]
    assert robot(org).get("/nothing").status == 299
    assert seen == ["first in", "second", "first out"]


def test_a_dropped_line_is_an_exception_in_process_and_after_means_the_work_is_done() -> None:
    org = small_org()

    def cut_after(request: Request, following: Handler) -> Response:
        following(request)
        raise DropConnection("after")

    org.middlewares.append(cut_after)
    with pytest.raises(DropConnection) as caught:
        robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"City": "Rome"})
    assert caught.value.when == "after"
    row = org.store.get("Lead", org.aliases["lead"])
    assert row is not None
    assert row["City"] == "Rome"


def test_the_log_tells_what_was_asked_by_whom_with_which_headers() -> None:
    org = small_org()
    Actor(org, "@bob").query("SELECT Id FROM Lead", {"Sforce-Query-Options": "batchSize=200"})
    entry = org.request_log[-1]
    assert (entry.method, entry.path, entry.status) == ("GET", f"{BASE}/query", 200)
    assert entry.query == "SELECT Id FROM Lead"
    assert entry.user_id == org.aliases["bob"]
    assert entry.headers == {"sforce-query-options": "batchSize=200"}
    assert entry.time == NOON
