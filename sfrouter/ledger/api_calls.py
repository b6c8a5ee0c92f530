"""How many API calls we made, hour by hour, and what the org last said of its own day; kept over restarts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Field

from sfrouter.ledger.notes import note_value, put_note
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import LedgerTable

KEEP = timedelta(days=3)
_USAGE = "api_usage"


class ApiHourRow(LedgerTable, table=True):
    """Our calls within one hour, by the org's time."""

    __tablename__ = "api_hour"

    hour: datetime = Field(primary_key=True)
    calls: int


API_HOUR = LedgerTable.metadata.tables["api_hour"]
# Asked after every job; statements made once are half the price of those made each time.
_ADD = insert(API_HOUR)
_ADD = _ADD.on_conflict_do_update(
    index_elements=[API_HOUR.c.hour], set_={"calls": API_HOUR.c.calls + _ADD.excluded.calls}
)
_DROP = API_HOUR.delete().where(API_HOUR.c.hour < bindparam("before"))
_SINCE = select(API_HOUR.c.hour, API_HOUR.c.calls).where(API_HOUR.c.hour > bindparam("since"))
_SINCE = _SINCE.order_by(API_HOUR.c.hour)


@dataclass(frozen=True, slots=True)
class CallsSince:
    """Our calls by the hour, the oldest first; `usage` is what the org last said of its day: (used, most)."""

    hours: tuple[tuple[datetime, int], ...]
    usage: tuple[int, int] | None


class ApiCalls(LedgerPart):
    """Counting calls."""

    def count_calls(self, calls: int, usage: tuple[int, int] | None, now: datetime) -> None:
        """So many more calls were made; `usage` is what the org said of its day: (used, most)."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        with self._store.write() as connection:
            connection.execute(_ADD, {"hour": hour, "calls": calls})
            connection.execute(_DROP, {"before": now - KEEP})
            if usage is not None:
                put_note(connection, _USAGE, f"{usage[0]}/{usage[1]}", now)

    def calls_since(self, since: datetime) -> CallsSince:
        """Our calls by the hour, from the hour of `since` on, and what the org last said of its own day."""
        with self._store.read() as connection:
            rows = connection.execute(_SINCE, {"since": since - timedelta(hours=1)})
            hours = tuple((row.hour, row.calls) for row in rows)
            value = note_value(connection, _USAGE)
        used, _, most = (value or "").partition("/")
        return CallsSince(hours, (int(used), int(most)) if most else None)
