"""How values look in the org's database, in Python and in REST answers, and the way from one to the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sfrouter.localorg.schema_field import ID_TYPES, Field
from sfrouter.localorg.schema_object import ObjectType

Stored = str | int | float | None
"""What SQLite holds: datetimes as seconds since 1970 UTC, dates and times as ISO text, booleans as 0 or 1."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ValueMismatchError(TypeError):
    """A value of the wrong Python type for its field: names the field, its type and the type given."""

    def __init__(self, field: Field, value: object) -> None:
        super().__init__(f"{field.name} is of type {field.type} and cannot hold a {type(value).__name__}")


def encode(field: Field, value: object) -> Stored:
    """A Python value as the database holds it. Empty text is no value. Raises ValueMismatchError."""
    kind = field.type
    if kind == "boolean":
        return _encode_boolean(field, value)
    if value is None or value == "":
        return None
    if kind == "datetime":
        return _encode_datetime(field, value)
    if kind == "date":
        if isinstance(value, datetime) or not isinstance(value, date):
            raise ValueMismatchError(field, value)
        return value.isoformat()
    if kind == "time":
        if not isinstance(value, time):
            raise ValueMismatchError(field, value)
        return value.strftime("%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    if kind in {"int", "long", "double", "currency", "percent"}:
        return _encode_number(field, value)
    if not isinstance(value, str):
        raise ValueMismatchError(field, value)
    return value


def _encode_boolean(field: Field, value: object) -> int:
    if value is None:
        return 0
    if not isinstance(value, bool):
        raise ValueMismatchError(field, value)
    return int(value)


def _encode_datetime(field: Field, value: object) -> int:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueMismatchError(field, value)
    return seconds(value)


def _encode_number(field: Field, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueMismatchError(field, value)
    if field.type in {"int", "long"}:
        if value != int(value):
            raise ValueMismatchError(field, value)
        return int(value)
    return float(value)


def decode(field: Field, value: Stored) -> Any:
    """A value out of the database as Python works with it."""
    read = decoder(field)
    return value if value is None or read is None else read(value)


def decoder(field: Field) -> Callable[[Any], Any] | None:
    """What turns a value of the database, not NULL, into Python's; None where both are the same."""
    return _DECODERS.get(field.type)


def render(field: Field, value: object) -> Any:
    """A Python value as REST answers write it: `2022-03-17T16:21:26.000+0000`, `YYYY-MM-DD`, 18-character ids."""
    if value is None:
        return False if field.type == "boolean" else None
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    if field.type in {"double", "currency", "percent"} and isinstance(value, int | Decimal):
        return float(value)
    return value


def written_as_stored(field: Field) -> bool:
    """Is every value of the field in an answer just what the database holds? So it is of texts and ids."""
    return field.type not in _WRITTEN_OTHERWISE


def render_compound(kind: ObjectType, field: Field, row: dict[str, Any]) -> dict[str, Any] | None:
    """The value of an address or location field, made of its parts in a row; None when all are empty."""
    parts = {_part_key(field.name, one.name): row.get(one.name) for one in kind.parts_of(field.name)}
    if all(value is None for value in parts.values()):
        return None
    return dict(sorted(parts.items()))


def _part_key(compound: str, part: str) -> str:
    """MailingAddress and MailingPostalCode give postalCode; Address and City give city."""
    prefix = compound.removesuffix("Address")
    short = part.removeprefix(prefix) if compound != "Address" else part
    return short[0].lower() + short[1:]


def seconds(value: datetime) -> int:
    """A moment as whole seconds since 1970, cut, as Salesforce cuts them."""
    return int((value - _EPOCH).total_seconds() // 1)


def moment(value: float) -> datetime:
    """The moment of so many seconds since 1970, in UTC."""
    return datetime.fromtimestamp(value, UTC)


def column_type(field: Field) -> str:
    """The SQLite type of a field's column."""
    if field.type in {"boolean", "int", "long", "datetime"}:
        return "INTEGER"
    if field.type in {"double", "currency", "percent"}:
        return "REAL"
    return "TEXT"


def ignores_case(field: Field) -> bool:
    """Whether comparisons with the field ignore case (ids and case-sensitive unique fields do not)."""
    return column_type(field) == "TEXT" and not field.case_sensitive and field.type not in _CASED


def _time(value: Stored) -> time:
    return time.fromisoformat(str(value).removesuffix("Z"))


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "boolean": bool,
    "datetime": lambda value: moment(int(value)),
    "date": lambda value: date.fromisoformat(str(value)),
    "time": _time,
}
_WRITTEN_OTHERWISE = frozenset({*_DECODERS, "double", "currency", "percent"})
_CASED = ID_TYPES | {"date", "time"}
