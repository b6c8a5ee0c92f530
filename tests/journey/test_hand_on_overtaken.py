"""R152, F37: a late lead that was changed just before it was passed on is not forgotten, nor fought over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sfrouter.followup.watches.sla import Sla
from sfrouter.journey.follow_up import follow_up
from sfrouter.journey.reprioritise import reprioritise
from sfrouter.journey.waiting import LINKED
from sfrouter.ledger.org_binding import BoundOrg
from sfrouter.model.write import WriteKind
from sfrouter.routing.priority import Priority
from tests.journey.stage import ACME, BOB, CARL, DORA, NOON, ROUTER, SARAH, Stage, routed
from tests.journey.test_follow_up import after, last, stage_with


def test_a_lead_that_was_changed_before_it_was_passed_on_is_passed_on_after_its_new_priority() -> None:
    """R152, R094: whoever was to get it never got it, whatever else was decided about the lead since."""
    stage = stage_with(priority=Priority(executives=True))
    lead = routed(stage, title="Clerk")
    reprioritise(stage.house)
    assert after(stage, 130) == {"hand_on": 1}
    turns = stage.ledger.rotation().turns
    stage.overtaken(lead, by=DORA, owner_id=BOB, status="New", title="Vice President")
    assert follow_up(stage.house).counts == {"reprioritised": 1}
    assert follow_up(stage.house).counts == {}  # the priority is still being written
    stage.arrive()
    stage.edit(lead, by=ROUTER, owner_id=BOB, status="New", title="Vice President")
    assert stage.decide().decisions == ()
    assert follow_up(stage.house).counts == {"hand_on": 1}
    decision = last(stage, lead)
    assert (decision.rule, decision.lead_owner_id, stage.owner(decision)) == ("sla", BOB, CARL)
    assert "1 of at most 1" in decision.steps[-1].words
    assert stage.ledger.rotation().turns == turns


def test_an_owner_who_answers_after_a_hand_on_that_failed_and_a_new_priority_stops_the_clock() -> None:
    """R152: the same, but there was an answer: the clock says so, and nobody gets the lead."""
    stage = stage_with(priority=Priority(executives=True))
    lead = routed(stage, title="Clerk")
    reprioritise(stage.house)
    assert after(stage, 130) == {"hand_on": 1}
    stage.overtaken(lead, by=DORA, owner_id=BOB, status="New", title="Vice President")
    assert follow_up(stage.house).counts == {"reprioritised": 1}
    stage.arrive()
    stage.edit(lead, by=BOB, owner_id=BOB, status="Working", title="Vice President")
    assert follow_up(stage.house).counts == {"stop": 1}
    clock = stage.ledger.sla_clock(lead)
    assert clock is not None
    assert clock.stopped_because == "the status changed"


def test_a_lead_that_was_linked_to_its_new_account_before_it_was_passed_on_is_passed_on_then() -> None:
    """R152, R067."""
    stage = stage_with()
    lead = routed(stage)
    assert after(stage, 130) == {"hand_on": 1}
    stage.overtaken(lead, by=DORA, owner_id=BOB, status="New")
    failed = last(stage, lead)
    linked = replace(failed, number=failed.number + 1, rule=LINKED, owner=None, moves=(), notices=())
    stage.ledger.record(linked, (), ())
    assert follow_up(stage.house).counts == {"hand_on": 1}
    assert stage.owner(last(stage, lead)) == CARL
    assert stage.ledger.rotation().turns["all"][CARL] == 1


def test_a_turn_that_was_not_used_is_given_back_whatever_was_decided_since() -> None:
    """I8: the lead goes to the owner of the account that a person linked it to, and Carl's turn is open again."""
    stage = stage_with(priority=Priority(executives=True))
    stage.account()
    lead = routed(stage, title="Clerk")
    reprioritise(stage.house)
    turns = stage.ledger.rotation().turns
    assert after(stage, 130) == {"hand_on": 1}
    assert stage.ledger.rotation().turns != turns
    stage.overtaken(lead, by=DORA, owner_id=BOB, status="New", title="Vice President")
    assert follow_up(stage.house).counts == {"reprioritised": 1}
    stage.arrive()
    stage.edit(lead, by=DORA, owner_id=BOB, status="New", title="Vice President", account_id=ACME)
    assert stage.owner(stage.one(stage.decide().decisions)) == SARAH
    assert stage.ledger.rotation().turns == turns


def fought(stage: Stage) -> str:
    """A lead that is late, and that somebody changed three times just before it was passed on."""
    lead = routed(stage)
    assert after(stage, 130) == {"hand_on": 1}
    for _ in range(2):
        stage.overtaken(lead, by=DORA, owner_id=BOB, status="New")
        assert follow_up(stage.house).counts == {"hand_on": 1}
    stage.overtaken(lead, by=DORA, owner_id=BOB, status="New")
    return lead


def test_of_a_lead_that_is_always_changed_before_it_is_passed_on_the_manager_is_told_once() -> None:
    """F37: three times within a day are enough, and a Task is written whatever becomes of the lead meanwhile."""
    stage = stage_with()
    lead = fought(stage)
    assert follow_up(stage.house).counts == {"escalate": 1}
    told = last(stage, lead)
    assert (told.rule, told.owner) == ("sla", None)
    assert [(one.kind, one.person_id) for one in told.notices] == [("sla_escalation", DORA)]
    clock = stage.ledger.sla_clock(lead)
    assert clock is not None
    assert (clock.owner_id, clock.started_at, clock.due_at) == (BOB, NOON, NOON + timedelta(hours=2))
    assert "14:00" in told.notices[0].text, "when the reply was due, not when passing it on failed"
    tasks = stage.waiting_writes(WriteKind.TASK)
    assert [one.decision_number for one in tasks] == [told.number]
    assert {who for who, count in stage.ledger.rotation().turns["all"].items() if count} == {BOB}  # I8
    for _ in range(2):
        stage.edit(lead, by=DORA, owner_id=BOB, status="New")
        assert follow_up(stage.house).counts == {}
        stage.clock.advance(86_400)
    assert follow_up(stage.house).counts == {}
    stage.edit(lead, by=BOB, owner_id=BOB, status="Working")
    assert follow_up(stage.house).counts == {"stop": 1}


def test_where_managers_are_not_to_be_told_a_lead_that_is_always_changed_is_tried_again_the_next_day() -> None:
    """F37."""
    stage = stage_with(Sla(hours="clock", tell_manager=False))
    fought(stage)
    assert follow_up(stage.house).counts == {}
    stage.clock.advance(86_400)
    assert follow_up(stage.house).counts == {"hand_on": 1}


def test_a_hand_on_that_ended_though_nobody_changed_the_lead_is_made_again_after_an_hour() -> None:
    """R152: given to another org, the ledger ends what was on its way; the lead need not be edited first."""
    stage = stage_with()
    stage.ledger.bind_org("00D000000000001AAA")
    lead = routed(stage)
    assert after(stage, 130) == {"hand_on": 1}
    turns = stage.ledger.rotation().turns
    stage.ledger.adopt_org(BoundOrg(org_id="00D000000000002AAA"))
    assert stage.decide().decisions == ()
    stage.clock.advance(45 * 60)
    assert follow_up(stage.house).counts == {}
    stage.clock.advance(15 * 60)
    assert follow_up(stage.house).counts == {"hand_on": 1}
    assert stage.owner(last(stage, lead)) == CARL
    assert stage.ledger.rotation().turns == turns
    stage.arrive()
    stage.edit(lead, by=ROUTER, owner_id=CARL, status="New")
    assert after(stage, 61) == {}


def test_a_hand_on_that_is_refused_every_hour_ends_with_a_word_to_the_manager() -> None:
    """F37: the mirror never sees what overtakes it; three tries, one Task, and then it is quiet."""
    stage = stage_with()
    routed(stage)
    assert after(stage, 130) == {"hand_on": 1}
    found: list[Mapping[str, int]] = []
    for _ in range(30):
        if stage.waiting_writes():
            stage.overtaken(stage.waiting_writes()[0].lead_id)
        stage.clock.advance(3600)
        found.append(follow_up(stage.house).counts)
    assert found == [{"hand_on": 1}, {"hand_on": 1}, {"escalate": 1}, *[{}] * 27]
