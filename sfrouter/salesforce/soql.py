"""Writes every query: the one place where values are quoted, names are checked and long lists are cut."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NewType
from urllib.parse import quote_plus

from sfrouter.model.ids import to_18
from sfrouter.salesforce.condition_text import condition_fault

Condition = NewType("Condition", str)
"""A checked part of a WHERE clause; only the functions of this file make one."""

Literal = str | int | float | Decimal | bool | date | datetime | None

LONGEST_STRING = 4_000  # characters of a string in a WHERE clause
LONGEST_ENCODED = 7_500  # bytes of an encoded query: with host and path under 8 k (F15)
MOST_IDS = 300

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*){0,5}")
_ORDER = re.compile(rf"{_FIELD.pattern}(?: (?:ASC|DESC))?(?: NULLS (?:FIRST|LAST))?")
_OPERATORS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_ESCAPES = {
    "\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}  # fmt: skip


def quote(value: Literal) -> str:
    """A value as SOQL writes it. Raises ValueError for what cannot be written (naive time, NaN)."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case datetime():
            return datetime_literal(value)
        case date():
            return value.isoformat()
        case int():
            return str(value)
        case float() | Decimal():
            return _number(value)
    raise ValueError("a value of this kind cannot stand in a query")


def datetime_literal(moment: datetime) -> str:
    """An aware time in UTC, cut to whole seconds, with Z: a '+' would turn into a blank on the way (F16)."""
    if moment.tzinfo is None:
        raise ValueError("a time in a query must be aware")
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def compare(field: str, operator: str, value: Literal) -> Condition:
    """`field operator value`. Raises ValueError for a bad name, operator or value."""
    if operator not in _OPERATORS:
        raise ValueError("not a comparison of SOQL")
    return Condition(f"{_field(field)} {operator} {quote(value)}")


def in_list(field: str, values: Iterable[str]) -> Condition:
    """The field is one of these texts. Raises ValueError for an empty list, which SOQL cannot say."""
    listed = ",".join(quote(value) for value in dict.fromkeys(values))
    if not listed:
        raise ValueError("a list in a query needs at least one value")
    return Condition(f"{_field(field)} IN ({listed})")


def in_ids(field: str, ids: Iterable[str]) -> Condition:
    """The field is one of these record ids, in their 18-character form."""
    return in_list(field, (to_18(record_id) for record_id in ids))


def any_of(*conditions: Condition) -> Condition:
    """At least one holds; in brackets, as AND and OR may not stand side by side."""
    if not conditions:
        raise ValueError("at least one condition is needed")
    return Condition(f"({' OR '.join(conditions)})" if len(conditions) > 1 else conditions[0])


def all_of(*conditions: Condition) -> Condition:
    """All hold; in brackets, to stand inside any_of."""
    if not conditions:
        raise ValueError("at least one condition is needed")
    return Condition(f"({' AND '.join(conditions)})" if len(conditions) > 1 else conditions[0])


def written_by_admin(text: str) -> Condition:
    """An admin's own condition, in brackets of its own (L01). Raises ValueError when it is not a single one."""
    if fault := condition_fault(text):
        raise ValueError(f"not a condition: {fault}")
    return Condition(f"({' '.join(text.splitlines()).strip()})")


def negate(condition: Condition) -> Condition:
    """It does not hold."""
    return Condition(f"(NOT {condition})")


def select(
    fields: Sequence[str],
    object_name: str,
    *,
    where: Sequence[Condition] = (),
    order_by: Sequence[str] = (),
    limit: int | None = None,
) -> str:
    """A whole query; the conditions must all hold. Raises ValueError for a bad name or limit."""
    if not fields:
        raise ValueError("a query needs at least one field")
    named = ", ".join(_field(field) for field in dict.fromkeys(fields))
    text = f"SELECT {named} FROM {check_name(object_name)}{_where(where)}"  # noqa: S608 - all parts are checked
    if order_by:
        text += " ORDER BY " + ", ".join(_checked(_ORDER, part, "not a sort order") for part in order_by)
    if limit is not None:
        if isinstance(limit, bool) or limit < 1:
            raise ValueError("a limit is a whole number from 1")
        text += f" LIMIT {limit}"
    return text


def select_count(object_name: str, *, where: Sequence[Condition] = ()) -> str:
    """How many rows there are; for Gateway.count."""
    return f"SELECT COUNT() FROM {check_name(object_name)}{_where(where)}"  # noqa: S608 - all parts are checked


def select_by_ids(
    fields: Sequence[str],
    object_name: str,
    field: str,
    ids: Iterable[str],
    *,
    where: Sequence[Condition] = (),
    order_by: Sequence[str] = (),
) -> Iterator[str]:
    """Queries that together ask for all these ids: at most 300 each, and short enough for an address."""
    wanted = tuple(dict.fromkeys(to_18(record_id) for record_id in ids))
    if not wanted:
        return
    shortest = select(fields, object_name, where=(*where, in_ids(field, wanted[:1])), order_by=order_by)
    per_id = len(quote_plus("," + quote(wanted[0])))
    room = 1 + max(0, LONGEST_ENCODED - encoded_length(shortest)) // per_id
    size = min(MOST_IDS, room)
    for start in range(0, len(wanted), size):
        part = in_ids(field, wanted[start : start + size])
        yield select(fields, object_name, where=(*where, part), order_by=order_by)


def encoded_length(soql: str) -> int:
    """Bytes of the query in an address."""
    return len(quote_plus(soql))


def _quoted(text: str) -> str:
    if len(text) > LONGEST_STRING:
        raise ValueError("a text in a query has at most 4,000 characters")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("a text in a query holds half a character")
    return "'" + "".join(_ESCAPES.get(letter) or _plain(letter) for letter in text) + "'"


def _plain(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < 32 or ord(letter) == 127 else letter


def _number(value: float | Decimal) -> str:
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise ValueError("a number in a query must be finite")
    return f"{exact:f}"


def _where(conditions: Sequence[Condition]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def check_name(name: str) -> str:
    """An object's or a field's own name, as it was. Raises ValueError for anything else."""
    return _checked(_NAME, name, "not a name of the org")


def _field(name: str) -> str:
    return _checked(_FIELD, name, "not a field name")


def _checked(pattern: re.Pattern[str], text: str, what: str) -> str:
    if not pattern.fullmatch(text) or len(text) > 400:
        raise ValueError(f"{what}: letters, digits and _ are expected")
    return text
