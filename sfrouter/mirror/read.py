"""What all look-ups share: one connection for a whole question, so that its answers are of one moment."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Connection, RowMapping, Select, Table, select

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

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._connection is not None:
            yield self._connection
        else:
            with self._mirror.reading() as connection:
                yield connection

    def _rows(self, query: Select[Any], values: Mapping[str, Any] | None = None) -> Sequence[RowMapping]:
        with self._reading() as connection:
            return connection.execute(query, values).mappings().all()

    def _surviving(self, table: Table, record_id: str) -> str | None:
        """The living record that an id stands for today: itself, or what it was merged into; else None."""
        here: str | None = record_id
        for _step in range(DEEPEST):
            rows = self._rows(select(table.c.deleted, table.c.merged_into_id).where(table.c.id == here))
            if not rows:
                return None
            if not rows[0]["deleted"]:
                return here
            here = rows[0]["merged_into_id"]
        return None
