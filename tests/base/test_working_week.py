"""Working hours as an admin writes them: days, breaks and nights are understood, a fault is named."""

from typing import Any

import pytest

from sfrouter.base.working_week import MIDNIGHT, ROUND_THE_CLOCK, read_week

NINE, NOON, ONE, FIVE = 540, 720, 780, 1020


def test_days_ranges_lists_and_breaks() -> None:
    week = read_week({"mon-thu": "09:00-12:00, 13:00-17:00", "Friday": ["9:00-12:00"], "sat, sun": "closed"})
    assert week == (((NINE, NOON), (ONE, FIVE)),) * 4 + (((NINE, NOON),), (), ())


def test_a_day_that_is_not_named_is_closed() -> None:
    assert read_week({"wed": "09:00-17:00"}) == ((), (), ((NINE, FIVE),), (), (), (), ())


def test_a_range_may_go_over_the_end_of_the_week() -> None:
    assert [bool(day) for day in read_week({"sat-mon": "09:00-12:00"})] == [True, *[False] * 4, True, True]


def test_hours_over_midnight_belong_to_two_days() -> None:
    week = read_week({"sun": "22:00-06:00", "mon": "06:00-07:00"})
    assert week[6] == ((1320, MIDNIGHT),)
    assert week[0] == ((0, 360), (360, 420))
    assert read_week({"tue": "22:00-00:00"})[1:3] == (((1320, MIDNIGHT),), ())


def test_the_whole_week() -> None:
    assert read_week({"mon-sun": "00:00-24:00"}) == ROUND_THE_CLOCK


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"monn": "09:00-17:00"}, "'monn' is no day"),
        ({"mon-xyz": "09:00-17:00"}, "'xyz' is no day"),
        ({"mon": "9-17"}, "no hours"),
        ({"mon": "09:00-25:00"}, "no time of day"),
        ({"mon": "09:60-10:00"}, "no time of day"),
        ({"mon": "09:00-09:00"}, "no time at all"),
        ({"mon": 9}, "are written as"),
        ({"mon": [9]}, "no hours"),
        ({"mon": "09:00-12:00, 11:00-13:00"}, "overlap"),
        ({"sun": "22:00-06:00", "mon": "05:00-07:00"}, "overlap"),
        ({"mon-wed": "09:00-12:00", "tue": "13:00-14:00"}, "given twice"),
        ({"mon-wed, tue": "09:00-12:00"}, "the hours of 'tue' are given twice"),
    ],
)
def test_a_fault_is_named(written: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_week(written)
