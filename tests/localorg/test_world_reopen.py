"""An org kept in a file goes on where it was left: rows, people, apps, rules, and fields made meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.exchange import Request
from sfrouter.localorg.org import Org
from sfrouter.localorg.schema import custom_field
from sfrouter.localorg.world_keep import remember_field
from sfrouter.localorg.world_problems import WorldError
from tests.localorg.small_world import CLIENT_ID, CLIENT_SECRET, NO_RULE, NOON, RULE, owner_of, small_world


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "org.db")


@pytest.fixture
def org(store: str) -> Org:
    world = small_world() | {
        "assignment_rules": [RULE],
        "hidden_fields": [{"user": "@bob", "fields": ["Lead.Phone"]}],
        "limits": {"daily_api_requests": 777},
    }
    return Org.from_world(world, OrgClock(NOON), store)


def taken_up(org: Org, store: str) -> Org:
    org.store.close()
    return Org.reopen(store, OrgClock(NOON))


def test_rows_are_as_they_were_left(org: Org, store: str) -> None:
    lead = org.aliases["lead"]
    robot = Actor(org, "@robot")
    made = robot.post("/sobjects/Lead", {"LastName": "Late", "Company": "Shop"}, NO_RULE).json()["id"]
    robot.patch(f"/sobjects/Lead/{lead}", {"City": "Rome"}, NO_RULE)
    robot.delete(f"/sobjects/Lead/{org.aliases['converted']}")
    before = {kind.name: org.store.count(kind.name, include_deleted=True) for kind in org.schema}
    again = taken_up(org, store)
    assert {kind.name: again.store.count(kind.name, include_deleted=True) for kind in again.schema} == before
    changed, late = again.store.get("Lead", lead), again.store.get("Lead", made)
    assert changed is not None
    assert late is not None
    assert (changed["City"], late["LastName"]) == ("Rome", "Late")
    assert again.store.get("Lead", again.aliases["converted"]) is None
    next_id = (
        Actor(again, "@robot").post("/sobjects/Lead", {"LastName": "n", "Company": "S"}, NO_RULE).json()["id"]
    )
    assert next_id not in (lead, made)


def test_people_apps_rules_and_limits_are_there_again(org: Org, store: str) -> None:
    aliases, rule = dict(org.aliases), org.rules[0]
    again = taken_up(org, store)
    assert again.aliases == aliases
    assert again.rules == (rule,)
    assert again.calls.maximum == 777
    assert not again.shows(aliases["bob"], "Lead", "Phone")
    form = f"grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert again.handle(Request("POST", "/services/oauth2/token", "", headers, form)).status == 200
    made = Actor(again, "@robot").post("/sobjects/Lead", {"LastName": "x", "Company": "y", "Country": "FR"})
    assert owner_of(again, made.json()["id"]) == aliases["inbound"]


def test_sessions_end_with_a_restart(org: Org, store: str) -> None:
    token = org.open_session("@robot").token
    again = taken_up(org, store)
    request = Request.build("GET", "/services/data/v65.0/limits", headers={"Authorization": f"Bearer {token}"})
    assert again.handle(request).status == 401


def test_fields_made_meanwhile_come_back_with_their_values(org: Org, store: str) -> None:
    field = custom_field("Mood__c", "picklist", values=("Good", "Bad"), restricted=True)
    org.schema.add_custom_field("Lead", field)
    remember_field(org.store, "Lead", field)
    Actor(org, "@robot").patch(f"/sobjects/Lead/{org.aliases['lead']}", {"Mood__c": "Good"}, NO_RULE)
    again = taken_up(org, store)
    kind = again.schema.object("Lead")
    assert kind is not None
    assert kind.field("Mood__c") == field
    row = again.store.get("Lead", again.aliases["lead"])
    assert row is not None
    assert row["Mood__c"] == "Good"


def test_a_change_that_was_answered_is_on_the_disk_without_a_farewell(org: Org, store: str) -> None:
    """The process may be killed: nothing is closed, and another opens the file."""
    Actor(org, "@robot").patch(f"/sobjects/Lead/{org.aliases['lead']}", {"City": "Oslo"}, NO_RULE)
    again = Org.reopen(store)
    row = again.store.get("Lead", again.aliases["lead"])
    assert row is not None
    assert row["City"] == "Oslo"
    again.store.close()


@pytest.mark.parametrize("content", [None, b"", b"no database at all, only a line of text"])
def test_a_file_without_an_org_is_refused_plainly(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "x.db"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(WorldError) as caught:
        Org.reopen(str(file))
    assert ("there is no such file" if content is None else "holds no local org") in str(caught.value)
    assert file.exists() is (content is not None)
