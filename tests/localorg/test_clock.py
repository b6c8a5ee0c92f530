"""The org's clock runs, stands and moves as it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sfrouter.localorg.clock import OrgClock

NOON = datetime(2026, 3, 1, 12, 0, 0, 987654, tzinfo=UTC)


def test_a_clock_that_was_set_stands_still_and_moves_only_when_told() -> None:
    clock = OrgClock()
    clock.set(NOON)
    assert clock.now() == NOON == clock.now()
    clock.advance(90)
    assert clock.now() == NOON + timedelta(seconds=90)


def test_stamps_are_whole_seconds() -> None:
    assert OrgClock(NOON).stamp() == NOON.replace(microsecond=0)


def test_a_clock_runs_on_from_a_moment_and_can_be_moved_while_it_runs() -> None:
    clock = OrgClock(NOON)
    clock.run_from(NOON + timedelta(days=1))
    first = clock.now()
    assert timedelta(0) <= first - (NOON + timedelta(days=1)) < timedelta(minutes=1)
    clock.advance(3600)
    assert clock.now() - first >= timedelta(hours=1)


def test_times_are_told_in_utc_and_need_a_zone() -> None:
    clock = OrgClock(datetime(2026, 3, 1, 14, 0, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now() == datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        clock.set(datetime(2026, 3, 1))
