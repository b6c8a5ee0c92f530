"""After a lead has its owner: reminders, another owner, a word to the manager, a new priority."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sfrouter.followup.watches.sla import Sla
from sfrouter.journey.follow_up import clock_words, follow_up
from sfrouter.journey.reprioritise import reprioritise
from sfrouter.model.decision import Decision
from sfrouter.model.write import WriteKind, WriteState
from sfrouter.routing.priority import Priority
from tests.journey.stage import ACME, BOB, CARL, DORA, INBOUND, NAMES, ROUTER, SARAH, Stage, routed

CLOCK = Sla(hours="clock")


def stage_with(sla: Sla = CLOCK, **policy: Any) -> Stage:
    """Dora is everybody's manager and, for this test, nobody of the pool misses her."""
    stage = Stage(watches=(sla,), **policy)
    for user_id in (BOB, CARL, SARAH):
        name = NAMES[user_id]
        values = {"id": user_id, "name": name.title(), "email": f"{name}@ours.example", "active": [True]}
        stage.row("user", **values, manager_id=DORA, time_zone="UTC", language="de")
    return stage


def after(stage: Stage, minutes: float) -> Mapping[str, int]:
    """Let time go by since noon, look once."""
    now = stage.clock.now()
    start = stage.ledger.running_clocks()[0].started_at if stage.ledger.running_clocks() else now
    stage.clock.advance((start + timedelta(minutes=minutes) - now).total_seconds())
    return follow_up(stage.house).counts


def last(stage: Stage, lead: str) -> Decision:
    """The newest decision of a lead."""
    return stage.ledger.decisions_of(lead)[-1].decision


def test_the_clock_begins_with_the_decision_and_the_owners_task_is_due_when_it_ends() -> None:
    stage = stage_with()
    lead = routed(stage)
    (clock,) = stage.ledger.running_clocks()
    decision = stage.ledger.decisions_of(lead)[0].decision
    assert clock.due_at == clock.started_at + timedelta(hours=2) == decision.answer_by
    assert decision.notices[0].due_at == clock.due_at
    assert (clock.owner_id, clock.passed_on, clock_words(clock, clock.started_at)) == (BOB, 0, "running")


def test_a_reminder_comes_once_in_the_owners_language_and_writes_nothing_but_a_task() -> None:
    stage = stage_with()
    lead = routed(stage)
    assert after(stage, 80) == {}
    assert after(stage, 95) == {"remind": 1}
    assert after(stage, 100) == {}
    decision = last(stage, lead)
    (notice,) = decision.notices
    assert (decision.rule, decision.owner, notice.person_id, notice.language) == ("sla", None, BOB, "de")
    assert "wartet noch auf eine erste Antwort" in notice.text
    assert "14:00" in notice.text
    assert not [one for one in stage.waiting_writes() if one.lead_id == lead]
    assert [one for one in stage.waiting_writes(WriteKind.TASK) if one.decision_number == decision.number]


def test_too_late_the_next_of_the_pool_has_it_then_the_manager_is_told_and_then_it_is_quiet() -> None:
    """R152, every step in the trace; the rotation moves with the step."""
    stage = stage_with()
    lead = routed(stage)
    assert after(stage, 130) == {"hand_on": 1}
    decision = last(stage, lead)
    assert decision.owner is not None
    assert decision.owner.id == CARL
    assert {(one.kind, one.person_id) for one in decision.notices} == {("new_owner", CARL), ("sla_passed_on", BOB)}
    assert any("was due by" in step.words for step in decision.steps)
    assert "1 of at most 1" in decision.steps[-1].words
    assert decision.moves[0].person_id == CARL
    assert after(stage, 0) == {}  # still being written
    stage.arrive()
    stage.edit(lead, by=ROUTER, owner_id=CARL, status="New")
    assert after(stage, 60) == {}
    assert after(stage, 95) == {"remind": 1}
    assert after(stage, 130) == {"escalate": 1}
    told = last(stage, lead)
    assert [(one.kind, one.person_id) for one in told.notices] == [("sla_escalation", DORA)]
    assert after(stage, 900) == {}
    assert stage.decide().decisions == ()


def test_a_customers_lead_goes_to_the_owners_manager_and_never_to_a_pool() -> None:
    """An existing relationship always wins: strangers of a pool do not get it."""
    stage = stage_with()
    stage.account()
    lead = stage.lead(account_id=ACME, status="New")
    stage.cycle()
    stage.edit(lead, by=ROUTER, owner_id=SARAH, account_id=ACME, status="New")
    assert after(stage, 130) == {"hand_on": 1}
    owner = last(stage, lead).owner
    assert owner is not None
    assert owner.id == DORA


def test_an_answer_stops_the_clock_and_a_late_one_is_called_late() -> None:
    stage = stage_with()
    lead = routed(stage)
    stage.edit(lead, by=BOB, owner_id=BOB, status="Working")
    assert after(stage, 300) == {"stop": 1}
    clock = stage.ledger.sla_clock(lead)
    assert clock is not None
    assert (clock.stopped_because, clock_words(clock, stage.clock.now())) == (
        "the status changed",
        "answered late",
    )
    assert after(stage, 900) == {}


def test_a_person_who_takes_the_lead_stops_the_clock_and_keeps_it() -> None:
    stage = stage_with()
    lead = routed(stage)
    stage.edit(lead, by=DORA, owner_id=DORA, status="New")
    assert after(stage, 300) == {"stop": 1}
    assert last(stage, lead).rule == "default_pool"


def test_a_lead_put_back_into_the_intake_is_routed_again_with_a_clock_of_its_own() -> None:
    stage = stage_with()
    lead = routed(stage)
    stage.edit(lead, by=BOB, owner_id=INBOUND, status="New")
    decision = stage.one(stage.decide().decisions)
    clock = stage.ledger.sla_clock(lead)
    assert clock is not None
    assert (clock.decision_number, clock.stopped_at) == (decision.number, None)


def test_without_the_watch_nothing_is_timed() -> None:
    stage = Stage()
    routed(stage)
    assert stage.ledger.running_clocks() == ()
    assert follow_up(stage.house).acted == 0


def test_an_executive_has_five_minutes_and_is_hot() -> None:
    stage = stage_with(priority=Priority(executives=True))
    lead = routed(stage, title="VP Sales")
    first = stage.ledger.decisions_of(lead)[0].decision
    assert dict(first.changes) == {"priority": "hot"}
    (clock,) = stage.ledger.running_clocks()
    assert clock.due_at - clock.started_at == timedelta(minutes=5)


def test_a_later_title_changes_the_priority_once_and_not_the_owner() -> None:
    """R094."""
    stage = stage_with(priority=Priority(executives=True))
    lead = routed(stage, title="Clerk")
    assert reprioritise(stage.house) == 0
    stage.edit(lead, by=BOB, owner_id=BOB, title="Vice President", status="New")
    assert reprioritise(stage.house) == 1
    decision = last(stage, lead)
    assert (decision.rule, decision.owner, dict(decision.changes)) == ("priority", None, {"priority": "hot"})
    (write,) = [one for one in stage.waiting_writes() if one.lead_id == lead]
    assert next(iter(write.values.values())) == "Hot"
    assert write.unmodified_since is not None
    stage.arrive()
    stage.edit(lead, by=BOB, owner_id=BOB, title="Vice President of Sales", status="New")
    assert reprioritise(stage.house) == 0
    assert stage.decide().decisions == ()


def test_a_lead_whose_new_priority_was_overtaken_stays_with_whoever_took_it() -> None:
    """I4: it was routed as if it were new, away from the person who had taken it (hostile seed 3005713)."""
    stage = stage_with(priority=Priority(executives=True))
    lead = routed(stage, title="Clerk")
    reprioritise(stage.house)
    stage.edit(lead, by=SARAH, owner_id=SARAH, title="Vice President", status="New")
    assert reprioritise(stage.house) == 1
    stage.overtaken(lead)
    assert stage.decide().decisions == ()
    assert reprioritise(stage.house) == 0  # the same write would be refused again
    stage.edit(lead, by=SARAH, owner_id=SARAH, title="Vice President", status="Working")
    assert stage.decide().decisions == ()
    assert reprioritise(stage.house) == 1
    decision = last(stage, lead)
    assert (decision.rule, decision.owner, decision.lead_owner_id) == ("priority", None, SARAH)
    stage.arrive()
    stage.edit(lead, by=SARAH, owner_id=SARAH, title="Vice President", status="Working")
    assert reprioritise(stage.house) == 0


def test_a_priority_that_is_overtaken_again_and_again_is_left() -> None:
    """F37."""
    stage = stage_with(priority=Priority(executives=True))
    lead = routed(stage, title="Clerk")
    reprioritise(stage.house)
    for _ in range(3):
        stage.edit(lead, by=BOB, owner_id=BOB, title="Vice President", status="New")
        assert reprioritise(stage.house) == 1
        stage.overtaken(lead)
    stage.edit(lead, by=BOB, owner_id=BOB, title="Vice President", status="New")
    assert reprioritise(stage.house) == 0


def test_a_priority_that_the_org_refused_is_not_asked_for_again() -> None:
    stage = stage_with(priority=Priority(executives=True))
    lead = routed(stage, title="Clerk")
    reprioritise(stage.house)
    stage.edit(lead, by=BOB, owner_id=BOB, title="Vice President", status="New")
    assert reprioritise(stage.house) == 1
    stage.settle(lead, WriteState.REFUSED)
    stage.edit(lead, by=BOB, owner_id=BOB, title="Vice President", status="Working")
    assert reprioritise(stage.house) == 0


def test_a_title_noted_while_the_first_write_was_on_its_way_is_looked_at_when_it_arrived() -> None:
    """R094."""
    stage = stage_with(priority=Priority(executives=True))
    lead = stage.lead(title="Clerk", status="New")
    stage.decide()
    reprioritise(stage.house)
    stage.edit(lead, by=BOB, owner_id=INBOUND, title="Vice President", status="New")
    assert reprioritise(stage.house) == 0
    stage.arrive()
    stage.edit(lead, by=ROUTER, owner_id=BOB, title="Vice President", status="New")
    assert reprioritise(stage.house) == 1


def test_a_priority_that_was_overtaken_leaves_the_clock_of_the_first_reply_running() -> None:
    stage = stage_with(priority=Priority(executives=True))
    lead = routed(stage, title="Clerk")
    reprioritise(stage.house)
    stage.edit(lead, by=BOB, owner_id=BOB, title="Vice President", status="New")
    reprioritise(stage.house)
    stage.overtaken(lead)
    assert after(stage, 95) == {"remind": 1}
    assert [clock.lead_id for clock in stage.ledger.running_clocks()] == [lead]


def test_a_lead_that_was_changed_before_it_was_passed_on_is_passed_on_then() -> None:
    """R152: whoever was to get it never got it: the one before him still owes the reply, and no turn is used."""
    stage = stage_with()
    lead = routed(stage)
    assert after(stage, 130) == {"hand_on": 1}
    turns = stage.ledger.rotation().turns
    stage.overtaken(lead)
    assert stage.decide().decisions == ()
    assert follow_up(stage.house).counts == {}
    stage.edit(lead, by=DORA, owner_id=BOB, status="New", title="Buyer")
    assert stage.decide().decisions == ()
    assert follow_up(stage.house).counts == {"hand_on": 1}
    decision = last(stage, lead)
    assert (decision.rule, decision.lead_owner_id, stage.owner(decision)) == ("sla", BOB, CARL)
    assert "1 of at most 1" in decision.steps[-1].words
    assert stage.ledger.rotation().turns == turns


def test_an_answer_that_came_before_the_lead_was_passed_on_stops_the_clock() -> None:
    """R152: the owner replied in the very moment in which the lead was to be taken from him; he keeps it."""
    stage = stage_with()
    lead = routed(stage)
    assert after(stage, 130) == {"hand_on": 1}
    stage.overtaken(lead, by=BOB, owner_id=BOB, status="Working")
    assert stage.decide().decisions == ()
    assert follow_up(stage.house).counts == {"stop": 1}
    clock = stage.ledger.sla_clock(lead)
    assert clock is not None
    assert clock.stopped_because == "the status changed"


def test_a_lead_linked_in_the_moment_in_which_it_was_passed_on_is_routed_by_its_link() -> None:
    """R039."""
    stage = stage_with()
    stage.account()
    lead = routed(stage)
    assert after(stage, 130) == {"hand_on": 1}
    stage.overtaken(lead, by=DORA, owner_id=BOB, status="New", account_id=ACME)
    assert stage.owner(stage.one(stage.decide().decisions)) == SARAH


def test_a_later_title_that_is_no_executives_changes_nothing() -> None:
    """R094: the same edit but for the rank; neither priority nor owner."""
    stage = stage_with(priority=Priority(executives=True))
    lead = routed(stage, title="Clerk")
    assert reprioritise(stage.house) == 0
    stage.edit(lead, by=BOB, owner_id=BOB, title="Senior Clerk", status="New")
    assert reprioritise(stage.house) == 0
    assert stage.waiting_writes() == ()
    assert stage.decide().decisions == ()


def test_an_executives_title_on_a_lead_that_was_never_routed_here_changes_nothing() -> None:
    """R094: the same edit, but the lead was a person's from the start (L02)."""
    stage = stage_with(priority=Priority(executives=True))
    lead = stage.lead(title="Clerk", owner_id=BOB, status="New")
    assert reprioritise(stage.house) == 0
    stage.edit(lead, by=BOB, owner_id=BOB, title="Vice President", status="New")
    assert reprioritise(stage.house) == 0
    assert stage.waiting_writes() == ()
