"""Checks a record as the org sends it and turns it into a row of the mirror: ids, times, dates, amounts.

A record that cannot be understood is refused as a whole, by the field at fault; a field that is missing from
the answer is never taken for an empty one (a security setting of the org may hide it).
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from sfrouter.base.errors import SfrouterError
from sfrouter.config.mapping import ObjectMap
from sfrouter.config.nouns import NOUNS, Kind
from sfrouter.mirror.tables import ROWS
from sfrouter.model.ids import to_18

Columns = dict[str, Any]
_NOTHING: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
_to_18 = lru_cache(maxsize=20_000)(to_18)  # the same few owners stand in most records


class UnreadableRowError(SfrouterError):
    """A record the org sent makes no sense to us. Holds the id and the field, never a value."""

    def __init__(self, field: str, record_id: str = "") -> None:
        super().__init__(
            f"the field '{field}' cannot be read" + (f" in record {record_id}" if record_id else ""),
            mend="run 'sfrouter check': the field may be hidden from our user, or be of another type than mapped",
        )
        self.field = field
        self.record_id = record_id


def value_at(record: Mapping[str, Any], api: str) -> Any:
    """A field's value; `Owner.Name` looks inside. Raises KeyError when the answer does not hold the field."""
    head, _, rest = api.partition(".")
    if head in record:
        value = record[head]
    else:
        value = next(item for key, item in record.items() if key.casefold() == head.casefold())
    if not rest or value is None:
        return value
    return value_at(value, rest)


def _is_empty(value: Any) -> bool:
    return value is None or value == ""


def _scalar(value: Any) -> Any:
    if isinstance(value, Mapping | list | tuple):
        raise ValueError("a compound value")
    if isinstance(value, Decimal):
        return float(value)
    return _text(value) if isinstance(value, str) else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float | Decimal):
        raise ValueError("not a text")
    if isinstance(value, str) and value.isascii():
        return value
    # Half of a surrogate pair, cut off by some form, cannot be stored.
    return str(value).encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _identity(value: Any) -> str | None:
    if _is_empty(value):
        return None
    if not isinstance(value, str):
        raise ValueError("not a record id")
    return _to_18(value)


def moment(value: Any) -> datetime | None:
    """A time as the org writes it (2022-03-17T16:21:26.000+0000), in UTC. Raises ValueError."""
    if _is_empty(value):
        return None
    if not isinstance(value, str):
        raise ValueError("not a time")
    read = datetime.fromisoformat(value)
    if read.tzinfo is None:
        if len(value) != len("2022-03-17"):
            raise ValueError("a time without a zone")
        return datetime.combine(read.date(), time(), UTC)
    return read.astimezone(UTC)


def _day(value: Any) -> date | None:
    if _is_empty(value):
        return None
    if not isinstance(value, str):
        raise ValueError("not a date")
    if len(value) == len("2022-03-17"):
        return date.fromisoformat(value)
    read = moment(value)
    return read.date() if read else None


def _number(value: Any) -> Decimal | None:
    if _is_empty(value):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("not a number")
    read = Decimal(str(value))
    if not read.is_finite():
        raise ValueError("not a number")
    return read


_SINGLE: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.ID: _identity,
    Kind.REFERENCE: _identity,
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _day,
    Kind.MOMENT: moment,
}


@cache
def _empty_row(noun: str) -> tuple[Columns, tuple[str, ...]]:
    """A row that says nothing, and the columns that must say something, in their order."""
    specs = NOUNS[noun].fields
    model = {name: field for name, field in ROWS[noun].model_fields.items() if name in specs}
    empty = {
        name: None if field.is_required() else field.get_default(call_default_factory=True)
        for name, field in model.items()
    }
    needed = {name for name, field in model.items() if field.is_required()}
    if "stamp" in specs and specs["stamp"].must:
        needed.add("stamp")
    return empty, tuple(sorted(needed))


class Converter:
    """Turns one noun's records into rows, by the mapping. Made once a pull, used for every record."""

    def __init__(self, object_map: ObjectMap) -> None:
        self._map = object_map
        row = ROWS[object_map.noun]
        specs = NOUNS[object_map.noun].fields
        self._empty, self._needed = _empty_row(object_map.noun)
        self._fields = tuple(
            (name, _SINGLE.get(specs[name].kind), apis)
            for name, apis in object_map.fields.items()
            if specs[name].read and name in row.model_fields
        )
        self._has_extra = "extra" in row.model_fields

    def columns(self, record: Mapping[str, Any], kept: Mapping[str, Mapping[str, Any]] = _NOTHING) -> Columns:
        """The row for a record. `kept` says, by id, what is known of fields that are hidden now.

        Raises UnreadableRowError.
        """
        columns = {**self._empty}
        name = "id"
        try:
            columns["id"] = _identity(value_at(record, self._map.api("id")))
            for name, read, apis in self._fields:
                columns[name] = _value(read, record, apis)
            if "deleted" in self._empty:
                columns["deleted"] = any(self._map.flag("deleted", value) for value in columns["deleted"] or ())
            if self._has_extra:
                columns["extra"] = self._extra(record)
            columns = with_kept(columns, kept.get(columns["id"] or ""))
            name = next((needed for needed in self._needed if columns[needed] is None), "")
        except (ValueError, KeyError, StopIteration, OverflowError, InvalidOperation, AttributeError):
            raise UnreadableRowError(name, str(columns.get("id") or "")) from None
        if name:
            raise UnreadableRowError(name, str(columns.get("id") or ""))
        columns["digest"] = digest(columns)
        return columns

    def some(self, record: Mapping[str, Any], names: Collection[str]) -> Columns:
        """What only these fields say, as `kept_values` gives it. Raises UnreadableRowError."""
        columns: Columns = {}
        name = "id"
        try:
            for name, read, apis in self._fields:
                if name in names:
                    columns[name] = _value(read, record, apis)
            further = {name: api for name, api in self._map.extra.items() if name in names}
            if further:
                columns["extra"] = {name: _scalar(value_at(record, api)) for name, api in further.items()}
        except (ValueError, KeyError, StopIteration, OverflowError, InvalidOperation, AttributeError):
            raise UnreadableRowError(name) from None
        return columns

    def _extra(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {name: _scalar(value_at(record, api)) for name, api in self._map.extra.items()}


def _value(read: Callable[[Any], Any] | None, record: Mapping[str, Any], apis: Sequence[str]) -> Any:
    if read is not None and len(apis) == 1:  # most fields; whatever reads a value knows an empty one
        return read(value_at(record, apis[0]))
    values = [value_at(record, api) for api in apis]
    if read is None:  # checkboxes, words and lists keep what the org says
        return [_scalar(value) for value in values if not _is_empty(value)]
    return read(next((value for value in values if not _is_empty(value)), None))


def with_kept(columns: Columns, kept: Mapping[str, Any] | None) -> Columns:
    """The row with what was last known of the hidden fields: missing from the answer is not empty (F12)."""
    if not kept:
        return columns
    further = {**columns.get("extra", {}), **kept.get("extra", {})}
    return {**columns, **kept, **({"extra": further} if "extra" in columns else {})}


def digest(columns: Mapping[str, Any]) -> str:
    """A short mark of a row's values: two rows with the same mark say the same."""
    return hashlib.blake2b(repr(sorted(columns.items())).encode(), digest_size=12).hexdigest()
