"""What `sfrouter status` shows of the ledger: how much is where, since when, and what needs a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from sfrouter.ledger.notes import Pause
from sfrouter.ledger.outbox_rows import writes_where
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.settlement import ParkedKind
from sfrouter.ledger.tables import ANEW, DECISION, OUTBOX, REVIEW
from sfrouter.model.review import ReviewState
from sfrouter.model.write import LIVE_STATES, Write, WriteKind, WriteState

TROUBLED = (WriteState.REFUSED, WriteState.DEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteCount:
    """How many writes of a kind are in a state."""

    kind: WriteKind
    state: WriteState
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerStatus:
    """All figures at one moment. `held` are writes kept back with a reason, `troubled` those that ended badly."""

    decisions: int
    by_rule: Mapping[str, int]
    last_decision_at: datetime | None
    writes: tuple[WriteCount, ...]
    oldest_unsent_at: datetime | None
    held: tuple[Write, ...]
    troubled: tuple[Write, ...]
    troubled_count: int
    to_decide_anew: int
    open_reviews: int
    parked: tuple[ParkedKind, ...] = ()
    pause: Pause | None = None

    def count(self, state: WriteState, kind: WriteKind | None = None) -> int:
        """How many writes are in a state."""
        return sum(item.count for item in self.writes if item.state is state and kind in (None, item.kind))

    @property
    def live(self) -> int:
        """How many writes are not at their end yet."""
        return sum(item.count for item in self.writes if item.state in LIVE_STATES)


def figures(connection: Connection, limit: int) -> LedgerStatus:
    """All that one consistent look at the tables gives; `limit` bounds the lists."""
    states = [state.value for state in TROUBLED]
    alive = [state.value for state in LIVE_STATES]
    # Of a write whose answer never came there is no code, only words.
    reasoned = (OUTBOX.c.answer_code != "") | (OUTBOX.c.answer_text != "")
    held = (OUTBOX.c.state == WriteState.PENDING.value) & reasoned
    by_rule = select(DECISION.c.rule, func.count()).group_by(DECISION.c.rule).order_by(DECISION.c.rule)
    rules: dict[str, int] = dict(connection.execute(by_rule).all())
    return LedgerStatus(
        decisions=sum(rules.values()),
        by_rule=rules,
        last_decision_at=connection.execute(select(func.max(DECISION.c.at))).scalar(),
        writes=_counts(connection),
        oldest_unsent_at=connection.execute(
            select(func.min(OUTBOX.c.recorded_at)).where(OUTBOX.c.state.in_(alive))
        ).scalar(),
        held=tuple(writes_where(connection, held, limit=limit)),
        troubled=tuple(writes_where(connection, OUTBOX.c.state.in_(states), limit=limit)),
        troubled_count=int(
            connection.execute(select(func.count()).where(OUTBOX.c.state.in_(states))).scalar_one()
        ),
        to_decide_anew=int(connection.execute(select(func.count()).select_from(ANEW)).scalar_one()),
        open_reviews=int(
            connection.execute(select(func.count()).where(REVIEW.c.state == ReviewState.OPEN.value)).scalar_one()
        ),
    )


def _counts(connection: Connection) -> tuple[WriteCount, ...]:
    query = select(OUTBOX.c.kind, OUTBOX.c.state, func.count()).group_by(OUTBOX.c.kind, OUTBOX.c.state)
    rows = connection.execute(query.order_by(OUTBOX.c.kind, OUTBOX.c.state))
    return tuple(
        WriteCount(kind=WriteKind(kind), state=WriteState(state), count=count) for kind, state, count in rows
    )


class Figures(LedgerPart):
    """The status of the ledger's own tables."""

    def figures(self, limit: int = 50) -> LedgerStatus:
        """The counts and lists, without parked kinds and pause."""
        with self._store.read() as connection:
            return figures(connection, limit)
