"""Whose turn it is, what a settlement brings with it, and what a restart makes of writes in mid-air."""

from datetime import timedelta
from typing import Any

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.ledger.errors import IllegalMoveError, UnknownWriteError
from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.settlement import Settlement
from sfrouter.model.write import Write, WriteKind, WriteState
from tests.ledger.samples import LEAD, NOON, SARAH, decision, write

LATER = NOON + timedelta(seconds=30)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger.open(None, SetClock(NOON))


def fill(ledger: Ledger, *writes: Write) -> None:
    """One decision a lead, each with its writes."""
    for lead_id in dict.fromkeys(item.lead_id for item in writes):
        ledger.record(decision(lead_id=lead_id), tuple(item for item in writes if item.lead_id == lead_id), ())


def lead_write(index: int, **changes: Any) -> Write:
    return write(f"lead{index}", lead_id=f"00Q{index:012}AAA", **changes)


def states(ledger: Ledger) -> dict[str, WriteState]:
    return {item.key: item.state for item in ledger.writes()}


def due(ledger: Ledger, kind: WriteKind = WriteKind.LEAD, limit: int = 10) -> list[str]:
    return [item.key for item in ledger.due(kind, NOON, limit)]


def test_the_most_urgent_goes_first_then_the_oldest(ledger: Ledger) -> None:
    fill(ledger, lead_write(1), lead_write(2, priority=1), lead_write(3), lead_write(4, priority=1))
    assert due(ledger) == ["lead2", "lead4", "lead1", "lead3"]
    assert due(ledger, limit=3) == ["lead2", "lead4", "lead1"]


def test_a_write_held_back_is_not_due_before_its_time(ledger: Ledger) -> None:
    fill(ledger, lead_write(1, not_before=LATER), lead_write(2))
    assert due(ledger) == ["lead2"]
    assert [item.key for item in ledger.due(WriteKind.LEAD, LATER, 10)] == ["lead1", "lead2"]


def test_a_lead_modified_too_lately_is_not_due(ledger: Ledger) -> None:
    fill(ledger, lead_write(1, unmodified_since=NOON), lead_write(2, unmodified_since=LATER))
    found = ledger.due(WriteKind.LEAD, NOON, 10, modified_before=NOON)
    assert [item.key for item in found] == ["lead1"]


def test_marking_counts_the_attempt_and_keeps_the_time_and_marks_none_when_one_is_not_pending(
    ledger: Ledger,
) -> None:
    fill(ledger, lead_write(1), lead_write(2))
    (marked,) = ledger.mark_sending(("lead1",), LATER)
    assert (marked.state, marked.attempts, marked.sent_at) == (WriteState.SENDING, 1, LATER)
    with pytest.raises(IllegalMoveError):
        ledger.mark_sending(("lead2", "lead1"), LATER)
    assert states(ledger)["lead2"] is WriteState.PENDING
    with pytest.raises(UnknownWriteError):
        ledger.mark_sending(("nobody",), LATER)


def test_a_done_lead_write_releases_its_tasks_in_the_same_breath(ledger: Ledger) -> None:
    fill(ledger, write("lead"), write("task", kind=WriteKind.TASK))
    assert due(ledger, WriteKind.TASK) == []
    ledger.mark_sending(("lead",), NOON)
    ledger.settle((Settlement(key="lead", state=WriteState.DONE, record_id=LEAD),), NOON)
    assert states(ledger) == {"lead": WriteState.DONE, "task": WriteState.PENDING}
    assert due(ledger, WriteKind.TASK) == ["task"]


@pytest.mark.parametrize("end", [WriteState.SUPERSEDED, WriteState.REFUSED, WriteState.DEAD])
def test_a_lead_write_that_ends_otherwise_takes_its_tasks_with_it(ledger: Ledger, end: WriteState) -> None:
    fill(ledger, write("lead"), write("task", kind=WriteKind.TASK))
    ledger.mark_sending(("lead",), NOON)
    ledger.settle((Settlement(key="lead", state=end),), NOON)
    assert states(ledger) == {"lead": end, "task": WriteState.SUPERSEDED}


def test_one_illegal_settlement_undoes_the_whole_batch(ledger: Ledger) -> None:
    fill(ledger, lead_write(1), lead_write(2))
    ledger.mark_sending(("lead1",), NOON)
    batch = [Settlement(key=key, state=WriteState.DONE) for key in ("lead1", "lead2")]
    with pytest.raises(IllegalMoveError):
        ledger.settle(batch, NOON)
    assert states(ledger) == {"lead1": WriteState.SENDING, "lead2": WriteState.PENDING}


def test_what_was_in_mid_air_at_the_end_of_the_last_run_is_unknown_and_only_that(ledger: Ledger) -> None:
    fill(ledger, lead_write(1), lead_write(2))
    ledger.mark_sending(("lead1",), NOON)
    assert ledger.unknown_at_start() == 1
    assert ledger.unknown_at_start() == 0
    assert states(ledger) == {"lead1": WriteState.UNKNOWN, "lead2": WriteState.PENDING}
    assert [item.key for item in ledger.unknown(WriteKind.LEAD, NOON)] == ["lead1"]


def test_a_write_that_would_go_out_again_is_superseded_when_its_lead_has_a_newer_decision(ledger: Ledger) -> None:
    fill(ledger, write("old"))
    ledger.mark_sending(("old",), NOON)
    ledger.record(decision(number=2), (write("new", 2),), ())
    ledger.unknown_at_start()
    ledger.settle((Settlement(key="old", state=WriteState.PENDING),), NOON)
    assert states(ledger) == {"old": WriteState.SUPERSEDED, "new": WriteState.PENDING}


def test_a_mark_to_decide_anew_ends_with_the_next_decision_and_is_not_set_by_an_outdated_one(
    ledger: Ledger,
) -> None:
    fill(ledger, write("one"))
    ledger.mark_sending(("one",), NOON)
    ledger.settle((Settlement(key="one", state=WriteState.SUPERSEDED, decide_anew="it changed"),), NOON)
    assert ledger.to_decide_anew() == {LEAD: "it changed"}
    ledger.record(decision(number=2), (write("two", 2),), ())
    assert ledger.to_decide_anew() == {}
    ledger.mark_sending(("two",), NOON)
    ledger.record(decision(number=3), (), ())
    ledger.settle((Settlement(key="two", state=WriteState.SUPERSEDED, decide_anew="late"),), NOON)
    assert ledger.to_decide_anew() == {}


def test_a_person_the_org_refused_is_suspended_until_the_time_is_over_or_he_is_reinstated(ledger: Ledger) -> None:
    fill(ledger, write("one"))
    ledger.mark_sending(("one",), NOON)
    refused = Settlement(key="one", state=WriteState.SUPERSEDED, suspend_person=SARAH, suspend_until=LATER)
    ledger.settle((refused,), NOON)
    assert ledger.suspended_people(NOON) == {SARAH: LATER}
    assert ledger.suspended_people(LATER) == {}
    ledger.reinstate(SARAH)
    assert ledger.suspended_people(NOON) == {}


def test_a_parked_kind_is_not_due_until_its_time_and_is_news_only_once(ledger: Ledger) -> None:
    fill(ledger, lead_write(1))
    assert ledger.park(WriteKind.LEAD, LATER, code="NO", words="no right")
    assert not ledger.park(WriteKind.LEAD, LATER, code="NO", words="no right")
    assert due(ledger) == []
    assert [item.key for item in ledger.due(WriteKind.LEAD, LATER, 10)] == ["lead1"]
    assert [item.kind for item in ledger.parked()] == [WriteKind.LEAD]
    ledger.unpark(WriteKind.LEAD)
    assert due(ledger) == ["lead1"]


@pytest.mark.parametrize("known", ["it is being sent", "nobody knows whether it arrived"])
def test_a_lead_is_not_written_while_an_earlier_write_of_it_is_in_doubt(ledger: Ledger, known: str) -> None:
    """Two at once could arrive in either order, and the older owner would be the last."""
    fill(ledger, write("old"), lead_write(9))
    ledger.mark_sending(("old",), NOON)
    ledger.record(decision(number=2), (write("new", 2),), ())
    if known != "it is being sent":
        ledger.unknown_at_start()
    assert due(ledger) == ["lead9"]
    ledger.settle((Settlement(key="old", state=WriteState.DONE),), NOON)
    assert due(ledger) == ["lead9", "new"]


def test_a_task_in_doubt_keeps_back_neither_other_tasks_nor_the_next_write_of_its_lead(ledger: Ledger) -> None:
    fill(ledger, write("lead"), write("one", kind=WriteKind.TASK), write("two", kind=WriteKind.TASK))
    ledger.mark_sending(("lead",), NOON)
    ledger.settle((Settlement(key="lead", state=WriteState.DONE),), NOON)
    ledger.mark_sending(("one",), NOON)
    assert due(ledger, WriteKind.TASK) == ["two"]
    ledger.record(decision(number=2), (write("next", 2),), ())
    assert due(ledger) == ["next"]
