"""Our share of the org's calls: what is used, what a day will take, and how busy that lets us be."""

from datetime import datetime, timedelta

import pytest

from sfrouter.salesforce.budget import Mode, outlook
from tests.journey.stage import NOON

HOUR = timedelta(hours=1)


def hours(*calls: int) -> list[tuple[datetime, int]]:
    """Calls of the hours before noon, the last one the newest."""
    return [(NOON - HOUR * (len(calls) - place), count) for place, count in enumerate(calls)]


def test_without_the_orgs_limit_nothing_is_held_back() -> None:
    found = outlook(hours(900, 900), None, 50, NOON)
    assert (found.mode, found.own_used, found.own_most, found.org_used) == (Mode.NORMAL, 1800, None, None)


@pytest.mark.parametrize(("used", "mode"), [
    (699, Mode.NORMAL), (700, Mode.SLOW), (899, Mode.SLOW), (900, Mode.ESSENTIAL), (2000, Mode.ESSENTIAL),
])  # fmt: skip
def test_what_we_used_of_our_own_share_decides(used: int, mode: Mode) -> None:
    """Half of 2,000 is ours; the calls lie so far back that they say nothing of today's pace."""
    found = outlook([(NOON - 20 * HOUR, used)], (used, 2_000_000), 50, NOON)
    assert found.mode is Mode.NORMAL
    found = outlook([(NOON - 20 * HOUR, used)], (0, 2_000), 50, NOON)
    assert (found.mode, found.own_most, found.forecast) == (mode, 1000, None)
    assert bool(found.why) == (mode is not Mode.NORMAL)


@pytest.mark.parametrize(("used", "mode"), [(849, Mode.NORMAL), (850, Mode.SLOW), (950, Mode.ESSENTIAL)])
def test_what_other_programs_use_counts_too(used: int, mode: Mode) -> None:
    assert outlook(hours(1), (used, 1_000), 50, NOON).mode is mode


def test_the_share_is_a_setting() -> None:
    assert outlook(hours(1), (0, 15_000), 20, NOON).own_most == 3_000


def test_calls_of_yesterday_are_forgotten_after_24_hours() -> None:
    assert outlook([(NOON - 26 * HOUR, 500), (NOON - 23 * HOUR, 7)], (0, 15_000), 50, NOON).own_used == 7


def test_the_forecast_is_the_pace_of_the_last_six_hours() -> None:
    found = outlook(hours(9_000, 9_000, 200, 200, 200, 200, 200, 200), (0, 1_000_000), 50, NOON)
    assert found.forecast == 4_800
    assert outlook([(NOON - timedelta(minutes=9), 50)], (0, 15_000), 50, NOON).forecast is None


def test_a_pace_that_will_not_last_the_day_slows_us_from_the_half_on() -> None:
    assert outlook(hours(100, 100), (0, 1_000), 50, NOON).mode is Mode.NORMAL
    assert outlook(hours(150, 150), (0, 1_000), 50, NOON).mode is Mode.SLOW
