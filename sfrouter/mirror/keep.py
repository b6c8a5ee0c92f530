"""Keeps what a field said last while our user cannot see it: hidden is not empty (F12)."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.convert import value_at
from sfrouter.mirror.put import batches
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import ROWS, table_of
from sfrouter.model.ids import to_18

Kept = Mapping[str, Mapping[str, Any]]
"""By record id the values of the hidden columns, as they would come from the org."""
NOTHING_KEPT: Kept = MappingProxyType({})
_MANY = 10_000


def ids_of(records: Iterable[Mapping[str, Any]], object_map: ObjectMap) -> list[str]:
    """The records' ids, "" for one without."""
    found = []
    for record in records:
        try:
            found.append(to_18(value_at(record, object_map.api("id"))))
        except (KeyError, ValueError, StopIteration, TypeError, AttributeError):
            found.append("")
    return found


def kept_values(
    mirror: Mirror, noun: str, records: Iterable[Mapping[str, Any]], object_map: ObjectMap, hidden: Collection[str]
) -> Kept:
    """What the mirror knows of the hidden fields of these records."""
    table = table_of(ROWS[noun])
    columns = [table.c[name] for name in sorted(hidden) if name in table.c]
    further = [name for name in sorted(hidden) if name not in table.c]
    if further:
        columns.append(table.c.extra)
    if not columns:
        return NOTHING_KEPT
    found: dict[str, dict[str, Any]] = {}
    with mirror.reading() as connection:
        for some in batches(ids_of(records, object_map), _MANY):
            for row in connection.execute(select(table.c.id, *columns).where(table.c.id.in_(some))).mappings():
                found[row["id"]] = {name: _as_read(row[name]) for name in row if name not in ("id", "extra")}
                if further:
                    known = row["extra"] or {}
                    found[row["id"]]["extra"] = {name: known[name] for name in further if name in known}
    return found


def _as_read(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
