"""Open leads of people who left: one report or one new owner for each departure, in the trace and told (R099)."""

from datetime import timedelta
from typing import Any

import pytest

from sfrouter.followup.watches.departed_owner import DepartedOwner
from sfrouter.followup.watches.sla import Sla
from sfrouter.journey.follow_up import follow_up
from sfrouter.journey.report_departed import departed
from sfrouter.model.decision import Decision
from sfrouter.model.write import WriteState
from sfrouter.routing.owners import Departed, Way
from tests.journey.stage import ACME, BOB, CARL, DORA, NAMES, SARAH, Stage, routed

PASS_ON = DepartedOwner(action="reassign")


def user(stage: Stage, user_id: str, *, active: bool = True, **values: Any) -> None:
    """The user as the org has him now."""
    name = NAMES[user_id]
    usual = {"id": user_id, "name": name.title(), "email": f"{name}@ours.example", "active": [active]}
    stage.row("user", **{**usual, "modified_at": stage.clock.now(), **values})


def stage_with(*watches: Any, **policy: Any) -> Stage:
    """Dora manages Bob and reads German."""
    stage = Stage(watches=watches or (PASS_ON,), **policy)
    user(stage, DORA, language="de")
    user(stage, BOB, manager_id=DORA)
    return stage


def leaves(stage: Stage, user_id: str = BOB, **values: Any) -> None:
    """A day later somebody is no longer here."""
    stage.clock.advance(86_400)
    user(stage, user_id, active=False, manager_id=DORA, **values)


def last(stage: Stage, lead: str) -> Decision:
    """The newest decision of a lead."""
    return stage.ledger.decisions_of(lead)[-1].decision


def test_without_the_switch_it_is_reported_once_and_the_lead_stays() -> None:
    stage = stage_with(DepartedOwner())
    lead = routed(stage)
    assert follow_up(stage.house).acted == 0
    leaves(stage)
    assert follow_up(stage.house).counts == {"leaver_reported": 1}
    decision = last(stage, lead)
    assert (decision.rule, decision.owner, decision.notices) == ("departed_owner", None, ())
    assert decision.alert == "Bob has left and still has the lead; Dora would take it"
    assert not [one for one in stage.waiting_writes() if one.lead_id == lead]
    user(stage, CARL, title="Lead")  # the mirror moves on
    assert follow_up(stage.house).acted == 0


def test_it_goes_to_the_heir_that_the_report_proposes_and_he_reads_it_in_his_language() -> None:
    """R095-R098; one computation for list and watch."""
    stage = stage_with()
    lead = routed(stage)
    leaves(stage)
    (pointers,) = [one for one in departed(stage.house.desk, stage.clock.now()).tables if one.name == "pointers"]
    proposed = next(row[4] for row in pointers.rows if row[2] == lead)
    assert follow_up(stage.house).counts == {"leaver_replaced": 1}
    decision = last(stage, lead)
    assert decision.owner is not None
    assert (decision.owner.id, decision.owner.name) == (DORA, proposed)
    assert {"R099", "R095", "R096"} <= set(decision.ids)
    assert decision.steps[0].words == "Bob has left, and Dora is the nearest active manager"
    (notice,) = decision.notices
    assert (notice.kind, notice.person_id, notice.language) == ("new_owner", DORA, "de")
    assert "ausgeschieden" in notice.text
    assert "ausgeschieden" in decision.reason_for_owner
    assert follow_up(stage.house).acted == 0
    stage.arrive()
    assert follow_up(stage.house).acted == 0
    assert stage.decide().decisions == ()


def test_with_no_heir_it_is_shared_out_by_territory_and_the_turn_is_kept() -> None:
    """R097."""
    stage = stage_with(departed=Departed(order=(Way.SUCCESSOR,)))
    lead = routed(stage)
    leaves(stage)
    assert follow_up(stage.house).counts == {"leaver_replaced": 1}
    decision = last(stage, lead)
    assert decision.owner is not None
    assert decision.owner.id in (CARL, DORA)
    assert decision.moves[0].person_id == decision.owner.id
    assert "R097" in decision.ids


def test_leads_that_were_never_routed_here_and_closed_ones_are_left_alone() -> None:
    stage = stage_with()
    stage.lead(owner_id=BOB)
    closed = routed(stage)
    leaves(stage)
    stage.edit(closed, by=BOB, owner_id=BOB, status="Unqualified")
    assert follow_up(stage.house).acted == 0


@pytest.mark.parametrize("after", [False, True])
def test_a_choice_of_a_person_holds_when_it_is_newer_than_the_departure(after: bool) -> None:
    """R044. Sarah gave the lead to Carl herself."""
    stage = stage_with()
    lead = stage.lead(status="New")
    stage.cycle()
    user(stage, CARL)
    if not after:
        stage.edit(lead, by=SARAH, owner_id=CARL, status="New")
    leaves(stage, CARL)
    if after:
        stage.edit(lead, by=SARAH, owner_id=CARL, status="New")
    assert follow_up(stage.house).counts == ({"leaver_reported": 1} if after else {"leaver_replaced": 1})


def test_who_comes_back_and_leaves_again_has_left_twice() -> None:
    stage = stage_with(DepartedOwner())
    routed(stage)
    leaves(stage)
    assert follow_up(stage.house).acted == 1
    stage.clock.advance(3600)
    user(stage, BOB)
    assert follow_up(stage.house).acted == 0
    leaves(stage)
    assert follow_up(stage.house).acted == 1


def test_a_restart_tells_nothing_twice() -> None:
    stage = stage_with(DepartedOwner())
    routed(stage)
    leaves(stage)
    assert follow_up(stage.house).acted == 1
    user(stage, BOB, active=False, title="changed after he left")
    stage.start()
    assert follow_up(stage.house).acted == 0


def test_a_lead_that_was_changed_before_its_heir_got_it_goes_to_him_then_and_is_not_routed_as_new() -> None:
    """R099: a person had given it to Bob, so nobody but the watch may take it away from him (I4)."""
    stage = stage_with(departed=Departed(order=(Way.SUCCESSOR,)))
    lead = routed(stage)
    leaves(stage)
    assert follow_up(stage.house).counts == {"leaver_replaced": 1}
    heir, turns = stage.owner(last(stage, lead)), stage.ledger.rotation().turns
    stage.overtaken(lead)
    assert stage.decide().decisions == ()
    user(stage, SARAH, title="Lead")  # the mirror moves on, without the lead
    assert follow_up(stage.house).acted == 0
    stage.edit(lead, by=DORA, owner_id=BOB, status="New")
    assert stage.decide().decisions == ()
    assert follow_up(stage.house).counts == {"leaver_replaced": 1}
    assert (last(stage, lead).rule, stage.owner(last(stage, lead))) == ("departed_owner", heir)
    assert stage.ledger.rotation().turns == turns
    stage.arrive()
    assert follow_up(stage.house).acted == 0


def test_whoever_came_back_before_his_lead_went_to_an_heir_keeps_it() -> None:
    stage = stage_with(Sla(hours="clock"), PASS_ON)
    lead = routed(stage)
    stage.clock.advance(1800)
    user(stage, BOB, active=False, manager_id=DORA)
    assert follow_up(stage.house).counts == {"leaver_replaced": 1}
    stage.overtaken(lead)
    user(stage, BOB, manager_id=DORA)
    stage.edit(lead, by=BOB, owner_id=BOB, status="New")
    assert stage.decide().decisions == ()
    assert follow_up(stage.house).acted == 0
    stage.clock.advance(90 * 60)
    assert follow_up(stage.house).counts == {"remind": 1}
    assert [one.person_id for one in last(stage, lead).notices] == [BOB]


def test_an_heir_whom_the_org_does_not_take_is_passed_over_without_waiting_for_a_change() -> None:
    """F39."""
    stage = stage_with()
    lead = routed(stage)
    leaves(stage)
    assert follow_up(stage.house).counts == {"leaver_replaced": 1}
    assert stage.owner(last(stage, lead)) == DORA
    until = stage.clock.now() + timedelta(days=1)
    stage.settle(
        lead, WriteState.SUPERSEDED, decide_anew="the chosen owner can own no lead in the org",
        suspend_person=DORA, suspend_until=until,
    )  # fmt: skip
    assert stage.decide().decisions == ()
    user(stage, SARAH, title="Lead")  # the mirror moves on
    assert follow_up(stage.house).counts == {"leaver_replaced": 1}
    assert stage.owner(last(stage, lead)) == CARL


def test_a_lead_that_is_always_changed_before_its_heir_gets_it_is_reported_once() -> None:
    """F37: three times within a day are enough; then an operator is told, as without the switch."""
    stage = stage_with()
    lead = routed(stage)
    leaves(stage)
    for _ in range(3):
        assert follow_up(stage.house).counts == {"leaver_replaced": 1}
        stage.overtaken(lead)
        stage.edit(lead, by=DORA, owner_id=BOB, status="New")
    assert follow_up(stage.house).counts == {"leaver_reported": 1}
    decision = last(stage, lead)
    assert (decision.rule, decision.owner) == ("departed_owner", None)
    assert decision.alert == "Bob has left and still has the lead; Dora would take it"
    for _ in range(2):
        stage.edit(lead, by=DORA, owner_id=BOB, status="New")
        assert follow_up(stage.house).acted == 0
        stage.clock.advance(86_400)


def test_a_step_that_ended_though_nobody_changed_the_lead_is_taken_again_after_an_hour() -> None:
    """R099, F37: no oftener than that, and at most three times; then it is reported, once."""
    stage = stage_with()
    lead = routed(stage)
    leaves(stage)
    assert follow_up(stage.house).counts == {"leaver_replaced": 1}
    found = []
    for _ in range(12):
        if stage.waiting_writes():
            stage.overtaken(lead)
        stage.clock.advance(1800)
        user(stage, SARAH, title="Lead")  # the mirror moves on
        found.append([*follow_up(stage.house).counts])
    again, told = ["leaver_replaced"], ["leaver_reported"]
    assert found == [[], again, [], again, [], told, *[[]] * 6]


def test_a_reply_that_was_awaited_of_the_leaver_is_awaited_of_his_heir_and_counts_as_nobodys_delay() -> None:
    stage = stage_with(Sla(hours="clock"), PASS_ON)
    lead = routed(stage)
    stage.clock.advance(1800)
    user(stage, BOB, active=False, manager_id=DORA)
    assert follow_up(stage.house).counts == {"leaver_replaced": 1}
    clock = stage.ledger.sla_clock(lead)
    assert clock is not None
    assert (clock.owner_id, clock.passed_on, clock.started_at) == (DORA, 0, stage.clock.now())
    assert last(stage, lead).answer_by == clock.due_at == stage.clock.now() + timedelta(hours=2)


def test_a_customers_lead_goes_to_the_heir_and_no_stranger() -> None:
    stage = stage_with()
    stage.account(owner_id=BOB)
    lead = stage.lead(account_id=ACME, status="New")
    stage.cycle()
    leaves(stage)
    assert follow_up(stage.house).counts == {"leaver_replaced": 1}
    owner = last(stage, lead).owner
    assert owner is not None
    assert owner.id == DORA


def test_the_trace_says_who_had_a_lead_when() -> None:
    """R012: whoever is credited with a lead is in its decisions, also when a person moved it since."""
    stage = stage_with()
    lead, other = routed(stage), stage.lead(owner_id=BOB)
    leaves(stage)
    follow_up(stage.house)
    stage.arrive()
    stage.edit(lead, by=SARAH, owner_id=CARL)
    owners = [(one.decision.at, one.decision.owner) for one in stage.ledger.decisions_of(lead)]
    assert [owner.id for _, owner in owners if owner] == [BOB, DORA]
    assert owners[0][0] < owners[1][0]
    assert stage.ledger.decisions_of(other) == ()
