"""Status shows every write, wherever it is, and everything that needs a person."""

from datetime import timedelta

from sfrouter.base.clock import SetClock
from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.settlement import Settlement
from sfrouter.model.write import WriteKind, WriteState
from tests.ledger.samples import LEAD, NOON, decision, write


def test_an_empty_ledger_has_figures_too() -> None:
    status = Ledger.open(None, SetClock(NOON)).status()
    assert (status.decisions, status.live, status.oldest_unsent_at, status.last_decision_at) == (0, 0, None, None)


def test_counts_ages_and_troubles_are_told_with_the_orgs_own_sentence() -> None:
    clock = SetClock(NOON)
    ledger = Ledger.open(None, clock)
    ledger.record(decision(), (write("lead1"), write("task1", kind=WriteKind.TASK)), ())
    ledger.mark_sending(("lead1",), NOON)
    ledger.settle((Settlement(key="lead1", state=WriteState.REFUSED, code="X", text="Region is required"),), NOON)
    clock.advance(60)
    ledger.record(decision(number=2), (write("lead2", 2), write("task2", 2, kind=WriteKind.TASK)), ())
    ledger.mark_sending(("lead2",), NOON)
    held_until = NOON + timedelta(hours=1)
    held = Settlement(key="lead2", state=WriteState.PENDING, code="L", text="locked", not_before=held_until)
    ledger.settle((held,), NOON)
    ledger.park(WriteKind.TASK, held_until, code="NO", words="no right")
    ledger.pause_sending(held_until, "daily limit")
    status = ledger.status()
    assert (status.decisions, dict(status.by_rule)) == (2, {"customer_owner": 2})
    assert status.count(WriteState.REFUSED, WriteKind.LEAD) == 1
    assert status.count(WriteState.WAITING) == 1
    assert status.live == 2
    assert status.oldest_unsent_at == NOON + timedelta(seconds=60)
    assert [(item.lead_id, item.answer_text) for item in status.troubled] == [(LEAD, "Region is required")]
    assert [(item.key, item.answer_text) for item in status.held] == [("lead2", "locked")]
    assert [item.words for item in status.parked] == ["no right"]
    assert status.pause is not None
    assert status.pause.why == "daily limit"
