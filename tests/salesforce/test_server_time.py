"""The org's time is never overtaken and hardly ever late, and a wrong clock of ours is told once."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from sfrouter.base.clock import SetClock
from sfrouter.salesforce.server_time import ServerTime
from tests.salesforce.scene import NOON

STEPS = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 3), st.floats(-5000, 5000)), min_size=1, max_size=20)


@given(st.floats(-1000, 1000), STEPS)
def test_the_estimate_is_within_a_second_and_a_call_whatever_our_clock_does(
    ahead: float, steps: list[tuple[float, float, float]]
) -> None:
    clock = SetClock(NOON)
    time = ServerTime(clock)
    for pause, elapsed, jump in steps:
        clock.advance(pause)
        true = NOON + timedelta(seconds=ahead + clock.monotonic())
        header = format_datetime(true, usegmt=True)
        clock.advance(elapsed)
        time.note(header, elapsed)
        clock.set(clock.now() + timedelta(seconds=jump))
        late = (NOON + timedelta(seconds=ahead + clock.monotonic()) - time.now()).total_seconds()
        assert -0.001 <= late <= 1.001 + elapsed


@pytest.mark.parametrize(
    "header",
    [
        "", "yesterday", "Mon, 99 Foo 2026 12:00:00 GMT", "2026-03-02T12:00:00Z",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 02 Mar 2026 12:00:00 +99999999999999999999",
    ],
)  # fmt: skip
def test_a_date_that_is_none_is_passed_over(header: str) -> None:
    clock = SetClock(NOON)
    time = ServerTime(clock)
    time.note(header, 0)
    assert not time.known
    assert time.now() == NOON
    assert time.skew() == timedelta()


def test_a_clock_that_is_off_by_more_than_30_seconds_is_told_once() -> None:
    clock = SetClock(NOON)
    time = ServerTime(clock)
    with capture_logs() as told:
        for seconds in (29, 40, 45):
            time.note(format_datetime(NOON + timedelta(seconds=seconds), usegmt=True), 0)
    assert [line["seconds"] for line in told] == [40]
