"""The leads whose decision lost its footing before it was written, and who are therefore decided anew."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import ANEW

_MARKED = select(ANEW.c.lead_id, ANEW.c.why).order_by(ANEW.c.at, ANEW.c.lead_id)
_FORGET = ANEW.delete().where(ANEW.c.lead_id == bindparam("of"))


class Anew(LedgerPart):
    """Who is to be decided anew: the lead changed, or its chosen owner had left."""

    def to_decide_anew(self) -> Mapping[str, str]:
        """These leads and why, oldest mark first. The lead's next decision takes the mark away."""
        with self._store.read() as connection:
            return dict(connection.execute(_MARKED).all())

    def drop_decide_anew(self, lead_id: str) -> None:
        """The lead needs no new decision after all: it is gone, converted, or a person has it."""
        with self._store.write() as connection:
            forget_anew(connection, lead_id)


def mark_anew(connection: Connection, lead_id: str, number: int, why: str, at: datetime) -> None:
    """Mark a lead inside a transaction. `number` is the decision that lost its footing."""
    values = {"decision_number": number, "why": why, "at": at}
    statement = insert(ANEW).values(lead_id=lead_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=[ANEW.c.lead_id], set_=values))


def forget_anew(connection: Connection, lead_id: str) -> None:
    """Take the mark away inside a transaction."""
    connection.execute(_FORGET, {"of": lead_id})
