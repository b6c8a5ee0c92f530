"""When people work and how many leads they can take: the settings a pool, a member or a person may have."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator

from sfrouter.base.business_time import check_country, zone_named
from sfrouter.base.working_week import Week, read_week

LONGEST_SPAN = timedelta(days=731)
NO_HOLIDAYS = "none"  # in a person's settings: works on the holidays of his pool


def read_span(written: Any) -> Any:
    """A day, or a first and a last day: "2026-12-24" or "2026-12-24 to 2027-01-01", both included."""
    if isinstance(written, date):
        return (written, written)
    if not isinstance(written, str):
        return written
    first, _, last = written.partition(" to ")
    try:
        span = (date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip()))
    except ValueError:
        raise ValueError(f"'{written}' are no days; write 2026-12-24, or 2026-12-24 to 2027-01-01") from None
    if not timedelta(0) <= span[1] - span[0] <= LONGEST_SPAN:
        raise ValueError(f"'{written}' ends before it begins, or is longer than two years")
    return span


def _spans(written: Any) -> Any:
    return [written] if isinstance(written, str | date) else written or ()


# Editors are told what an admin writes, not what it is read as.
_WRITTEN_SPAN = {"type": "string"}
_WRITTEN_SPANS = {"anyOf": [_WRITTEN_SPAN, {"type": "array", "items": _WRITTEN_SPAN}]}
_OF_A_DAY = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_WRITTEN_WEEK = {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": _OF_A_DAY}]}

Span = Annotated[tuple[date, date], BeforeValidator(read_span), WithJsonSchema(_WRITTEN_SPAN)]
Spans = Annotated[tuple[Span, ...], BeforeValidator(_spans), WithJsonSchema(_WRITTEN_SPANS)]
"""Days, both ends included, by the wall clock of whoever they are about."""


class Shift(BaseModel):
    """Working hours, holidays and the most leads. What is not set is open: round the clock, without a limit.

    `hours` by weekday (base/working_week.py), `holidays` a country or country-state as DE or DE-BY, `days_off`
    further free days, `days_on` holidays that are worked. Leads that would go over a limit go to somebody else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: Annotated[Week | None, WithJsonSchema(_WRITTEN_WEEK)] = None
    time_zone: str = ""
    holidays: str = ""
    days_off: Spans = ()
    days_on: Spans = ()
    most_a_day: int | None = Field(default=None, ge=1, le=100_000)
    most_open: int | None = Field(default=None, ge=1, le=1_000_000)

    @field_validator("hours", mode="before")
    @classmethod
    def _read_hours(cls, written: Any) -> Any:
        if isinstance(written, str):
            return read_week({"mon-fri": written})
        return read_week(written) if isinstance(written, Mapping) else written

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name:
            zone_named(name)
        return name

    @field_validator("holidays")
    @classmethod
    def _known_country(cls, written: str) -> str:
        name = written.strip()
        if name.casefold() == NO_HOLIDAYS:
            return NO_HOLIDAYS
        if name:
            country, _, subdivision = name.partition("-")
            check_country(country, subdivision)
        return name

    @property
    def limits_hours(self) -> bool:
        """Is there anything that keeps somebody from working round the clock?"""
        return bool(self.hours is not None or self.holidays or self.days_off)


def days_of(spans: tuple[tuple[date, date], ...]) -> frozenset[date]:
    """Every single day of some spans."""
    return frozenset(
        first + timedelta(days=ahead) for first, last in spans for ahead in range((last - first).days + 1)
    )
