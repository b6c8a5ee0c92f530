"""What the ledger makes of silence once the org carries out a write of the same kind."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.org_binding import BoundOrg
from sfrouter.ledger.settlement import Settlement
from sfrouter.ledger.silence import SILENT
from sfrouter.model.write import Write, WriteKind, WriteState
from tests.ledger.samples import NOON, decision, write

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger.open(None, SetClock(NOON))


def add(ledger: Ledger, name: str) -> str:
    """A lead with a write that may be sent."""
    lead_id = f"00Q{name:0>12}AAA"
    ledger.record(decision(lead_id=lead_id), (write(name, lead_id=lead_id, record_id=lead_id),), ())
    return name


def carried_out(ledger: Ledger, name: str, at: datetime) -> None:
    ledger.mark_sending([name], at)
    ledger.settle([Settlement(key=name, state=WriteState.DONE)], at)


def unanswered(ledger: Ledger, name: str, at: datetime, times: int = 1) -> None:
    """It went unanswered, was not carried out, and waits for an hour."""
    ledger.mark_sending([name], at)
    ledger.settle([Settlement(key=name, state=WriteState.UNKNOWN, extra={SILENT: str(times)})], at)
    ledger.settle([Settlement(key=name, state=WriteState.PENDING, not_before=at + HOUR)], at)


def the(ledger: Ledger, name: str) -> Write:
    return next(one for one in ledger.writes() if one.key == name)


def due(ledger: Ledger, at: datetime) -> list[str]:
    return [one.key for one in ledger.due(WriteKind.LEAD, at, 25)]


def steps(ledger: Ledger, work: Callable[[], object]) -> int:
    """How many hundred steps the database takes for some work."""
    found = []
    raw = ledger._store.engine.raw_connection().driver_connection
    assert raw is not None
    raw.set_progress_handler(lambda: found.append(1), 100)
    work()
    raw.set_progress_handler(None, 0)
    return len(found)


def test_what_was_silent_since_the_write_before_is_tried_now_and_what_was_so_earlier_waits(ledger: Ledger) -> None:
    unanswered(ledger, add(ledger, "poisoned"), NOON)
    carried_out(ledger, add(ledger, "1"), NOON + MINUTE)
    assert the(ledger, "poisoned").not_before is None, "nothing was carried out since its silence began"
    unanswered(ledger, "poisoned", NOON + 2 * MINUTE, times=2)
    unanswered(ledger, add(ledger, "other"), NOON + 2 * MINUTE)
    carried_out(ledger, add(ledger, "2"), NOON + 3 * MINUTE)
    assert the(ledger, "poisoned").not_before == NOON + 2 * MINUTE + HOUR
    assert the(ledger, "other").not_before is None


def test_what_may_go_together_after_an_outage_does_so_after_all_others_and_once(ledger: Ledger) -> None:
    for name in ("a", "b", "c"):
        add(ledger, name)
        unanswered(ledger, name, NOON, times=2)
    assert due(ledger, NOON + 2 * HOUR) == ["a"], "alone while nobody knows who is to blame"
    carried_out(ledger, add(ledger, "1"), NOON + MINUTE)
    assert due(ledger, NOON + MINUTE) == ["a", "b", "c"]
    add(ledger, "2")
    assert due(ledger, NOON + MINUTE) == ["2"]
    carried_out(ledger, "2", NOON + 2 * MINUTE)
    for name in ("a", "b"):
        unanswered(ledger, name, NOON + 3 * MINUTE, times=3)
    carried_out(ledger, add(ledger, "3"), NOON + 4 * MINUTE)
    assert due(ledger, NOON + 4 * MINUTE) == ["c"], "the others hung once more after an update was answered"
    carried_out(ledger, "c", NOON + 5 * MINUTE)
    assert due(ledger, NOON + 2 * HOUR) == ["a"]


def test_a_write_whose_time_had_come_may_go_together_too(ledger: Ledger) -> None:
    for name in ("a", "b"):
        add(ledger, name)
        unanswered(ledger, name, NOON, times=2)
    carried_out(ledger, add(ledger, "1"), NOON + 2 * HOUR)
    assert due(ledger, NOON + 2 * HOUR) == ["a", "b"]


def test_a_write_of_another_kind_tells_nothing(ledger: Ledger) -> None:
    unanswered(ledger, add(ledger, "hung"), NOON)
    lead_id = f"00Q{'task':0>12}AAA"
    task = write("task", kind=WriteKind.TASK, lead_id=lead_id, state=WriteState.PENDING)
    ledger.record(decision(lead_id=lead_id), (task,), ())
    carried_out(ledger, "task", NOON + MINUTE)
    assert the(ledger, "hung").not_before == NOON + HOUR


def test_what_another_org_carried_out_tells_nothing(ledger: Ledger) -> None:
    ledger.bind_org("00D000000000001AAA")
    carried_out(ledger, add(ledger, "1"), NOON + HOUR)
    ledger.adopt_org(BoundOrg(org_id="00D000000000002AAA"))
    unanswered(ledger, add(ledger, "hung"), NOON)
    carried_out(ledger, add(ledger, "2"), NOON + MINUTE)
    assert the(ledger, "hung").not_before is None


def test_settling_costs_no_more_the_more_was_written_before(ledger: Ledger) -> None:
    """With one silent write it read all that were ever done: a tenth of a second of 200,000, at each answer."""
    unanswered(ledger, add(ledger, "poisoned"), NOON)
    carried_out(ledger, add(ledger, "other"), NOON)
    unanswered(ledger, "poisoned", NOON, times=2)
    cost = []
    for count in range(600):
        name = add(ledger, str(count))
        ledger.mark_sending([name], NOON + MINUTE)
        done = Settlement(key=name, state=WriteState.DONE)
        cost.append(steps(ledger, lambda done=done: ledger.settle([done], NOON + MINUTE)))  # type: ignore[misc]
    assert max(cost[500:]) <= max(cost[:100]) + 2
