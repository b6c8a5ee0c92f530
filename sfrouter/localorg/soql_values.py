"""What a value written in a query means for the field it is compared with, or why it does not fit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.ids import normalise
from sfrouter.localorg.schema import Field
from sfrouter.localorg.schema_field import ID_TYPES, NUMBER_TYPES
from sfrouter.localorg.soql_ast import Literal, LiteralKind
from sfrouter.localorg.soql_context import QueryContext
from sfrouter.localorg.soql_dates import relative_days
from sfrouter.localorg.soql_text import unescape
from sfrouter.localorg.store_tables import fold
from sfrouter.localorg.store_values import Stored, ignores_case

MAX_STRING = 4_000
"""The longest string in a condition, in characters (SOQL and SOSL limits)."""

_TYPE_NAMES = {"datetime": "dateTime", "id": "ID", "reference": "ID"}


@dataclass(frozen=True, slots=True)
class Exact:
    """One value, as the database holds it and compares it; None is null."""

    value: Stored


@dataclass(frozen=True, slots=True)
class Span:
    """A range of moments or days: from `start` up to but not including `end`."""

    start: Stored
    end: Stored


Bound = Exact | Span


def bind(context: QueryContext, field: Field, literal: Literal, position: int) -> Bound:
    """The meaning of a literal for a field. `position` is where the condition begins. Raises OrgError."""
    if literal.kind is LiteralKind.NULL:
        return Exact(None)
    if field.type in ID_TYPES:
        return Exact(_id(context, field, literal, position))
    if field.type == "boolean":
        return Exact(_boolean(context, field, literal, position))
    if field.type in NUMBER_TYPES:
        return Exact(_number(context, field, literal, position))
    if field.type == "datetime":
        return _moment(context, field, literal, position)
    if field.type == "date":
        return _day(context, field, literal, position)
    if field.type == "time":
        return Exact(_time(context, field, literal, position))
    return Exact(text_value(context, field, literal, position))


def mismatch(context: QueryContext, field: Field, position: int) -> OrgError:
    """The refusal of a value of the wrong type."""
    quoted = not _unquoted(field)
    type_name = "string" if quoted else _TYPE_NAMES.get(field.type, field.type)
    ending = "should be enclosed in quotes" if quoted else "should not be enclosed in quotes"
    message = f"value of filter criterion for field '{field.name}' must be of type {type_name} and {ending}"
    return context.text.invalid_field(position, message)


def text_value(context: QueryContext, field: Field, literal: Literal, position: int) -> str | None:
    """The text of a string literal, in the form in which the field is compared; empty text is null."""
    text = plain_text(context, field, literal, position, like=False)
    if text == "":
        return None
    return str(fold(text)) if ignores_case(field) else text


def plain_text(context: QueryContext, field: Field, literal: Literal, position: int, *, like: bool) -> str:
    """The text of a string literal with its escapes resolved. Raises OrgError."""
    if literal.kind is not LiteralKind.STRING:
        raise mismatch(context, field, position)
    text = unescape(literal.raw, context.text, literal.position, like=like)
    if len(text) > MAX_STRING:
        message = f"String literals in conditions may not be longer than {MAX_STRING} characters."
        raise context.text.malformed(literal.position, message)
    return text


def _unquoted(field: Field) -> bool:
    return field.type in NUMBER_TYPES | {"boolean", "date", "datetime", "time"}


def _id(context: QueryContext, field: Field, literal: Literal, position: int) -> str | None:
    text = plain_text(context, field, literal, position, like=False)
    if text == "":
        return None
    try:
        return normalise(text)
    except ValueError:
        message = f"invalid ID field: {text}"
        raise context.text.refusal(position, "INVALID_QUERY_FILTER_OPERATOR", message) from None


def _boolean(context: QueryContext, field: Field, literal: Literal, position: int) -> int:
    if literal.kind is not LiteralKind.BOOLEAN:
        raise mismatch(context, field, position)
    return int(literal.raw.upper() == "TRUE")


def _number(context: QueryContext, field: Field, literal: Literal, position: int) -> int | float:
    if literal.kind is not LiteralKind.NUMBER:
        raise mismatch(context, field, position)
    if re.fullmatch(r"[+-]?\d{1,18}", literal.raw):
        return int(literal.raw)
    if field.type in {"int", "long"}:
        raise mismatch(context, field, position)
    return float(literal.raw)


def _time(context: QueryContext, field: Field, literal: Literal, position: int) -> str:
    if literal.kind is not LiteralKind.TIME:
        raise mismatch(context, field, position)
    clock, _, fraction = literal.raw.upper().removesuffix("Z").partition(".")
    return f"{clock}.{fraction[:3].ljust(3, '0')}Z"


def _moment(context: QueryContext, field: Field, literal: Literal, position: int) -> Bound:
    if literal.kind is LiteralKind.RELATIVE_DATE:
        first, end = _relative(context, literal)
        return Span(context.midnight(first), context.midnight(end))
    if literal.kind is not LiteralKind.DATETIME:
        raise mismatch(context, field, position)
    try:
        moment = datetime.fromisoformat(literal.raw.upper().replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError):
        raise context.text.malformed(literal.position, f"Invalid datetime: {literal.raw}") from None
    stamp = moment.timestamp()
    return Exact(int(stamp) if stamp == int(stamp) else stamp)


def _day(context: QueryContext, field: Field, literal: Literal, position: int) -> Bound:
    if literal.kind is LiteralKind.RELATIVE_DATE:
        first, end = _relative(context, literal)
        return Span(first.isoformat(), end.isoformat())
    if literal.kind is not LiteralKind.DATE:
        raise mismatch(context, field, position)
    try:
        return Exact(date.fromisoformat(literal.raw).isoformat())
    except ValueError:
        raise context.text.malformed(literal.position, f"Invalid date: {literal.raw}") from None


def _relative(context: QueryContext, literal: Literal) -> tuple[date, date]:
    try:
        return relative_days(literal.raw, context.today, fiscal_start_month=context.fiscal_start_month)
    except OverflowError:
        message = f"Invalid date: {literal.raw}"
        raise context.text.malformed(literal.position, message) from None
