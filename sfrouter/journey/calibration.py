"""Proposes limits for a wanted precision from what was counted, with honest bounds (G05). It changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sfrouter.journey.calibration_counts import Counts, Limits, Wrong
from sfrouter.journey.calibration_figures import Figures, Interval, wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Limits for a wanted precision. `proven`: the lower bound of the precision reaches it, not only the figure.

    `checked`, with a proof, is the precision of limits chosen on one half of the leads, measured on the other.
    """

    figures: Figures
    proven: bool
    checked: Interval | None


def propose(
    counts: Counts, precision: float, leads_a_day: float | None = None, reviews_a_day: float | None = None
) -> Proposal | None:
    """The lowest match limit with the wanted precision, and the lowest review limit that asks people no more than
    `reviews_a_day`, or than today.

    Without a proof no limit is lowered. None when no limit reaches the precision even by its bare figure.
    """
    today = counts.limits[0]
    rows = _by_match_limit(counts, today[1])
    sure = [row for row in rows if (found := row.precision) and found.low >= precision]
    likely = [row for row in rows if (found := row.precision) and found.share >= precision]
    fitting = sure or [row for row in likely if row.match_above >= today[0]]
    if not fitting:
        return None
    above = min(fitting, key=lambda row: row.match_above).match_above
    limits = above, min(above, today[1])
    if sure:
        limits = _with_review_limit(counts, above, leads_a_day, reviews_a_day)
    return Proposal(
        figures=counts.figures(limits, leads_a_day=leads_a_day), proven=bool(sure),
        checked=_checked(counts, precision) if sure else None,
    )  # fmt: skip


def _by_match_limit(counts: Counts, review_from: float, half: int | None = None) -> list[Figures]:
    """Each match limit with today's review limit, or with its own where that would be above it."""
    above = sorted({one for one, _ in counts.limits}, reverse=True)
    return [counts.figures((one, min(one, review_from)), half) for one in above]


def _with_review_limit(
    counts: Counts, above: float, leads_a_day: float | None, reviews_a_day: float | None
) -> Limits:
    """The lowest review limit within the budget; the match limit itself when none is."""
    budget = counts.figures(counts.limits[0]).review_share
    if reviews_a_day is not None and leads_a_day:
        budget = reviews_a_day / leads_a_day
    fitting = [
        limits for limits in counts.limits if limits[0] == above and counts.figures(limits).review_share <= budget
    ]
    return min(fitting, key=lambda limits: limits[1], default=(above, above))


def _checked(counts: Counts, precision: float) -> Interval | None:
    """Choose on one half, measure on the other, both ways: it shows what the choice itself makes look too good."""
    right = auto = 0
    for half in (0, 1):
        rows = _by_match_limit(counts, counts.limits[0][1], half)
        good = [row for row in rows if (found := row.precision) and found.share >= precision]
        if good:
            above = min(good, key=lambda row: row.match_above).match_above
            other = counts.figures((above, min(above, counts.limits[0][1])), 1 - half)
            right, auto = right + other.right, auto + other.auto
    return wilson(right, auto)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The whole answer of `sfrouter calibrate`. `left_out` counts leads that no judgement is possible about."""

    source: str
    today: Figures
    table: tuple[Figures, ...]
    wanted: float
    proposal: Proposal | None
    evidence: dict[str, tuple[int, int]]  # by evidence: right, wrong
    wrong: tuple[Wrong, ...]
    left_out: dict[str, int]
    leads_a_day: float | None
    days: int = 0  # over which leads a day were counted


def calibration(
    counts: Counts,
    source: str,
    wanted: float,
    left_out: dict[str, int],
    *,
    leads_a_day: float | None = None,
    reviews_a_day: float | None = None,
    days: int = 0,
) -> Calibration:
    """Put the counts together."""
    today = counts.limits[0]
    above: Sequence[float] = sorted({one for one, _ in counts.limits})
    kinds = sorted({kind for kind, _ in counts.evidence})
    return Calibration(
        source=source,
        today=counts.figures(today, leads_a_day=leads_a_day),
        table=tuple(counts.figures((one, min(one, today[1])), leads_a_day=leads_a_day) for one in above),
        wanted=wanted,
        proposal=propose(counts, wanted, leads_a_day, reviews_a_day),
        evidence={kind: (counts.evidence[kind, True], counts.evidence[kind, False]) for kind in kinds},
        wrong=tuple(counts.wrong),
        left_out={why: count for why, count in left_out.items() if count},
        leads_a_day=leads_a_day,
        days=days,
    )
