"""Counted figures of matching and how sure they are: precision, recall, review load, Wilson's interval (G05)."""

import math
from dataclasses import dataclass

Z = 1.959964  # of a two-sided interval that holds in 95 of 100 cases


@dataclass(frozen=True, slots=True)
class Interval:
    """A share and the bounds within which the true one lies in 95 of 100 cases."""

    share: float
    low: float
    high: float


def wilson(hits: int, of: int) -> Interval | None:
    """Wilson's interval, which stays honest for few cases and for shares near 1. None without any case."""
    if not of:
        return None
    share, spread = hits / of, Z * Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return Interval(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))


def cases_needed(precision: float) -> int:
    """How many automatic links, all of them right, it takes to prove a precision."""
    return math.ceil(Z * Z * precision / (1 - precision)) if precision < 1 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one pair of limits did to labelled leads; and of `asked` leads, `to_review` went to a person."""

    match_above: float
    review_from: float
    leads: int = 0
    with_account: int = 0
    auto: int = 0
    right: int = 0
    strangers: int = 0  # leads without an account that were linked
    review: int = 0
    review_right: int = 0
    asked: int = 0
    to_review: int = 0
    reviews_a_day: float | None = None

    @property
    def precision(self) -> Interval | None:
        """Of the automatic links, the share that is right."""
        return wilson(self.right, self.auto)

    @property
    def recall(self) -> Interval | None:
        """Of the leads that had an account, the share that is linked to it automatically."""
        return wilson(self.right, self.with_account)

    @property
    def review_share(self) -> float:
        """Of all leads, the share that a person is asked about."""
        return self.to_review / self.asked if self.asked else 0.0
