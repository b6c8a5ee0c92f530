"""How many API calls we made, hour by hour, and what the org last said of its own day; kept over restarts."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Field

from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import NOTE, LedgerTable

KEEP = timedelta(days=3)
_USAGE = "api_usage"


class ApiHourRow(LedgerTable, table=True):
    """Our calls within one hour, by the org's time."""

    __tablename__ = "api_hour"

    hour: datetime = Field(primary_key=True)
    calls: int


API_HOUR = LedgerTable.metadata.tables["api_hour"]


class ApiCalls(LedgerPart):
    """Counting calls."""

    def count_calls(self, calls: int, usage: tuple[int, int] | None, now: datetime) -> None:
        """So many more calls were made; `usage` is what the org said of its day: (used, most)."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        added = insert(API_HOUR).values(hour=hour, calls=calls)
        more = {"calls": API_HOUR.c.calls + calls}
        with self._store.write() as connection:
            connection.execute(added.on_conflict_do_update(index_elements=[API_HOUR.c.hour], set_=more))
            connection.execute(API_HOUR.delete().where(API_HOUR.c.hour < now - KEEP))
            if usage is not None:
                news = {"value": f"{usage[0]}/{usage[1]}", "at": now}
                told = insert(NOTE).values(name=_USAGE, **news)
                connection.execute(told.on_conflict_do_update(index_elements=[NOTE.c.name], set_=news))

    def call_hours(self, since: datetime) -> tuple[tuple[datetime, int], ...]:
        """Our calls by the hour, the oldest first, from the hour of `since` on."""
        query = select(API_HOUR.c.hour, API_HOUR.c.calls).where(API_HOUR.c.hour > since - timedelta(hours=1))
        with self._store.read() as connection:
            return tuple((row.hour, row.calls) for row in connection.execute(query.order_by(API_HOUR.c.hour)))

    def org_usage(self) -> tuple[int, int] | None:
        """What the org last said of its day: (used, most)."""
        query = select(NOTE.c.value).where(NOTE.c.name == _USAGE)
        with self._store.read() as connection:
            value = connection.execute(query).scalar_one_or_none()
        used, _, most = (value or "").partition("/")
        return (int(used), int(most)) if most else None
