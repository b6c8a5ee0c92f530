"""Business time: breaks, holidays and clock changes are exact, and adding is the contrary of measuring."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfrouter.base.business_time import (
    BusinessTime,
    NeverOpenError,
    add_minutes,
    add_time,
    check_country,
    holiday_name,
    is_open,
    minutes_between,
    next_opening,
    time_between,
)
from sfrouter.base.working_week import Week, read_week

OFFICE = read_week({"mon-fri": "09:00-12:00, 13:00-17:00"})
BERLIN = BusinessTime(week=OFFICE, zone="Europe/Berlin", country="DE", subdivision="BE")
NIGHTS = read_week({"mon-sun": "00:00-06:00"})
EVERY_MINUTE = timedelta(minutes=1)


def there(zone: str, *moment: int, fold: int = 0) -> datetime:
    """A moment by the wall clock of a zone."""
    return datetime(*moment, tzinfo=ZoneInfo(zone), fold=fold)  # type: ignore[misc,arg-type]


def berlin(*moment: int) -> datetime:
    """A moment by the clocks of Berlin."""
    return there("Europe/Berlin", *moment)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (berlin(2026, 11, 23, 8, 59), False),
        (berlin(2026, 11, 23, 9), True),
        (berlin(2026, 11, 23, 12), False),
        (berlin(2026, 11, 23, 13), True),
        (berlin(2026, 11, 23, 16, 59), True),
        (berlin(2026, 11, 23, 17), False),
        (berlin(2026, 11, 22, 10), False),  # Sunday
        (berlin(2026, 12, 25, 10), False),  # Christmas, a Friday
        (berlin(2026, 12, 24, 10), True),  # no public holiday
        (datetime(2026, 11, 23, 8, tzinfo=UTC), True),
    ],
)
def test_open_by_weekday_break_and_holiday(moment: datetime, expected: bool) -> None:
    assert is_open(BERLIN, moment) is expected


def test_the_next_opening_is_now_or_after_break_night_weekend_and_holidays() -> None:
    assert next_opening(BERLIN, berlin(2026, 11, 23, 10)) == berlin(2026, 11, 23, 10)
    assert next_opening(BERLIN, berlin(2026, 11, 23, 12)) == berlin(2026, 11, 23, 13)
    assert next_opening(BERLIN, berlin(2026, 11, 20, 17)) == berlin(2026, 11, 23, 9)
    assert next_opening(BERLIN, berlin(2026, 12, 24, 18)) == berlin(2026, 12, 28, 9)


def test_subdivisions_own_days_off_and_days_worked_all_the_same() -> None:
    epiphany = berlin(2026, 1, 6, 10)
    assert is_open(BERLIN, epiphany)
    assert not is_open(BusinessTime(week=OFFICE, zone="Europe/Berlin", country="DE", subdivision="BY"), epiphany)
    own = BusinessTime(
        week=OFFICE, zone="Europe/Berlin", country="DE", days_off=frozenset({date(2026, 12, 24)}),
        days_on=frozenset({date(2026, 12, 25)}),
    )  # fmt: skip
    assert not is_open(own, berlin(2026, 12, 24, 10))
    assert is_open(own, berlin(2026, 12, 25, 10))


def test_minutes_are_added_over_break_night_and_weekend() -> None:
    assert add_minutes(BERLIN, berlin(2026, 11, 23, 11, 30), 60) == berlin(2026, 11, 23, 13, 30)
    assert add_minutes(BERLIN, berlin(2026, 11, 20, 16), 60) == berlin(2026, 11, 20, 17)
    assert add_minutes(BERLIN, berlin(2026, 11, 20, 16), 61) == berlin(2026, 11, 23, 9, 1)
    assert add_minutes(BERLIN, berlin(2026, 11, 21, 3), 5) == berlin(2026, 11, 23, 9, 5)
    assert add_minutes(BERLIN, berlin(2026, 11, 21, 3), 0) == berlin(2026, 11, 21, 3)


def test_minutes_between_leave_out_what_is_not_worked() -> None:
    assert minutes_between(BERLIN, berlin(2026, 11, 20, 16), berlin(2026, 11, 23, 9, 30)) == 90
    assert minutes_between(BERLIN, berlin(2026, 11, 23, 9, 30), berlin(2026, 11, 20, 16)) == -90
    assert minutes_between(BERLIN, berlin(2026, 11, 23, 12), berlin(2026, 11, 23, 13)) == 0


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", (2026, 3, 29), 5),
        ("Europe/Berlin", (2026, 10, 25), 7),
        ("America/New_York", (2026, 3, 8), 5),
        ("America/New_York", (2026, 11, 1), 7),
        ("Australia/Lord_Howe", (2026, 10, 4), 5.5),  # half an hour
        ("Australia/Lord_Howe", (2026, 4, 5), 6.5),
        ("America/Sao_Paulo", (2018, 11, 4), 5),  # at midnight: the day begins at one
        ("America/Sao_Paulo", (2018, 2, 18), 6),  # the hour twice belongs to the day before
        ("Pacific/Apia", (2011, 12, 30), 0),  # a day that never was
        ("Asia/Tokyo", (2026, 3, 29), 6),
    ],
)
def test_six_hours_of_night_are_what_the_clocks_make_of_them(
    zone: str, day: tuple[int, int, int], hours: float
) -> None:
    calendar = BusinessTime(week=NIGHTS, zone=zone)
    noon = there(zone, *day, 12)
    if zone == "Pacific/Apia":
        noon = there(zone, 2011, 12, 29, 12) + timedelta(hours=12)
    evening = noon - timedelta(hours=14)
    assert minutes_between(calendar, evening, noon) == (hours * 60 if hours else 0)


def test_hours_that_begin_in_the_skipped_hour_begin_when_the_clock_goes_on() -> None:
    calendar = BusinessTime(week=read_week({"sun": "02:30-05:00"}), zone="Europe/Berlin")
    opening = next_opening(calendar, berlin(2026, 3, 28, 12))
    assert opening == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert opening.astimezone(ZoneInfo("Europe/Berlin")).hour == 3
    assert add_minutes(calendar, opening, 120) == berlin(2026, 3, 29, 5)


def test_hours_that_end_in_the_doubled_hour_end_the_first_time() -> None:
    calendar = BusinessTime(week=read_week({"sun": "00:00-02:30"}), zone="Europe/Berlin")
    assert is_open(calendar, there("Europe/Berlin", 2026, 10, 25, 2, 29))
    assert not is_open(calendar, there("Europe/Berlin", 2026, 10, 25, 2, 29, fold=1))


def test_a_calendar_that_never_opens_says_so() -> None:
    closed: Week = ((),) * 7
    never = BusinessTime(week=closed)
    assert next_opening(never, berlin(2026, 1, 1)) is None
    with pytest.raises(NeverOpenError):
        add_minutes(never, berlin(2026, 1, 1), 1)


def test_what_is_no_moment_no_zone_and_no_country_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        is_open(BERLIN, datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="never taken away"):
        add_minutes(BERLIN, berlin(2026, 1, 1), -1)
    with pytest.raises(ValueError, match="no time zone is called 'Berlin'"):
        is_open(BusinessTime(zone="Berlin"), berlin(2026, 1, 1))
    with pytest.raises(ValueError, match="two letters"):
        check_country("Germany")
    with pytest.raises(ValueError, match="no subdivision 'XX'; there are: BB, BE"):
        check_country("DE", "XX")


def test_a_holiday_has_its_name() -> None:
    assert holiday_name(date(2026, 1, 1), "US") == "New Year's Day"
    assert holiday_name(date(2026, 1, 2), "US") == ""


zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Asuncion", "Asia/Kathmandu"]
)
halves = st.lists(st.integers(0, 48), max_size=6, unique=True).map(sorted)
stretches = halves.map(
    lambda found: tuple((30 * found[at], 30 * found[at + 1]) for at in range(0, len(found) - 1, 2))
)
weeks = st.tuples(*[stretches] * 7).filter(any)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
calendars = st.builds(
    lambda week, zone, country: BusinessTime(week=week, zone=zone, country=country),
    weeks, zones, st.sampled_from(["", "DE", "US", "JP"]),
)  # fmt: skip


@given(calendars, moments, st.integers(0, 6000))
@settings(max_examples=150, deadline=None)
def test_adding_is_the_contrary_of_measuring(calendar: BusinessTime, moment: datetime, minutes: int) -> None:
    due = add_minutes(calendar, moment, minutes)
    assert due >= moment
    assert minutes_between(calendar, moment, due) == minutes
    if minutes:
        assert is_open(calendar, due - timedelta(microseconds=1))


@given(calendars, moments, moments, moments)
@settings(max_examples=100, deadline=None)
def test_stretches_of_time_add_up(calendar: BusinessTime, one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    whole = time_between(calendar, first, last)
    assert whole == time_between(calendar, first, middle) + time_between(calendar, middle, last)
    assert timedelta(0) <= whole <= last - first
    assert add_time(calendar, first, whole) <= last


@given(calendars, moments)
@settings(max_examples=100, deadline=None)
def test_it_is_open_from_the_next_opening_on_and_not_before(calendar: BusinessTime, moment: datetime) -> None:
    opening = next_opening(calendar, moment)
    assert opening is not None
    assert is_open(calendar, opening)
    assert (opening == moment) is is_open(calendar, moment)
    assert time_between(calendar, moment, opening) == timedelta(0)


@given(st.sampled_from([(2026, 3, 28, 20), (2026, 10, 24, 20)]), weeks, st.integers(0, 900))
@settings(max_examples=60, deadline=None)
def test_on_the_nights_of_the_clock_change_every_open_minute_counts_once(
    evening: tuple[int, int, int, int], week: Week, minutes: int
) -> None:
    """Against a count minute by minute, which knows nothing of stretches."""
    calendar, start = BusinessTime(week=week, zone="Europe/Berlin"), berlin(*evening).astimezone(UTC)
    counted = sum(is_open(calendar, start + number * EVERY_MINUTE) for number in range(minutes))
    assert minutes_between(calendar, start, start + minutes * EVERY_MINUTE) == counted
