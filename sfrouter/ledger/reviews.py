"""The questions for a person (possible matches) and the names that were learnt from the answers."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.base.errors import SfrouterError
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import ALIAS, REVIEW
from sfrouter.model.review import ReviewItem, ReviewState

_ALIASES = select(ALIAS.c.name, ALIAS.c.account_id)


class NoSuchReviewError(SfrouterError):
    """There is no question about this lead and account."""

    def __init__(self, lead_id: str, account_id: str) -> None:
        super().__init__(f"there is no review of lead {lead_id} and account {account_id}")


class Reviews(LedgerPart):
    """Review items (RV1) and learnt aliases (R017)."""

    def reviews(self, state: ReviewState | None = ReviewState.OPEN, limit: int = 1000) -> tuple[ReviewItem, ...]:
        """The questions in a state (None: all), best score first."""
        query = select(REVIEW).order_by(REVIEW.c.score.desc(), REVIEW.c.raised_at, REVIEW.c.lead_id).limit(limit)
        if state is not None:
            query = query.where(REVIEW.c.state == state.value)
        with self._store.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(ReviewItem(**{**row, "state": ReviewState(row["state"])}) for row in rows)

    def answer_review(self, lead_id: str, account_id: str, state: ReviewState) -> None:
        """Keep a person's answer. Raises NoSuchReviewError."""
        pair = (REVIEW.c.lead_id == lead_id) & (REVIEW.c.account_id == account_id)
        with self._store.write() as connection:
            if connection.execute(REVIEW.update().where(pair).values(state=state.value)).rowcount != 1:
                raise NoSuchReviewError(lead_id, account_id)

    def learn_alias(self, name: str, account_id: str) -> None:
        """From now on this name means this account; a name learnt again takes the newer meaning."""
        values = {"account_id": account_id, "learnt_at": self._store.now()}
        statement = insert(ALIAS).values(name=name, **values)
        with self._store.write() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=[ALIAS.c.name], set_=values))

    def aliases(self) -> Mapping[str, str]:
        """Account id by learnt name."""
        with self._store.read() as connection:
            return dict(connection.execute(_ALIASES).all())


def raise_reviews(connection: Connection, items: Iterable[ReviewItem]) -> None:
    """Ask these questions inside a transaction. A person's answer stays; an open one is renewed."""
    for item in items:
        news: dict[str, float | str | datetime] = {
            "score": item.score,
            "why": item.why,
            "raised_at": item.raised_at,
        }
        statement = insert(REVIEW).values(
            lead_id=item.lead_id, account_id=item.account_id, state=item.state.value, **news
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[REVIEW.c.lead_id, REVIEW.c.account_id],
                set_=news,
                where=REVIEW.c.state == ReviewState.OPEN.value,
            )
        )
