"""Forgets in the ledger what is older than the settings keep it, table by table; the chained log stays whole."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, select, tuple_

from sfrouter.ledger.chain import Entry, chain_erasure
from sfrouter.ledger.chain_tables import CHAIN, EVERY_LEAD
from sfrouter.ledger.erased import ERASED, erased_columns
from sfrouter.ledger.link_tables import ANSWER
from sfrouter.ledger.notes import note_moment, put_note
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import DECISION, OUTBOX, REVIEW, SLA_CLOCK
from sfrouter.model.review import ReviewState
from sfrouter.model.write import LIVE_STATES

_TIDIED = "tidied"
_AT_ONCE = 1000  # decisions whose words go in one transaction: the daemon's other work waits for it
_NOTHING = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How many days each thing is kept; 0: for ever."""

    traces: int = 0  # reason and evidence of decisions; lead, owner and rule stay for ever
    writes: int = 0  # the contents of writes that came to their end
    reviews: int = 0  # answered questions
    clocks: int = 0  # first replies that were given


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How many of each were forgotten."""

    traces: int = 0
    writes: int = 0
    reviews: int = 0
    clocks: int = 0

    @property
    def total(self) -> int:
        """All together."""
        return sum(getattr(self, one.name) for one in fields(self))


class Retention(LedgerPart):
    """Keeping no longer than wanted."""

    def last_tidied(self) -> datetime | None:
        """When old things were last forgotten."""
        with self._store.read() as connection:
            return note_moment(connection, _TIDIED)

    def forget_old(self, keep: Keep, now: datetime) -> Forgotten:
        """Forget what is too old by `now`, and remember that it was done."""
        with self._store.write() as connection:
            writes = _empty_writes(connection, now, keep.writes)
            reviews = _drop_reviews(connection, now, keep.reviews)
            clocks = _drop_clocks(connection, now, keep.clocks)
        traces = 0
        while some := self._erase_some(now, keep.traces):
            traces += some
        with self._store.write() as connection:
            put_note(connection, _TIDIED, "", now)
        return Forgotten(traces=traces, writes=writes, reviews=reviews, clocks=clocks)

    def _erase_some(self, now: datetime, days: int) -> int:
        if not days:
            return 0
        both = and_(CHAIN.c.lead_id == DECISION.c.lead_id, CHAIN.c.number == DECISION.c.number)
        old = and_(
            CHAIN.c.kind == Entry.DECISION.value, CHAIN.c.salt.is_not(None), DECISION.c.at < _before(now, days)
        )
        query = select(CHAIN.c.position, *DECISION.c).join_from(CHAIN, DECISION, both).where(old)
        with self._store.write() as connection:
            rows = connection.execute(query.order_by(CHAIN.c.position).limit(_AT_ONCE)).mappings().all()
            for row in rows:
                changed = DECISION.update().where(DECISION.c.seq == row["seq"])
                connection.execute(changed.values(**erased_columns(dict(row))))
                connection.execute(CHAIN.update().where(CHAIN.c.position == row["position"]).values(salt=None))
            if rows:
                chain_erasure(connection, EVERY_LEAD, rows[-1]["position"], now)
        return len(rows)


def _before(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


def _empty_writes(connection: Connection, now: datetime, days: int) -> int:
    ended: ColumnElement[bool] = OUTBOX.c.state.not_in([state.value for state in LIVE_STATES])
    old = and_(ended, OUTBOX.c["values"] != _NOTHING, OUTBOX.c.settled_at < _before(now, days))
    bare = {"values": _NOTHING, "extra": _NOTHING, "answer_text": ERASED}
    return connection.execute(OUTBOX.update().where(old).values(**bare)).rowcount if days else 0


def _drop_reviews(connection: Connection, now: datetime, days: int) -> int:
    if not days:
        return 0
    closed = and_(REVIEW.c.state != ReviewState.OPEN.value, REVIEW.c.raised_at < _before(now, days))
    pair = tuple_(ANSWER.c.lead_id, ANSWER.c.account_id)
    connection.execute(
        ANSWER.delete().where(pair.in_(select(REVIEW.c.lead_id, REVIEW.c.account_id).where(closed)))
    )
    return connection.execute(REVIEW.delete().where(closed)).rowcount


def _drop_clocks(connection: Connection, now: datetime, days: int) -> int:
    stopped = SLA_CLOCK.c.stopped_at < _before(now, days)
    return connection.execute(SLA_CLOCK.delete().where(stopped)).rowcount if days else 0
