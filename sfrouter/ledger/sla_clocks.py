"""The clocks of first replies: one a lead, begun when a decision gives it to a person, stopped by an answer."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import SLA_CLOCK
from sfrouter.model.follow import SlaClock

_NAMES = tuple(field.name for field in fields(SlaClock))
_RUNNING = select(SLA_CLOCK).where(SLA_CLOCK.c.stopped_at.is_(None))
_RUNNING = _RUNNING.order_by(SLA_CLOCK.c.due_at, SLA_CLOCK.c.lead_id)

_KEEP = insert(SLA_CLOCK)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=[SLA_CLOCK.c.lead_id], set_={name: _KEEP.excluded[name] for name in _NAMES}
)


class SlaClocks(LedgerPart):
    """Looking clocks up and stopping them. They begin and move only together with a decision."""

    def running_clocks(self) -> tuple[SlaClock, ...]:
        """Every clock that waits for a reply, the earliest due first."""
        with self._store.read() as connection:
            rows = connection.execute(_RUNNING).mappings()
            return tuple(_clock(row) for row in rows)

    def clocks_since(self, since: datetime) -> tuple[SlaClock, ...]:
        """Every clock begun since a moment, running or stopped, for reports."""
        query = select(SLA_CLOCK).where(SLA_CLOCK.c.started_at >= since)
        with self._store.read() as connection:
            rows = connection.execute(query.order_by(SLA_CLOCK.c.started_at, SLA_CLOCK.c.lead_id)).mappings()
            return tuple(_clock(row) for row in rows)

    def sla_clock(self, lead_id: str) -> SlaClock | None:
        """A lead's clock, or None."""
        with self._store.read() as connection:
            row = connection.execute(select(SLA_CLOCK).where(SLA_CLOCK.c.lead_id == lead_id)).mappings().first()
        return _clock(row) if row is not None else None

    def stop_clocks(self, stopped: Mapping[str, str], at: datetime) -> None:
        """Stop running clocks: the reason by the lead's id."""
        with self._store.write() as connection:
            for lead_id, why in stopped.items():
                running = (SLA_CLOCK.c.lead_id == lead_id) & SLA_CLOCK.c.stopped_at.is_(None)
                values = {"stopped_at": at, "stopped_because": why}
                connection.execute(SLA_CLOCK.update().where(running).values(**values))


def keep_clock(connection: Connection, clock: SlaClock) -> None:
    """Begin a clock, or set it anew, in its decision's transaction."""
    connection.execute(_KEEP, asdict(clock))


def _clock(row: RowMapping) -> SlaClock:
    return SlaClock(**{name: row[name] for name in _NAMES})
