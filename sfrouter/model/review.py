"""A question the router could not answer alone: a possible match that a person confirms or rejects (RV1)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReviewState(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """Does this lead belong to this account? One item a pair of lead and account."""

    lead_id: str
    account_id: str
    score: float
    why: str
    raised_at: datetime
    state: ReviewState = ReviewState.OPEN
