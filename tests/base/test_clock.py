"""Time comes from outside: a set clock stands still until told, and is always aware."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sfrouter.base.clock import SetClock, SystemClock


def test_a_set_clock_moves_only_when_told() -> None:
    clock = SetClock(datetime(2026, 1, 1, tzinfo=UTC))
    clock.sleep(90)
    assert clock.now() == datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC)
    assert clock.monotonic() == 90


def test_a_jump_backwards_does_not_turn_back_the_stopwatch() -> None:
    clock = SetClock(datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=9))))
    clock.advance(10)
    clock.set(datetime(2025, 1, 1, tzinfo=UTC))
    assert clock.now().year == 2025
    assert clock.monotonic() == 10


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        SetClock(datetime(2026, 1, 1))


def test_the_system_clock_is_aware() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
