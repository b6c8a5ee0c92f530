"""Several questions in one call: it counts as one, and whatever gets no answer so is asked by itself."""

import json
from datetime import timedelta
from typing import Any

import pytest

from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.errors import DailyLimitError, ObjectMissingError
from sfrouter.salesforce.gateway import Gateway
from tests.salesforce.scene import DAILY, NOON, PAGE_503, Scene

OBJECTS = ("Account", "Lead", "User")


def description(name: str) -> dict[str, Any]:
    return {"name": name, "fields": [{"name": "Id"}]}


def part(place: int, body: Any, status: int = 200) -> dict[str, Any]:
    return {"body": body, "httpHeaders": {}, "httpStatusCode": status, "referenceId": f"part{place}"}


def parts(*listed: dict[str, Any]) -> dict[str, Any]:
    return {"compositeResponse": list(listed)}


def asked(scene: Scene) -> list[str]:
    """The addresses inside the last composite."""
    body = json.loads(scene.sent("composite")[-1].body)
    assert all(one["method"] == "GET" for one in body["compositeRequest"])
    return [one["url"].removeprefix("/services/data/v65.0/") for one in body["compositeRequest"]]


@pytest.fixture
def gateway(scene: Scene) -> Gateway:
    scene.signs_in()
    gateway = scene.gateway()
    gateway.expect_descriptions(OBJECTS)
    return gateway


def test_the_first_description_brings_all_that_are_expected_in_one_call(scene: Scene, gateway: Gateway) -> None:
    scene.answers(
        "POST", "composite", parts(*(part(n, description(x)) for n, x in enumerate(("User", "Account", "Lead"))))
    )
    assert gateway.describe("User") == description("User")
    assert asked(scene) == [f"sobjects/{name}/describe" for name in ("User", "Account", "Lead")]
    assert gateway.describe("Lead") == description("Lead")
    assert gateway.calls.by_kind[CallKind.DESCRIBE] == 1


def test_after_an_hour_they_are_asked_for_together_again(scene: Scene, gateway: Gateway) -> None:
    for _ in range(2):
        scene.answers("POST", "composite", parts(*(part(n, description(x)) for n, x in enumerate(OBJECTS))))
    gateway.describe("Account")
    scene.clock.advance(3599)
    gateway.describe("Account")
    assert gateway.calls.by_kind[CallKind.DESCRIBE] == 1
    scene.clock.advance(1)
    gateway.describe("Account")
    gateway.describe("Lead")
    assert gateway.calls.by_kind[CallKind.DESCRIBE] == 2


def test_a_part_that_is_refused_is_asked_by_itself_and_says_why(scene: Scene, gateway: Gateway) -> None:
    missing = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
    listed = (part(0, missing, 404), part(1, description("Lead")), part(2, description("User")))
    scene.answers("POST", "composite", parts(*listed))
    scene.answers("GET", "sobjects/Account/describe", missing, status=404)
    with pytest.raises(ObjectMissingError):
        gateway.describe("Account")
    assert gateway.describe("Lead") == description("Lead")


@pytest.mark.parametrize(
    "listed",
    [
        [],
        [part(1, description("Lead")), part(1, description("User"))],
        [part(0, {"fields": "none"})],
        [part(0, None, 500)],
        ["no part"],
        "no list",
    ],
)
def test_a_part_without_a_sound_answer_is_asked_by_itself(scene: Scene, gateway: Gateway, listed: Any) -> None:
    """A line is missing, stands twice, or says nothing: no object gets the description of another."""
    scene.answers("POST", "composite", {"compositeResponse": listed})
    scene.answers("GET", "sobjects/Account/describe", description("Account"))
    assert gateway.describe("Account") == description("Account")


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ([{"errorCode": "NOT_FOUND", "message": "x"}], 404, "application/json"),
        ([{"errorCode": "LIMIT_EXCEEDED", "message": "x"}], 400, "application/json"),
        (PAGE_503, 503, "text/html"),
    ],
)
def test_where_it_fails_as_a_whole_each_is_asked_by_itself_for_an_hour(
    scene: Scene, gateway: Gateway, body: Any, status: int, kind: str
) -> None:
    for _ in range(3):
        scene.answers("POST", "composite", body, status=status, kind=kind)
    for name in OBJECTS:
        scene.answers("GET", f"sobjects/{name}/describe", description(name))
    for name in OBJECTS:
        assert gateway.describe(name) == description(name)
    tried = len(scene.sent("composite"))
    scene.clock.advance(3601)
    scene.answers("POST", "composite", parts(*(part(n, description(x)) for n, x in enumerate(OBJECTS))))
    gateway.describe("Account")
    assert len(scene.sent("composite")) > tried


def test_a_day_that_is_used_up_is_not_asked_a_second_time(scene: Scene, gateway: Gateway) -> None:
    scene.answers("POST", "composite", DAILY, status=403)
    with pytest.raises(DailyLimitError):
        gateway.describe("Account")
    assert not scene.sent("describe")


def test_one_alone_is_no_composite(scene: Scene) -> None:
    scene.signs_in()
    scene.answers("GET", "sobjects/Lead/describe", description("Lead"))
    assert scene.gateway().describe("Lead") == description("Lead")


def test_how_far_several_objects_are_complete_is_one_question(scene: Scene, gateway: Gateway) -> None:
    """An odd date, one far in the future and a refusal are left out; asked by itself each says why."""
    said = {"ids": [], "latestDateCovered": "2026-03-02T11:58:00.000+0000"}
    odd = {"ids": [], "latestDateCovered": "tomorrow"}
    future = {"ids": [], "latestDateCovered": "2026-03-03T12:00:00.000+0000"}
    scene.answers("POST", "composite", parts(part(0, said), part(1, odd), part(2, future), part(3, None, 400)))
    found = gateway.all_latest_covered(("Account", "Lead", "User", "Case"))
    assert found == {"Account": NOON - timedelta(minutes=2)}
    assert all("/updated/?start=" in one for one in asked(scene))
    assert gateway.calls.by_kind[CallKind.UPDATED] == 1
