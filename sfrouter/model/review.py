"""A question the router could not answer alone: a possible match that a person confirms or rejects (RV1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sfrouter.model.order import LinkOrder


class ReviewState(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    CLOSED = "closed"  # another answer settled it


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """Does this lead belong to this account? One item a pair of lead and account."""

    lead_id: str
    account_id: str
    score: float
    why: str
    raised_at: datetime
    state: ReviewState = ReviewState.OPEN

    @property
    def pair(self) -> tuple[str, str]:
        """Lead and account: what names the question."""
        return self.lead_id, self.account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person's answers come to; all of it is kept, or nothing.

    `aliases` are names (or "@domain") by account; `never` are pairs of a company's name, domain or lead with an
    account; `orders` are the links to make; the leads of `anew` are decided again.
    """

    states: Mapping[tuple[str, str], ReviewState]
    by: str
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    never: frozenset[tuple[str, str]] = frozenset()
    orders: tuple[LinkOrder, ...] = ()
    anew: tuple[str, ...] = ()
