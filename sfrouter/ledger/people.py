"""People the org refused as owners: they get no lead until the mirror has the news from the org."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import SUSPENDED

_STILL = select(SUSPENDED.c.person_id, SUSPENDED.c.until).where(SUSPENDED.c.until > bindparam("now"))
_STILL = _STILL.order_by(SUSPENDED.c.person_id)


class People(LedgerPart):
    """Who counts as inactive although the mirror does not say so yet (F39)."""

    def suspended_people(self, now: datetime) -> Mapping[str, datetime]:
        """Their ids, and until when this holds at most."""
        with self._store.read() as connection:
            return dict(connection.execute(_STILL, {"now": now}).all())

    def reinstate(self, person_id: str) -> None:
        """The mirror knows about this person now: what it says holds."""
        with self._store.write() as connection:
            connection.execute(SUSPENDED.delete().where(SUSPENDED.c.person_id == person_id))


def suspend(connection: Connection, person_id: str, at: datetime, until: datetime) -> None:
    """Count a person as inactive until a moment, inside a transaction."""
    statement = insert(SUSPENDED).values(person_id=person_id, since=at, until=until)
    news = {"until": until}
    connection.execute(statement.on_conflict_do_update(index_elements=[SUSPENDED.c.person_id], set_=news))
