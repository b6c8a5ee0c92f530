"""The short list of what the router can ask of the org, each with an answer that was checked."""

from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from sfrouter.salesforce import library
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.errors import (
    AnswerRefusedError,
    FieldMissingError,
    ObjectMissingError,
    QueryFailedError,
    SignInRefusedError,
)
from sfrouter.salesforce.gateway import Identity
from tests.salesforce.scene import EXPIRED, HOST, NOON, ORG, READY, USER, Scene, leads, page

LEAD_DESCRIBE = {"name": "Lead", "fields": [{"name": "Id"}]}
IDENTITY_URL = f"https://login.salesforce.com/id/{ORG}/{USER}"


@pytest.fixture
def ready(scene: Scene) -> Scene:
    scene.signs_in()
    return scene


def test_who_we_are_comes_from_the_sign_in_and_the_organization(ready: Scene) -> None:
    ready.answers("GET", "query/", page([{"Id": ORG, "IsSandbox": True}]))
    assert ready.gateway().identity() == Identity(user_id=USER, org_id=ORG, sandbox=True)


@pytest.mark.parametrize(
    ("listing", "userinfo"),
    [({"identity": IDENTITY_URL}, None), ({"sobjects": "/x"}, {"sub": IDENTITY_URL})],
)
def test_a_ready_token_asks_the_org_who_it_is(scene: Scene, listing: Any, userinfo: Any) -> None:
    scene.answers("GET", "", listing)
    scene.answers("GET", "/services/oauth2/userinfo", userinfo)
    scene.answers("GET", "query/", page([]))
    assert scene.gateway(READY).identity() == Identity(user_id=USER, org_id=ORG, sandbox=None)


def test_an_organization_we_may_not_read_leaves_the_sandbox_open(ready: Scene) -> None:
    ready.answers("GET", "query/", [{"errorCode": "INVALID_TYPE", "message": "x"}], status=400)
    assert ready.gateway().identity().sandbox is None


def test_two_different_orgs_in_one_answer_are_refused(ready: Scene) -> None:
    ready.answers("GET", "query/", page([{"Id": "00D000000000002EAA", "IsSandbox": False}]))
    with pytest.raises(AnswerRefusedError, match="two different orgs"):
        ready.gateway().identity()


def test_an_identity_that_cannot_be_read_is_refused(scene: Scene) -> None:
    scene.answers("GET", "", {"identity": "https://login.salesforce.com/id/x/y"})
    with pytest.raises(AnswerRefusedError, match="who we are"):
        scene.gateway(READY).identity()


def test_limits_are_pairs_and_oddities_are_left_out(ready: Scene) -> None:
    ready.answers("GET", "limits", {"DailyApiRequests": {"Max": 100, "Remaining": 7}, "X": {"Max": "a"}, "Y": 3})
    assert ready.gateway().limits() == {"DailyApiRequests": (100, 7)}


def test_versions_are_asked_for_without_a_token_and_sorted_as_numbers(ready: Scene) -> None:
    ready.answers("GET", "/services/data", [{"version": "100.0"}, {"version": "65.0"}, {"version": "9.0"}])
    assert ready.gateway().versions() == ["9.0", "65.0", "100.0"]
    assert "Authorization" not in ready.sent("/services/data")[0].headers


@pytest.mark.parametrize("body", [{"a": 1}, [{"label": "x"}], [{"version": "x"}], 7])
def test_a_list_of_versions_that_is_none_fails(ready: Scene, body: Any) -> None:
    ready.answers("GET", "/services/data", body)
    with pytest.raises(QueryFailedError):
        ready.gateway().versions()


def test_a_description_is_asked_once_an_hour(ready: Scene) -> None:
    ready.answers("GET", "sobjects/Lead/describe", LEAD_DESCRIBE)
    gateway = ready.gateway()
    for minutes in (0, 30, 29):
        ready.clock.advance(minutes * 60)
        assert gateway.describe("Lead")["name"] == "Lead"
    assert len(ready.sent("describe")) == 1
    ready.clock.advance(60)
    gateway.describe("Lead")
    assert len(ready.sent("describe")) == 2
    gateway.redescribe("Lead")
    assert len(ready.sent("describe")) == 3


def test_a_missing_field_makes_the_description_stale(ready: Scene) -> None:
    message = "No such column 'Foo__c' on entity 'Lead'."
    ready.answers("GET", "sobjects/Lead/describe", LEAD_DESCRIBE)
    ready.answers("GET", "query/", [{"message": message, "errorCode": "INVALID_FIELD"}], status=400)
    gateway = ready.gateway()
    gateway.describe("Lead")
    with pytest.raises(FieldMissingError):
        gateway.query_all_rows("SELECT Foo__c FROM Lead")
    gateway.describe("Lead")
    assert len(ready.sent("describe")) == 2


def test_an_unknown_object_has_no_description(ready: Scene) -> None:
    ready.answers("GET", "sobjects/Led/describe", [{"errorCode": "NOT_FOUND", "message": "x"}], status=404)
    with pytest.raises(ObjectMissingError, match="Led"):
        ready.gateway().describe("Led")
    with pytest.raises(ValueError, match="not a name"):
        ready.gateway().describe("../limits")


@pytest.mark.parametrize("body", [{"name": "Lead"}, [], {"fields": 7}])
def test_a_description_that_cannot_be_read_fails(ready: Scene, body: Any) -> None:
    ready.answers("GET", "sobjects/Lead/describe", body)
    with pytest.raises(QueryFailedError):
        ready.gateway().describe("Lead")


def test_calls_are_counted_by_kind_and_the_days_usage_is_kept(ready: Scene) -> None:
    usage = {"Sforce-Limit-Info": "api-usage=18/5000; per-app-api-usage=17/250(appName=x)"}
    ready.answers("GET", "limits", {}, headers=usage)
    ready.answers("GET", "query/", EXPIRED, status=401)
    ready.answers("GET", "query/", page(leads(1, 1)))
    gateway = ready.gateway()
    before = gateway.usage
    gateway.limits()
    gateway.query_all_rows("SELECT Id FROM Lead")
    assert (before, gateway.usage) == (None, (18, 5000))
    assert gateway.calls.by_kind == {CallKind.SIGN_IN: 2, CallKind.LIMITS: 1, CallKind.QUERY: 2}
    assert (gateway.calls.total, gateway.calls.limited) == (5, 3)


def test_the_orgs_clock_is_followed_whatever_happens_to_ours(ready: Scene) -> None:
    ready.answers(
        "GET", "limits", {}, headers={"Date": format_datetime(NOON + timedelta(minutes=15), usegmt=True)}
    )
    gateway = ready.gateway()
    assert gateway.server_now() == NOON
    assert gateway.clock_skew is None
    gateway.limits()
    assert gateway.server_now() == NOON + timedelta(minutes=15)
    assert gateway.clock_skew == timedelta(minutes=15)
    ready.clock.advance(5)
    ready.clock.set(NOON - timedelta(hours=1))
    assert gateway.server_now() == NOON + timedelta(minutes=15, seconds=5)


def test_the_libraries_own_sign_in_cannot_start_again() -> None:
    """simple-salesforce signs in anew only when it was given a user's secrets; it is given a session id."""
    source = Path(library.__file__).read_text("utf-8")
    assert "session_id=token.value" in source
    for secret in ("password", "consumer_key", "privatekey", "username"):
        assert secret not in source


def test_the_library_does_not_ask_for_padded_answers(ready: Scene) -> None:
    ready.answers("GET", "limits", {})
    ready.gateway().limits()
    headers = ready.sent("/limits")[0].headers
    assert "X-PrettyPrint" not in headers
    assert headers["Accept"] == "application/json"


@pytest.mark.parametrize("version", ["65", "v65.0.1", "", "65.5", "latest"])
def test_an_api_version_that_is_none_is_refused(scene: Scene, version: str) -> None:
    with pytest.raises(ValueError, match="API version"):
        scene.gateway(api_version=version)


def test_a_gateway_is_made_without_a_call_and_may_be_closed(ready: Scene) -> None:
    gateway = ready.gateway(api_version="v65.0")
    gateway.close()
    assert not ready.wire.calls
    assert gateway.calls.total == 0


def test_a_ready_token_that_ended_stops_everything(scene: Scene) -> None:
    scene.answers("GET", "limits", EXPIRED, status=401)
    gateway = scene.gateway(READY)
    for _ in range(3):
        with pytest.raises(SignInRefusedError, match="no longer takes"):
            gateway.limits()
    assert not scene.sent("oauth2/token")
    assert all((one.url or "").startswith(HOST) for one in scene.sent("/"))
