"""A machine's clock that is set back delays no job until the hour comes again (F29)."""

from datetime import UTC, datetime, timedelta

import pytest

from sfrouter.daemon.schedule import Clockwork


class Machine:
    """A machine whose clock may be set, and the one inside it that cannot."""

    def __init__(self) -> None:
        self.wall = self.passed = 1_000.0

    def live(self, seconds: float) -> None:
        self.wall += seconds
        self.passed += seconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


def clockwork(machine: Machine) -> Clockwork:
    return Clockwork(now=lambda: machine.wall, monotonic=lambda: machine.passed)


def test_appointments_move_along_when_the_clock_is_set_back(machine: Machine) -> None:
    one = clockwork(machine)
    one.every(30, "poll", lambda: None, first_in=3_600)
    one.once_at(datetime.now(UTC) + timedelta(hours=2), "send", lambda: None)
    one._scheduler.start(paused=True)
    try:
        before = one.appointment("poll"), one.appointment("send")
        machine.live(5)
        machine.wall -= 900
        one.mend()
        moved = [
            was - now
            for was, now in zip(before, (one.appointment("poll"), one.appointment("send")), strict=True)
            if was and now
        ]
        assert moved == [timedelta(seconds=900)] * 2
        one.mend()
        assert one.appointment("poll") == (before[0] or datetime.now(UTC)) - timedelta(seconds=900)
    finally:
        one.stop()


@pytest.mark.parametrize("step", [900.0, 0.5, -1.0])
def test_a_clock_set_forward_or_by_a_second_moves_nothing(machine: Machine, step: float) -> None:
    one = clockwork(machine)
    one.every(30, "poll", lambda: None, first_in=3_600)
    one._scheduler.start(paused=True)
    try:
        before = one.appointment("poll")
        machine.live(5)
        machine.wall += step
        one.mend()
        assert one.appointment("poll") == before
    finally:
        one.stop()
