"""The date functions of queries: which calendar year, month, hour ... a field's moment lies in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sfrouter.localorg.schema import Field
from sfrouter.localorg.soql_ast import Call, Path
from sfrouter.localorg.soql_context import QueryContext
from sfrouter.localorg.soql_scope import Resolved, Scope

DATE_FUNCTIONS = frozenset(
    {
        "CALENDAR_MONTH",
        "CALENDAR_QUARTER",
        "CALENDAR_YEAR",
        "DAY_IN_MONTH",
        "DAY_IN_WEEK",
        "DAY_IN_YEAR",
        "DAY_ONLY",
        "FISCAL_MONTH",
        "FISCAL_QUARTER",
        "FISCAL_YEAR",
        "HOUR_IN_DAY",
        "WEEK_IN_MONTH",
        "WEEK_IN_YEAR",
    }
)
_DATETIME_ONLY = frozenset({"DAY_ONLY", "HOUR_IN_DAY"})


def resolve_date_call(scope: Scope, call: Call) -> Resolved:
    """A date function of a field, as an expression with a field's properties. Raises OrgError."""
    context = scope.context
    argument, zone = call.argument, "UTC"
    if isinstance(argument, Call) and argument.function == "CONVERTTIMEZONE":
        zone, argument = context.zone.key, argument.argument
    if call.function not in DATE_FUNCTIONS or not isinstance(argument, Path):
        raise context.text.unexpected(call.position, call.function)
    found = scope.resolve(argument)
    allowed = {"datetime"} if call.function in _DATETIME_ONLY else {"date", "datetime"}
    if found.field.type not in allowed:
        message = f"field {found.field.name} does not support function {call.function}"
        raise context.text.malformed(argument.position, message)
    _register(context)
    expression = f"sf_date_part('{call.function}', {found.expression}, '{zone}', {context.fiscal_start_month})"
    result = "date" if call.function == "DAY_ONLY" else "int"
    made = Field(name=found.field.name, label=found.field.label, type=result, calculated=True)
    return Resolved(made, found.node, expression, found.relationships)


def _register(context: QueryContext) -> None:
    context.store.add_function("sf_date_part", 4, _date_part)


def _date_part(function: str, value: int | str | None, zone: str, fiscal_start: int) -> int | str | None:
    """The part of a stored date or moment that a date function asks for."""
    if value is None:
        return None
    if isinstance(value, str):
        day, hour = date.fromisoformat(value), 0
    else:
        moment = datetime.fromtimestamp(value, UTC).astimezone(_zone(zone))
        day, hour = moment.date(), moment.hour
    if function == "HOUR_IN_DAY":
        return hour
    if function == "DAY_ONLY":
        return day.isoformat()
    return _fiscal_part(function, day, fiscal_start) if function.startswith("FISCAL") else _part(function, day)


def _part(function: str, day: date) -> int:
    day_in_year = (day - date(day.year, 1, 1) + timedelta(days=1)).days
    return {
        "CALENDAR_MONTH": day.month,
        "CALENDAR_QUARTER": (day.month + 2) // 3,
        "CALENDAR_YEAR": day.year,
        "DAY_IN_MONTH": day.day,
        "DAY_IN_WEEK": day.isoweekday() % 7 + 1,
        "DAY_IN_YEAR": day_in_year,
        "WEEK_IN_MONTH": (day.day + 6) // 7,
        "WEEK_IN_YEAR": (day_in_year + 6) // 7,
    }[function]


def _fiscal_part(function: str, day: date, start: int) -> int:
    """Fiscal years are named by the calendar year in which they end (Salesforce's default)."""
    month = (day.month - start) % 12 + 1
    if function == "FISCAL_MONTH":
        return month
    if function == "FISCAL_QUARTER":
        return (month + 2) // 3
    return day.year + (1 if start > 1 and day.month >= start else 0)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
