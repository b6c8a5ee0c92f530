"""Leads that the org no longer shows, and nobody knows why: since when they are missed (F05, F13)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from sfrouter.ledger.notes import note_value, notes_beginning, put_note
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import NOTE

_MISSING = "missing|"
_HELD = "erasure_held"
_MOST_NAMED = 50
_OURS = NOTE.c.name.startswith(_MISSING)
_COUNT = select(func.count(), func.min(NOTE.c.at)).where(_OURS)  # made once: the metrics ask for it often
_FIRST = select(NOTE.c.name).where(_OURS).order_by(NOTE.c.at, NOTE.c.name).limit(_MOST_NAMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingLeads:
    """How many are missed, since when, and the first fifty of them. `held`: too many at once to erase any."""

    count: int = 0
    since: datetime | None = None
    held: bool = False
    lead_ids: tuple[str, ...] = ()


class Missing(LedgerPart):
    """Missed leads: erased when they stay away, called off when they are seen again."""

    def note_missing(self, lead_ids: Collection[str], at: datetime, *, held: bool) -> Mapping[str, datetime]:
        """Keep that these are missed now, and forget all others; gives since when each of them is."""
        with self._store.write() as connection:
            known = _known(connection)
            for lead_id in known.keys() - set(lead_ids):
                forget_missing(connection, lead_id)
            for lead_id in sorted(set(lead_ids) - known.keys()):
                put_note(connection, _MISSING + lead_id, "", at)
            connection.execute(NOTE.delete().where(NOTE.c.name == _HELD))
            if held:
                put_note(connection, _HELD, "", at)
        return {lead_id: known.get(lead_id, at) for lead_id in lead_ids}

    def missing_leads(self) -> MissingLeads:
        """Those missed by the last sweep."""
        with self._store.read() as connection:
            count, since = connection.execute(_COUNT).one()
            named = connection.execute(_FIRST).scalars().all()
            held = note_value(connection, _HELD) is not None
        ids = tuple(name.removeprefix(_MISSING) for name in named)
        return MissingLeads(count=count, since=since, held=held and count > 0, lead_ids=ids)


def forget_missing(connection: Connection, lead_id: str) -> None:
    """Inside a transaction: the lead was erased, or is seen again."""
    connection.execute(NOTE.delete().where(NOTE.c.name == _MISSING + lead_id))


def _known(connection: Connection) -> Mapping[str, datetime]:
    return {row.name.removeprefix(_MISSING): row.at for row in notes_beginning(connection, _MISSING)}
