"""Counts calendar months the way people do: 31 August plus six months is the end of February."""

import calendar
from datetime import date


def add_months(day: date, months: int) -> date:
    """So many calendar months later, clamped to the month's last day (C06)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
