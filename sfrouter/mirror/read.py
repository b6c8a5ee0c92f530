"""What all look-ups share: one connection for a whole question, so that its answers are of one moment."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import Any, Self

from sqlalchemy import Connection, RowMapping, Select, Table, bindparam, select

from sfrouter.config.mapping import FieldMapping
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import ROWS

DEEPEST = 20
"""Levels of parents, or merges in a row, that are followed; a longer chain is a mistake in the org."""


class Reading:
    """Looks into the mirror and speaks in the words of the mapping."""

    def __init__(self, mirror: Mirror, mapping: FieldMapping, *, connection: Connection | None = None) -> None:
        self._mirror = mirror
        self._mapping = mapping
        self._connection = connection
        self._maps = {noun: self._map_of(noun) for noun in ROWS}

    @contextmanager
    def snapshot(self) -> Iterator[Self]:
        """A reader whose answers are all of one moment, whatever is pulled meanwhile; also much faster."""
        with self._mirror.reading() as connection:
            yield type(self)(self._mirror, self._mapping, connection=connection)

    def _map_of(self, noun: str) -> ObjectMap:
        # Rows of a noun that is no longer mapped stay readable until the mirror is filled anew.
        return self._mapping.objects.get(noun) or ObjectMap(noun=noun, object_name=noun, fields={})

    def _reading(self) -> AbstractContextManager[Connection]:
        return self._mirror.reading() if self._connection is None else nullcontext(self._connection)

    def _rows(self, query: Select[Any], values: Mapping[str, Any] | None = None) -> Sequence[RowMapping]:
        with self._reading() as connection:
            return connection.execute(query, values).mappings().all()

    def _surviving(self, table: Table, record_id: str) -> str | None:
        """The living record that an id stands for today: itself, or what it was merged into; else None."""
        here: str | None = record_id
        for _step in range(DEEPEST):
            rows = self._rows(_merged(table), {"of": here})
            if not rows:
                return None
            if not rows[0]["deleted"]:
                return here
            here = rows[0]["merged_into_id"]
        return None


@cache
def _merged(table: Table) -> Select[Any]:
    return select(table.c.deleted, table.c.merged_into_id).where(table.c.id == bindparam("of"))
