"""Reckons in business time: working hours by weekday, holidays and own days off, in one time zone.

A moment is any aware datetime; answers are in UTC. Exact on the nights the clocks change: hours the wall clock
skips are not worked, hours it shows twice are worked twice when they lie inside a stretch; a stretch begins and
ends when the wall clock shows its time for the first time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sfrouter.base.working_week import ROUND_THE_CLOCK, Week

HORIZON_DAYS = 3660
"""How far ahead working hours are looked for: ten years."""
Opening = tuple[datetime, datetime]
"""From when to when, in UTC; the end is no longer inside."""


class NeverOpenError(ValueError):
    """So much business time does not pass within ten years: too few hours, or none at all."""

    def __init__(self) -> None:
        super().__init__("these working hours hold too little time within ten years, or none at all")


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessTime:
    """When somebody works. The standard is round the clock in UTC, which makes business time clock time.

    `country` is a two-letter code whose public holidays are free, `subdivision` the state in it ("" for those of
    the whole country). `days_off` are further free days, `days_on` holidays that are worked all the same.
    """

    week: Week = ROUND_THE_CLOCK
    zone: str = "UTC"
    country: str = ""
    subdivision: str = ""
    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()

    def free(self, day: date) -> bool:
        """Is the day a holiday or a day off? A weekday without hours is not free, only closed."""
        if day in self.days_off:
            return True
        if not self.country or day in self.days_on:
            return False
        return bool(holiday_name(day, self.country, self.subdivision))


def is_open(calendar: BusinessTime, moment: datetime) -> bool:
    """Does the moment lie in working hours? The minute they end no longer does."""
    at = _utc(moment)
    return any(opens <= at < closes for opens, closes in _openings(calendar, at, days=1))


def next_opening(calendar: BusinessTime, moment: datetime) -> datetime | None:
    """The moment itself when it lies in working hours, else when they next begin; None when they do
    not within ten years."""
    at = _utc(moment)
    return next((max(opens, at) for opens, _ in _openings(calendar, at)), None)


def add_minutes(calendar: BusinessTime, moment: datetime, minutes: float) -> datetime:
    """When so many business minutes from a moment are over; no minutes are over at once.

    Raises ValueError for less than none, NeverOpenError when so much does not pass within ten years.
    """
    return add_time(calendar, moment, timedelta(minutes=minutes))


def minutes_between(calendar: BusinessTime, start: datetime, end: datetime) -> float:
    """How many business minutes lie between two moments; less than none when the end comes first."""
    return time_between(calendar, start, end) / timedelta(minutes=1)


def add_time(calendar: BusinessTime, moment: datetime, span: timedelta) -> datetime:
    """As `add_minutes`, for a span of business time."""
    if span < timedelta(0):
        raise ValueError("business time is only added, never taken away")
    at, left = _utc(moment), span
    if not left:
        return at
    for opens, closes in _openings(calendar, at):
        begin = max(opens, at)
        if left <= closes - begin:
            return begin + left
        left -= closes - begin
    raise NeverOpenError


def time_between(calendar: BusinessTime, start: datetime, end: datetime) -> timedelta:
    """As `minutes_between`, as a span."""
    first, last = _utc(start), _utc(end)
    if last < first:
        return -time_between(calendar, last, first)
    total = timedelta(0)
    for opens, closes in _openings(calendar, first, days=(last - first).days + 3):
        if opens >= last:
            break
        total += min(closes, last) - max(opens, first)
    return total


def _openings(calendar: BusinessTime, at: datetime, *, days: int = HORIZON_DAYS) -> Iterator[Opening]:
    """The stretches that end after a moment, in order, of its day and the days after it."""
    zone = zone_named(calendar.zone)
    today = at.astimezone(zone).date()
    for ahead in range(min(days, (date.max - today).days - 1)):
        day = today + timedelta(days=ahead)
        for opens, closes in () if calendar.free(day) else calendar.week[day.weekday()]:
            begin, end = _moment(day, opens, zone), _moment(day, closes, zone)
            if begin < end and end > at:
                yield begin, end


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The first moment at which the wall clock shows this time of that day, or a later one when it skips it."""
    full = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    wall = full.replace(tzinfo=zone)
    found = wall.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == full:
        return found
    return _change(wall.replace(fold=1).astimezone(UTC), found, zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks were put forward between two moments, to the second."""
    old = before.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old
        low, high = (middle, high) if same else (low, middle)
    return before + timedelta(seconds=high)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("an aware time is needed, with its time zone")
    return moment.astimezone(UTC)


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """The time zone. Raises ValueError when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no time zone is called '{name}'; write one as Europe/Berlin") from None


def holiday_name(day: date, country: str, subdivision: str = "") -> str:
    """What is celebrated that day, "" when it is no public holiday there."""
    return _holidays(country, subdivision, day.year).get(day, "")


def check_country(country: str, subdivision: str = "") -> None:
    """Raises ValueError when no holidays are known for the country, or it has no such subdivision."""
    import holidays

    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        raise ValueError(f"no holidays are known for the country '{country}'; write its two letters, as DE")
    if subdivision and subdivision not in known[country]:
        there = ", ".join(known[country]) or "none"
        raise ValueError(f"'{country}' has no subdivision '{subdivision}'; there are: {there}")


@lru_cache(maxsize=512)
def _holidays(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    # Loaded here: the library is large, and most commands ask for no holiday.
    import holidays

    check_country(country, subdivision)
    return dict(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
