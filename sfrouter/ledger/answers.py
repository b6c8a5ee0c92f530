"""Keeps people's answers to review items, with all that follows from them, in one transaction."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Table, exists, func, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.base.errors import SfrouterError
from sfrouter.ledger.anew import mark_anew
from sfrouter.ledger.link_tables import ANSWER, NEVER, ORDER
from sfrouter.ledger.orders import put_orders
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import ALIAS, DECISION, REVIEW
from sfrouter.model.order import LinkOrder, OrderKind
from sfrouter.model.review import ReviewItem, ReviewState, Verdict

_ANSWERABLE = (ReviewState.OPEN.value, ReviewState.SKIPPED.value)
_NEVER = select(NEVER.c.company, NEVER.c.account_id)


class AlreadyAnsweredError(SfrouterError):
    """Somebody answered this item in the meantime, or it never existed."""

    def __init__(self, lead_id: str, account_id: str) -> None:
        super().__init__(
            f"the review item {lead_id}:{account_id} is not open any more; nothing was kept",
            mend="look again with 'sfrouter review list'",
        )


class Answers(LedgerPart):
    """Answers to review items (RV1)."""

    def keep_verdict(self, verdict: Verdict) -> None:
        """All of it in one transaction. Raises AlreadyAnsweredError, and keeps nothing, when an item is closed."""
        at = self._store.now()
        with self._store.write() as connection:
            for (lead_id, account_id), state in verdict.states.items():
                _answer(connection, lead_id, account_id, state)
                given = {"state": state.value, "by": verdict.by, "at": at}
                row = insert(ANSWER).values(lead_id=lead_id, account_id=account_id, **given)
                key = [ANSWER.c.lead_id, ANSWER.c.account_id]
                connection.execute(row.on_conflict_do_update(index_elements=key, set_=given))
            for name, account_id in verdict.aliases.items():
                learnt = {"account_id": account_id, "learnt_at": at}
                alias = insert(ALIAS).values(name=name, **learnt)
                connection.execute(alias.on_conflict_do_update(index_elements=[ALIAS.c.name], set_=learnt))
            for company, account_id in sorted(verdict.never):
                pair = insert(NEVER).values(company=company, account_id=account_id, by=verdict.by, at=at)
                connection.execute(pair.on_conflict_do_nothing())
            put_orders(connection, verdict.orders)
            for lead_id in verdict.anew:
                newest = select(func.max(DECISION.c.number)).where(DECISION.c.lead_id == lead_id)
                number = connection.execute(newest).scalar()
                if number is not None:
                    mark_anew(connection, lead_id, number, "its review was answered", at)

    def learnt_with(self, batch: str) -> tuple[str, ...]:
        """The names and "@domains" that accepting these items taught, but for what was learnt again since."""
        with self._store.read() as connection:
            return tuple(
                connection.execute(select(ALIAS.c.name).where(_taught(batch)).order_by(ALIAS.c.name)).scalars()
            )

    def take_back(self, orders: Sequence[LinkOrder], batch: str, *, by: str) -> None:
        """Keep orders that undo those of a batch. What its accepted items taught is forgotten in the same moment;
        they stand as skipped: nobody is asked about them again, but they can be answered otherwise."""
        skipped = {"state": ReviewState.SKIPPED.value}
        with self._store.write() as connection:
            connection.execute(ALIAS.delete().where(_taught(batch)))
            connection.execute(REVIEW.update().where(_accepted_in(batch, REVIEW)).values(**skipped))
            given = {**skipped, "by": by, "at": self._store.now()}
            connection.execute(ANSWER.update().where(_accepted_in(batch, ANSWER)).values(**given))
            put_orders(connection, orders)

    def never_pairs(self) -> frozenset[tuple[str, str]]:
        """What must never match: a company's name key, domain or lead id, and an account's id."""
        with self._store.read() as connection:
            rows = connection.execute(_NEVER)
            return frozenset((row.company, row.account_id) for row in rows)

    def review(self, lead_id: str, account_id: str) -> ReviewItem | None:
        """One item, whatever its state."""
        return next((item for item in self.reviews_of(lead_id) if item.account_id == account_id), None)

    def reviews_of(self, lead_id: str) -> tuple[ReviewItem, ...]:
        """All items of a lead, best score first."""
        query = select(REVIEW).where(REVIEW.c.lead_id == lead_id).order_by(REVIEW.c.score.desc())
        with self._store.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(ReviewItem(**{**row, "state": ReviewState(row["state"])}) for row in rows)

    def review_answerer(self, lead_id: str, account_id: str) -> str:
        """Who answered an item, as it was given; "" when nobody did."""
        query = select(ANSWER.c.by).where(ANSWER.c.lead_id == lead_id, ANSWER.c.account_id == account_id)
        with self._store.read() as connection:
            return str(connection.execute(query).scalar() or "")


def _taught(batch: str) -> ColumnElement[bool]:
    """An answer and all it taught are kept at one and the same moment."""
    return ALIAS.c.learnt_at.in_(select(ANSWER.c.at).where(_accepted_in(batch, ANSWER)))


def _accepted_in(batch: str, items: Table) -> ColumnElement[bool]:
    """The rows about items whose acceptance made this batch; an entry of the named list has no account to link."""
    order = (ORDER.c.batch == batch) & (ORDER.c.kind == OrderKind.ACCEPTED.value)
    same = (ORDER.c.lead_id == items.c.lead_id) & (func.coalesce(ORDER.c.account_id, "") == items.c.account_id)
    return (items.c.state == ReviewState.ACCEPTED.value) & exists().where(order, same)


def _answer(connection: Connection, lead_id: str, account_id: str, state: ReviewState) -> None:
    changed = connection.execute(
        REVIEW.update()
        .where(REVIEW.c.lead_id == lead_id, REVIEW.c.account_id == account_id, REVIEW.c.state.in_(_ANSWERABLE))
        .values(state=state.value)
    )
    if changed.rowcount != 1:
        raise AlreadyAnsweredError(lead_id, account_id)
