"""Looks up who had a record before, by the org's own owner history (C15)."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from sqlalchemy import bindparam, select

from sfrouter.mirror.owner_history import recorded
from sfrouter.mirror.read import Reading
from sfrouter.mirror.tables import AccountRow, LeadRow, table_of

_STAMPS = tuple(
    select(table.c.id, table.c.stamp).where(table.c.id.in_(bindparam("ids", expanding=True)))
    for table in (table_of(LeadRow), table_of(AccountRow))
)
_MANY = 10_000


class OwnerReading(Reading):
    """What the org's history says of owners."""

    def recorded_owners(self, record_ids: Iterable[str]) -> Mapping[str, str]:
        """Of these leads and accounts the last person before a queue or the router; "" for nobody.

        Only records whose owner says nothing are in it, as they are now.
        """
        wanted = list(dict.fromkeys(record_ids))
        found: dict[str, str] = {}
        for start in range(0, len(wanted), _MANY):
            some = wanted[start : start + _MANY]
            with self._reading() as connection:
                for query in _STAMPS:
                    rows = connection.execute(query, {"ids": some})
                    found.update(recorded(connection, {row.id: row.stamp for row in rows}))
        return MappingProxyType(found)
