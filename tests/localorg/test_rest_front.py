"""The front desk's later additions: method override, warnings, long calls, resources that are refused."""

from collections.abc import Callable

import pytest

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.limits import LONG_CALLS, LongCalls
from sfrouter.localorg.org import Org
from tests.localorg.small_world import robot, small_org


def test_a_post_may_stand_for_a_patch() -> None:
    org = small_org()
    lead = org.aliases["lead"]
    assert robot(org).post(f"/sobjects/Lead/{lead}?_HttpMethod=PATCH", {"City": "Rome"}).status == 204
    row = org.store.get("Lead", lead)
    assert row is not None
    assert row["City"] == "Rome"
    assert robot(org).post(f"/sobjects/Lead/{lead}?_HttpMethod=DELETE", {}).status == 204


def test_the_override_is_case_sensitive_and_only_for_posts() -> None:
    org = small_org()
    lead = org.aliases["lead"]
    small = robot(org).post(f"/sobjects/Lead/{lead}?_HttpMethod=patch", {"City": "Rome"})
    assert (small.status, small.json()[0]["errorCode"]) == (405, "METHOD_NOT_ALLOWED")
    assert robot(org).get(f"/sobjects/Lead/{lead}?_HttpMethod=DELETE").status == 200
    assert org.store.get("Lead", lead) is not None


def test_old_versions_carry_a_warning_where_the_world_says_so() -> None:
    org = small_org(api={"deprecated_below": 41})
    old = Actor(org, "@robot", version="40.0").get("/limits")
    assert str(old.header("Warning")).startswith('299 - "This API is deprecated')
    assert Actor(org, "@robot", version="41.0").get("/limits").header("Warning") is None
    assert Actor(small_org(), "@robot", version="31.0").get("/limits").header("Warning") is None


@pytest.mark.parametrize("path", ["/search?q=FIND+%7Bx%7D", "/parameterizedSearch?q=x"])
def test_search_is_refused_plainly(path: str) -> None:
    answer = robot(small_org()).get(path)
    assert (answer.status, answer.json()[0]["errorCode"]) == (501, "NOT_IMPLEMENTED")
    assert "no search" in answer.json()[0]["message"]


def holding(org: Org, count: int, then: Callable[[], Response]) -> Response:
    """What the call `then` gets while `count` others are under way, all older than 20 seconds."""
    calls = [org.long_calls.underway() for _ in range(count)]
    for call in calls:
        call.__enter__()
    org.clock.advance(20)
    try:
        return then()
    finally:
        for call in reversed(calls):
            call.__exit__(None, None, None)


def test_the_next_call_is_refused_while_25_long_ones_run() -> None:
    org = small_org()
    actor = robot(org)
    refused = holding(org, LONG_CALLS, lambda: actor.get("/limits"))
    expected = {"message": "ConcurrentPerOrgLongTxn Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}
    assert (refused.status, refused.json()) == (403, [expected])
    assert holding(org, LONG_CALLS - 1, lambda: actor.get("/limits")).status == 200
    assert actor.get("/limits").status == 200


def test_short_calls_have_no_limit_and_the_world_sets_that_of_long_ones() -> None:
    org = small_org(api={"concurrent_long_calls": 5})
    actor = robot(org)
    assert holding(org, 5, lambda: actor.get("/limits")).status == 403
    many = [org.long_calls.underway() for _ in range(50)]
    for call in many:
        call.__enter__()
    assert actor.get("/limits").status == 200
    for call in reversed(many):
        call.__exit__(None, None, None)


def test_a_call_that_was_slow_itself_is_not_refused_for_its_own_sake() -> None:
    org = small_org(api={"concurrent_long_calls": 1})
    actor = robot(org)

    def slow(request: Request, proceed: Callable[[Request], Response]) -> Response:
        org.clock.advance(60)
        return proceed(request)

    org.middlewares.append(slow)
    assert actor.get("/limits").status == 200


def test_a_call_that_failed_is_no_longer_under_way() -> None:
    org = small_org()
    calls = LongCalls(org.clock)
    with pytest.raises(RuntimeError), calls.underway():
        raise RuntimeError
    org.clock.advance(100)
    assert calls.long() == 0
