"""The working hours of a week as an admin writes them: "mon-fri: 09:00-12:00, 13:00-17:30"."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

Stretch = tuple[int, int]
"""From when to when, in minutes since midnight by the wall clock; the end is no longer inside."""
Week = tuple[tuple[Stretch, ...], ...]
"""The stretches of Monday to Sunday, in order, never overlapping. What lies between two of a day is a break."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60
ROUND_THE_CLOCK: Week = (((0, MIDNIGHT),),) * 7

_NAMES = {
    **{name: index for index, name in enumerate(DAYS)},
    **{name: index for index, name in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )},
}  # fmt: skip
_STRETCH = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|–|to)\s*(\d{1,2})[:.](\d{2})")


def read_week(written: Mapping[str, object]) -> Week:
    """The week of `{mon-fri: "09:00-17:30", sat: ["10:00-12:00", "13:00-15:00"], sun: closed}`.

    A day that is not named is closed. Hours that end before they begin go on after midnight.
    Raises ValueError with what is wrong in words.
    """
    week: list[list[Stretch]] = [[] for _ in DAYS]
    named: set[int] = set()
    for days, hours in written.items():
        stretches = _stretches(hours, days)
        for day in _days(days):
            if day in named:
                raise ValueError(f"the hours of '{DAYS[day]}' are given twice")
            named.add(day)
            for opens, closes in stretches:
                _put(week, day, opens, closes)
    return tuple(_in_order(stretches, DAYS[day]) for day, stretches in enumerate(week))


def _put(week: list[list[Stretch]], day: int, opens: int, closes: int) -> None:
    if closes > opens:
        week[day].append((opens, closes))
        return
    week[day].append((opens, MIDNIGHT))
    if closes:
        week[(day + 1) % 7].append((0, closes))


def _days(written: str) -> Iterator[int]:
    """Of "mon", "mon-fri", "fri-mon" or "mon, wed"."""
    for part in written.split(","):
        first, _, last = part.strip().casefold().partition("-")
        start, end = _day(first), _day(last or first)
        yield from ((start + step) % 7 for step in range((end - start) % 7 + 1))


def _day(name: str) -> int:
    if name.strip() not in _NAMES:
        raise ValueError(f"'{name.strip()}' is no day of the week; write {', '.join(DAYS)}, or mon-fri")
    return _NAMES[name.strip()]


def _stretches(hours: object, days: str) -> tuple[Stretch, ...]:
    if hours is None or hours is False or (isinstance(hours, str) and hours.strip().casefold() == "closed"):
        return ()
    listed = hours.split(",") if isinstance(hours, str) else hours
    if not isinstance(listed, Sequence):
        raise ValueError(f"the hours of '{days}' are written as \"09:00-17:00\"")
    return tuple(_stretch(one, days) for one in listed)


def _stretch(written: object, days: str) -> Stretch:
    found = _STRETCH.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None:
        raise ValueError(f"'{written}' of '{days}' are no hours; write them as \"09:00-17:00\"")
    opens, closes = _minutes(found[1], found[2]), _minutes(found[3], found[4])
    if opens in (closes, MIDNIGHT):
        raise ValueError(f"'{written}' of '{days}' is no time at all; the whole day is 00:00-24:00")
    return opens, closes


def _minutes(hour: str, minute: str) -> int:
    found = int(hour) * 60 + int(minute)
    if int(minute) > 59 or found > MIDNIGHT:
        raise ValueError(f"'{hour}:{minute}' is no time of day; they go from 00:00 to 24:00")
    return found


def _in_order(stretches: list[Stretch], day: str) -> tuple[Stretch, ...]:
    ordered = tuple(sorted(stretches))
    if any(second[0] < first[1] for first, second in pairwise(ordered)):
        raise ValueError(f"the hours of '{day}' overlap")
    return ordered
