"""What TODAY, LAST_N_DAYS:30 and the like mean on a given day: a first day and the day after the last."""

from __future__ import annotations

import re
from datetime import date, timedelta

_PATTERN = re.compile(
    r"(?P<fixed>YESTERDAY|TODAY|TOMORROW|LAST_90_DAYS|NEXT_90_DAYS)"
    r"|(?P<which>LAST|THIS|NEXT)_(?P<unit>WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)"
    r"|(?P<way>LAST|NEXT)_N_(?P<units>DAY|WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)S:(?P<count>\d+)"
    r"|N_(?P<ago>DAY|WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)S_AGO:(?P<back>\d+)"
)
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12, "FISCAL_QUARTER": 3, "FISCAL_YEAR": 12}

Days = tuple[date, date]
"""The first day of a range, and the day after its last."""


def is_relative_date(word: str) -> bool:
    """Whether a word in upper case is a date literal of SOQL."""
    return _PATTERN.fullmatch(word) is not None


def relative_days(word: str, today: date, *, fiscal_start_month: int = 1) -> Days:
    """The days that a date literal stands for. Weeks begin on Sunday, as in the English (US) locale.

    Raises ValueError for a word that is no date literal, OverflowError for a range beyond the calendar.
    """
    match = _PATTERN.fullmatch(word.upper())
    if match is None:
        raise ValueError(f"not a date literal: {word}")
    if match["fixed"]:
        return _fixed(match["fixed"], today)
    if match["which"]:
        step = {"LAST": -1, "THIS": 0, "NEXT": 1}[match["which"]]
        return _span(match["unit"], today, step, step + 1, fiscal_start_month)
    if match["way"]:
        return _n_units(match["way"], match["units"], int(match["count"]), today, fiscal_start_month)
    back = -int(match["back"])
    return _span(match["ago"], today, back, back + 1, fiscal_start_month)


def _fixed(word: str, today: date) -> Days:
    if word == "LAST_90_DAYS":
        return _n_units("LAST", "DAY", 90, today, 1)
    if word == "NEXT_90_DAYS":
        return _n_units("NEXT", "DAY", 90, today, 1)
    shift = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}[word]
    return _span("DAY", today, shift, shift + 1, 1)


def _n_units(way: str, unit: str, count: int, today: date, fiscal_start_month: int) -> Days:
    """LAST_N_DAYS includes today; every other LAST_N and NEXT_N leaves the current period out."""
    if way == "NEXT":
        return _span(unit, today, 1, count + 1, fiscal_start_month)
    return _span(unit, today, -count, 1 if unit == "DAY" else 0, fiscal_start_month)


def _span(unit: str, today: date, first: int, end: int, fiscal_start_month: int) -> Days:
    """From the beginning of the unit `first` away from the current one to that of the unit `end` away."""
    return _begin(unit, today, first, fiscal_start_month), _begin(unit, today, end, fiscal_start_month)


def _begin(unit: str, today: date, shift: int, fiscal_start_month: int) -> date:
    try:
        if unit == "DAY":
            return today + timedelta(days=shift)
        if unit == "WEEK":
            return today - timedelta(days=today.isoweekday() % 7) + timedelta(weeks=shift)
        length = _MONTHS[unit]
        offset = (fiscal_start_month - 1) if unit.startswith("FISCAL") else 0
        month = today.year * 12 + (today.month - 1) - offset
        month = (month // length + shift) * length + offset
        return date(month // 12, month % 12 + 1, 1)
    except (OverflowError, ValueError) as error:
        raise OverflowError(f"{unit} {shift:+d} is beyond the calendar") from error
