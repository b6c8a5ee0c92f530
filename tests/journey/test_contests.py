"""F36, F37: another automation undoes our owner. It is seen at the next look, named, and left alone."""

from datetime import timedelta
from typing import Any

import pytest
import structlog

from sfrouter.journey.contests import AFTER_OURS, AGAIN, WITH_OURS, notice_contests
from sfrouter.journey.explain import explain_lead
from sfrouter.journey.status import take_status
from sfrouter.model.write import WriteState
from tests.journey.stage import BOB, CARL, INBOUND, NAMES, ROUTER, SARAH, Stage, an_id

FLOW = an_id("user", 77)  # nobody whom the org lists as a user


def written(stage: Stage) -> tuple[str, str]:
    """A new lead whose owner the org has just taken; the mirror has not read it again. Its id and our owner."""
    lead = stage.lead()
    decision = stage.one(stage.decide().decisions)
    stage.settle(lead, WriteState.DONE)
    return lead, stage.owner(decision)


def changed(stage: Stage, lead: str, *, by: str, after: float, **values: Any) -> None:
    """Somebody changed the lead some seconds after our write, and the mirror has it."""
    stage.clock.advance(after - 60)
    stage.edit(lead, by=by, **values)


def look(stage: Stage) -> int:
    return notice_contests(stage.house)


def other_than(owner: str) -> str:
    return CARL if owner == BOB else BOB


@pytest.mark.parametrize("found", [INBOUND, SARAH])
@pytest.mark.parametrize("after", [1.0, 4000.0])
def test_our_name_under_an_owner_that_is_not_ours_is_a_flow_inside_our_write(found: str, after: float) -> None:
    """However late the mirror reads it: the lead's last change is the one that our write set off."""
    stage = Stage()
    look(stage)
    lead, ours = written(stage)
    changed(stage, lead, by=ROUTER, after=after, owner_id=found)
    with structlog.testing.capture_logs() as told:
        assert look(stage) == 1
    (contest,) = stage.ledger.contests()
    assert (contest.wanted_id, contest.found_id, contest.by_id, contest.why) == (ours, found, ROUTER, WITH_OURS)
    (event,) = [one for one in told if one["event"] == "lead_contested"]
    assert (event["lead"], event["by"], event["log_level"]) == (lead, ROUTER, "error")
    assert not set(NAMES.values()) & {str(value).casefold() for value in event.values()}


def test_a_contested_lead_is_never_written_again_and_said_once() -> None:
    stage = Stage()
    look(stage)
    lead, _ours = written(stage)
    changed(stage, lead, by=FLOW, after=5, owner_id=INBOUND)
    assert look(stage) == 1
    for _ in range(10):
        assert stage.decide().decisions == ()
        assert look(stage) == 0
        stage.clock.advance(timedelta(hours=7).total_seconds())
    assert len(stage.ledger.decisions_of(lead)) == 1


@pytest.mark.parametrize(("by", "after", "contested"), [
    (FLOW, 59.0, True), (FLOW, 61.0, False), (CARL, 1.0, False), (CARL, 61.0, False),
])  # fmt: skip
def test_who_is_no_person_counts_for_a_minute_and_a_person_never(by: str, after: float, contested: bool) -> None:
    stage = Stage()
    look(stage)
    lead, ours = written(stage)
    changed(stage, lead, by=by, after=after, owner_id=other_than(ours))
    assert look(stage) == contested
    assert [one.why for one in stage.ledger.contests()] == [AFTER_OURS] * contested


def test_a_user_that_the_policy_calls_a_program_is_none_of_the_people() -> None:
    stage = Stage(programs=("Carl@ours.example",))
    look(stage)
    lead, _ours = written(stage)
    changed(stage, lead, by=CARL, after=20, owner_id=INBOUND)
    assert look(stage) == 1
    assert stage.decide().decisions == ()


def test_somebody_who_puts_a_lead_back_at_once_three_times_counts_as_a_program() -> None:
    stage = Stage()
    look(stage)
    lead = stage.lead()
    for turn in range(3):
        assert len(stage.decide().decisions) == 1, turn
        stage.settle(lead, WriteState.DONE)
        changed(stage, lead, by=CARL, after=3, owner_id=INBOUND)
        assert look(stage) == (turn == 2)
    assert [one.why for one in stage.ledger.contests()] == [AGAIN]
    stage.clock.advance(timedelta(days=2).total_seconds())
    assert stage.decide().decisions == ()


def test_a_person_s_later_change_ends_it_and_put_back_by_him_the_lead_is_routed_again() -> None:
    stage = Stage()
    look(stage)
    lead, _ours = written(stage)
    changed(stage, lead, by=FLOW, after=5, owner_id=INBOUND)
    look(stage)
    stage.edit(lead, by=SARAH, owner_id=INBOUND, status="Working")
    look(stage)
    assert stage.ledger.contests() == ()
    assert len(stage.decide().decisions) == 1


def test_our_own_write_is_no_contest_and_no_reason_to_decide() -> None:
    stage = Stage()
    look(stage)
    stage.lead()
    stage.cycle()  # written, and read again with our owner and our name
    assert look(stage) == 0
    assert stage.cycle() == ()


def test_a_row_read_before_our_write_arrived_says_nothing() -> None:
    stage = Stage()
    look(stage)
    lead = stage.lead()
    stage.edit(lead, by=FLOW, company="Other")  # the mirror reads this only now, our write is on its way
    stage.decide()
    stage.settle(lead, WriteState.DONE)
    assert look(stage) == 0


def test_after_a_restart_the_owners_of_the_last_day_are_looked_at() -> None:
    stage = Stage()
    lead, _ours = written(stage)
    changed(stage, lead, by=ROUTER, after=1, owner_id=INBOUND)
    stage.start()
    assert look(stage) == 1
    stage.start()
    assert look(stage) == 0


def test_status_and_explain_name_the_lead_and_who_took_it() -> None:
    stage = Stage(programs=("carl@ours.example",))
    look(stage)
    lead, ours = written(stage)
    changed(stage, lead, by=CARL, after=20, owner_id=SARAH)
    look(stage)
    (shown,) = take_status(stage.house.desk, stage.clock.now()).contested
    assert (shown.lead_id, shown.wanted, shown.found, shown.by) == (lead, NAMES[ours].title(), "Sarah", "Carl")
    assert explain_lead(stage.house.desk, lead, stage.clock).contest == shown
    stage.edit(lead, by=SARAH, status="Working")
    look(stage)
    assert explain_lead(stage.house.desk, lead, stage.clock).contest is None
