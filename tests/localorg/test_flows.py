"""Flows: the org's own automations, at once and late."""

from __future__ import annotations

from typing import Any

import pytest

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.flows import Flow, FlowCall
from sfrouter.localorg.occasion import Occasion
from sfrouter.localorg.org import Org
from sfrouter.localorg.visibility import DELAY_HEADER
from tests.localorg.small_world import owner_of, robot, small_org


def flow(**told: Any) -> dict[str, Any]:
    return {"name": "automation", "object": "Lead", "action": "revert_owner"} | told


def give(org: Org, to: str) -> int:
    url = f"/sobjects/Lead/{org.aliases['lead']}"
    return robot(org).patch(url, {"OwnerId": org.aliases[to]}, {"Sforce-Auto-Assign": "FALSE"}).status


def owner(org: Org) -> str:
    ids = {row_id: key for key, row_id in org.aliases.items()}
    return ids[owner_of(org, org.aliases["lead"])]


def test_a_flow_puts_the_owner_back_in_the_same_transaction() -> None:
    org = small_org(flows=[flow(changed=["OwnerId"])])
    assert give(org, "sarah") == 204
    assert owner(org) == "bob"
    entries = [
        row["NewValue"] for row in org.store.rows("LeadHistory", {"Field": "Owner", "DataType": "EntityId"})
    ]
    assert entries == [org.aliases["sarah"], org.aliases["bob"]]


def test_a_flow_leaves_alone_whom_it_is_not_for() -> None:
    org = small_org(flows=[flow(not_for=["@robot"])])
    give(org, "sarah")
    assert owner(org) == "sarah"
    org = small_org(flows=[flow(only_for=["@robot"])])
    org.records.change_owner("@sarah", "@lead", "@robot")
    assert owner(org) == "robot"
    give(org, "sarah")
    assert owner(org) == "robot"


def test_a_late_flow_runs_when_the_clock_says_so_and_in_the_name_it_was_given() -> None:
    org = small_org(flows=[flow(after_seconds=30, run_as="@sarah")])
    give(org, "sarah")
    org.clock.advance(29)
    org.settle()
    assert owner(org) == "sarah"
    org.clock.advance(1)
    assert robot(org).get("/limits").status == 200
    assert owner(org) == "bob"
    lead = org.store.get("Lead", org.aliases["lead"])
    assert lead is not None
    assert lead["LastModifiedById"] == org.aliases["sarah"]


def test_a_flow_that_reassigns_for_ever_sets_itself_off_again() -> None:
    told = flow(action="rotate", to=["@bob", "@sarah"], changed=["OwnerId"], after_seconds=60, again=True)
    org = small_org(flows=[told])
    give(org, "robot")
    owners = []
    for _ in range(4):
        org.clock.advance(60)
        org.settle()
        owners.append(owner(org))
    assert owners == ["bob", "sarah", "bob", "sarah"]


def test_without_again_a_late_flow_runs_once_a_write() -> None:
    told = flow(action="rotate", to=["@bob", "@sarah"], changed=["OwnerId"], after_seconds=60)
    org = small_org(flows=[told])
    give(org, "robot")
    for _ in range(3):
        org.clock.advance(60)
        org.settle()
    assert owner(org) == "bob"


def test_a_flow_converts_leads_as_they_are_made() -> None:
    when = [{"field": "Company", "operator": "equals", "value": "Acme"}]
    org = small_org(flows=[flow(action="convert", on=["create"], when=when)])
    made = robot(org).post("/sobjects/Lead", {"LastName": "Quick", "Company": "Acme"}).json()["id"]
    other = robot(org).post("/sobjects/Lead", {"LastName": "Slow", "Company": "Else"}).json()["id"]
    rows = {row["Id"]: row["IsConverted"] for row in org.store.rows("Lead")}
    assert (rows[made], rows[other]) == (True, False)


def test_a_failing_flow_refuses_the_save_with_its_cause_at_the_end() -> None:
    org = small_org(flows=[flow(action="fail", message="Not today")])
    refused = robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"City": "Rome"})
    (problem,) = refused.json()
    assert refused.status == 400
    assert problem["errorCode"] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    assert problem["message"].endswith("FIELD_CUSTOM_VALIDATION_EXCEPTION, Not today")
    lead = org.store.get("Lead", org.aliases["lead"])
    assert lead is not None
    assert lead["City"] is None


def test_the_set_and_delete_flows_do_so() -> None:
    org = small_org(
        flows=[flow(action="set", values={"Rating": "Hot"}), flow(name="bin", object="Account", action="delete")]
    )
    robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"City": "Rome"})
    lead = org.store.get("Lead", org.aliases["lead"])
    assert lead is not None
    assert (lead["City"], lead["Rating"]) == ("Rome", "Hot")
    robot(org).patch(f"/sobjects/Account/{org.aliases['other']}", {"Phone": "1"})
    assert org.store.get("Account", org.aliases["other"]) is None


def test_a_python_flow_before_the_save_alters_what_is_saved() -> None:
    org = small_org()

    def shout(call: FlowCall) -> None:
        call.changes["Company"] = call.row["Company"].upper()

    org.flows.add(Flow(name="shout", occasion=Occasion(object_name="Lead"), run=shout, timing="before"))
    made = robot(org).post("/sobjects/Lead", {"LastName": "A", "Company": "quiet"}).json()["id"]
    row = org.store.get("Lead", made)
    assert row is not None
    assert row["Company"] == "QUIET"
    with pytest.raises(ValueError, match="shout"):
        org.flows.add(Flow(name="shout", occasion=Occasion(object_name="Lead"), run=shout))
    org.flows.remove("shout")
    assert org.flows.names() == ()


def test_two_flows_that_answer_each_other_end() -> None:
    first = flow(name="one", action="assign", to=["@sarah"], changed=["OwnerId"])
    second = flow(name="two", action="assign", to=["@robot"], changed=["OwnerId"])
    org = small_org(flows=[first, second])
    assert give(org, "robot") == 204
    assert owner(org) in {"sarah", "robot"}


def test_a_late_flow_that_fails_is_told_and_changes_nothing() -> None:
    org = small_org(flows=[flow(action="fail", message="No", after_seconds=5)])
    assert give(org, "sarah") == 204
    org.clock.advance(5)
    org.settle()
    ((name, cause),) = org.flows.failures
    assert name == "automation"
    assert cause.startswith("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")
    assert owner(org) == "sarah"


def test_a_flow_can_be_run_by_hand() -> None:
    org = small_org(flows=[flow(action="assign", to=["@sarah"], only_for=["@gone"])])
    org.flows.run_now("automation", "Lead", org.aliases["lead"], org.aliases["robot"])
    assert owner(org) == "sarah"
    with pytest.raises(KeyError):
        org.flows.run_now("nothing", "Lead", org.aliases["lead"], org.aliases["robot"])
    with pytest.raises(OrgError):
        org.flows.run_now("automation", "Lead", org.aliases["acme"], org.aliases["robot"])


def test_a_flow_of_a_late_commit_is_part_of_it() -> None:
    org = small_org(flows=[flow(action="set", values={"Rating": "Hot"})])
    robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"City": "Rome"}, {DELAY_HEADER: "60"})
    before = org.store.get("Lead", org.aliases["lead"])
    org.clock.advance(60)
    org.settle()
    after = org.store.get("Lead", org.aliases["lead"])
    assert before is not None
    assert after is not None
    assert (before["Rating"], after["Rating"], after["City"]) == (None, "Hot", "Rome")
