"""The working hours of a week as an admin writes them: "mon-fri: 09:00-12:00, 13:00-17:30"."""

import re
from collections.abc import Mapping, Sequence
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


class WeekError(ValueError):
    """Working hours that cannot be read. `faults`: keys of the week, each with what is wrong; and the mend."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(words for _, words in faults))
        self.faults = tuple(faults)


def read_week(written: Mapping[str, object]) -> Week:
    """The week of `{mon-fri: "09:00-17:30", sat: ["10:00-12:00", "13:00-15:00"], sun: closed}`.

    A day that is not named is closed. Hours that end before they begin go on after midnight.
    Raises WeekError, a ValueError, with all that is wrong in words.
    """
    week: list[list[Stretch]] = [[] for _ in DAYS]
    named: dict[int, str] = {}
    wrong: list[tuple[str, str]] = []
    for days, hours in written.items():
        found, unreadable = _each(hours, days)
        listed, unknown = _days(str(days))
        wrong += [(days, words) for words in (*unknown, *unreadable)]
        twice = sorted({day for day in listed if listed.count(day) > 1 or named.setdefault(day, days) != days})
        if twice:
            names = ", ".join(DAYS[day] for day in twice)
            wrong.append((days, f"the hours of '{names}' are given twice; name a day once"))
        for day in (day for day in listed if day not in twice):
            for opens, closes in found:
                _put(week, day, opens, closes)
    crossed = [day for day, stretches in enumerate(week) if _overlap(stretches)]
    wrong += [(named.get(day, DAYS[day]), f"the hours of '{DAYS[day]}' overlap; part them") for day in crossed]
    if wrong:
        raise WeekError(wrong)
    return tuple(tuple(sorted(stretches)) for stretches in week)


def _put(week: list[list[Stretch]], day: int, opens: int, closes: int) -> None:
    if closes > opens:
        week[day].append((opens, closes))
        return
    week[day].append((opens, MIDNIGHT))
    if closes:
        week[(day + 1) % 7].append((0, closes))


def _days(written: str) -> tuple[list[int], list[str]]:
    """The days of "mon", "mon-fri", "fri-mon" or "mon, wed", and what is no day among them."""
    found: list[int] = []
    unknown: list[str] = []
    for part in written.split(","):
        first, _, last = part.strip().casefold().partition("-")
        ends = first.strip(), (last or first).strip()
        wrong = [name for name in dict.fromkeys(ends) if name not in _NAMES]
        unknown += [f"'{name}' is no day of the week; write {', '.join(DAYS)}, or mon-fri" for name in wrong]
        if not wrong:
            start, end = (_NAMES[name] for name in ends)
            found += ((start + step) % 7 for step in range((end - start) % 7 + 1))
    return found, unknown


def _each(hours: object, days: str) -> tuple[list[Stretch], list[str]]:
    """The stretches of one key that can be read, and what is wrong with the others."""
    if hours is None or hours is False or (isinstance(hours, str) and hours.strip().casefold() == "closed"):
        return [], []
    listed = [one.strip() for one in hours.split(",")] if isinstance(hours, str) else hours
    if not isinstance(listed, Sequence):
        return [], [f"the hours of '{days}' are no text; they are written as \"09:00-17:00\""]
    found: list[Stretch] = []
    wrong: list[str] = []
    for one in listed:
        try:
            found.append(_stretch(one, days))
        except ValueError as failure:
            wrong.append(str(failure))
    return found, wrong


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


def _overlap(stretches: list[Stretch]) -> bool:
    return any(second[0] < first[1] for first, second in pairwise(sorted(stretches)))
