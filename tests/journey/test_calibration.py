"""The arithmetic of a calibration: intervals, what limits would have done, and what may be proposed."""

import math

import pytest

from sfrouter.journey.calibration import calibration, propose
from sfrouter.journey.calibration_counts import Counts, Known, limits_tried
from sfrouter.journey.calibration_figures import cases_needed, wilson
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.match import match, match_each
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.evidence import Band
from tests.bench.background import background
from tests.bench.quick import accounts, pairs

SETTINGS = MatchSettings(free_mail_with_name="auto")


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(10, 10, 0.7225, 1.0), (0, 10, 0.0, 0.2775), (95, 100, 0.8883, 0.9785), (1, 2, 0.0945, 0.9055)],
)
def test_wilsons_interval_is_that_of_the_textbook(hits: int, of: int, low: float, high: float) -> None:
    found = wilson(hits, of)
    assert found is not None
    assert [found.low, found.high] == pytest.approx([low, high], abs=2e-4)


def test_no_case_has_no_interval() -> None:
    assert wilson(0, 0) is None


def test_so_many_right_links_prove_a_precision_and_one_fewer_does_not() -> None:
    needed = cases_needed(0.98)
    enough, few = wilson(needed, needed), wilson(needed - 1, needed - 1)
    assert enough is not None
    assert few is not None
    assert enough.low >= 0.98 > few.low


@pytest.fixture(scope="module")
def large() -> AccountIndex:
    return AccountIndex(accounts(pairs(), 1_500))


@pytest.mark.parametrize("size", ["small", "large"])
def test_many_limits_at_once_say_what_each_says_alone(size: str, large: AccountIndex) -> None:
    """Guards keep scores under the limit, so evidence may depend on it."""
    known = pairs()[::7]
    index = large if size == "large" else AccountIndex(accounts(known, 100))
    each = [SETTINGS.model_copy(update={"match_above": a, "review_from": r}) for a, r in limits_tried(SETTINGS)]
    for pair in known:
        alone = [match(pair.lead, index, one) for one in each]
        for one, other in zip(match_each(pair.lead, index, each), alone, strict=True):
            assert (one.band, one.account_id, one.score) == (other.band, other.account_id, other.score)
            if one.band is Band.REVIEW:
                assert one.suspicions == other.suspicions


def counted(right: int, wrong: int) -> Counts:
    """So many leads whose domain leads to the right account, and so many to a wrong one; found at every limit."""
    counts = Counts(SETTINGS, limits_tried(SETTINGS))
    for half, share in ((0, 0.5), (1, 0.5)):
        tally = counts.halves[half]
        rights, wrongs = int(right * share), int(wrong * share)
        tally[(0, 0), "leads"] = tally[(0, 0), "with_account"] = rights + wrongs
        for limits in counts.limits:
            tally[limits, "auto"], tally[limits, "right"] = rights + wrongs, rights
    return counts


def test_a_precision_is_proven_only_by_its_lower_bound() -> None:
    many, few = propose(counted(1_000, 2), 0.98), propose(counted(100, 0), 0.98)
    assert many is not None
    assert few is not None
    assert (many.proven, few.proven) == (True, False)
    assert many.figures.match_above == min(above for above, _ in limits_tried(SETTINGS))
    assert (few.figures.match_above, few.figures.review_from) == (80, 70)


def test_a_precision_that_no_limit_reaches_proposes_nothing() -> None:
    assert propose(counted(80, 20), 0.98) is None


def test_the_check_measures_on_the_half_that_the_limit_was_not_chosen_on() -> None:
    counts = counted(1_000, 0)
    for limits in counts.limits:
        counts.halves[1][limits, "right"] = 400
    found = propose(counts, 0.85)
    assert found is not None
    assert found.proven
    assert found.checked is not None
    assert math.isclose(found.checked.share, 400 / 500)


def test_the_review_limit_asks_people_no_more_than_wished() -> None:
    """A lead that scores 75 everywhere is a review from 75 down."""
    counts = counted(1_000, 0)
    for tally in counts.halves:
        for limits in counts.limits:
            tally[limits, "review"] = 100 if limits[1] <= 65 else 10
    lax = propose(counts, 0.98, leads_a_day=100, reviews_a_day=50)
    strict = propose(counts, 0.98, leads_a_day=100, reviews_a_day=2)
    assert lax is not None
    assert strict is not None
    low = strict.figures.match_above
    assert (lax.figures.review_from, strict.figures.review_from) == (50, min(70, low))


def test_strangers_and_reviews_are_counted_by_the_real_matching(large: AccountIndex) -> None:
    known = [pair for pair in pairs() if pair.strength == "STRONG"][:20]
    counts = Counts(SETTINGS, limits_tried(SETTINGS))
    for pair in known:
        counts.take(Known(pair.lead, pair.account_id), large)
    for pair in known:
        counts.take(Known(pair.lead, ""), large)
    today = calibration(counts, "of the tests", 0.98, {"nothing": 0}).today
    assert today.leads == 40
    assert today.auto == 2 * today.right > 0
    assert today.strangers == today.right
    assert today.with_account == 20


def test_the_highest_limits_are_the_strictest() -> None:
    index = AccountIndex(background(1_000))
    counts = Counts(SETTINGS, limits_tried(SETTINGS))
    for pair in pairs()[:30]:
        counts.take(Known(pair.lead, ""), index)
    auto = [row.auto for row in calibration(counts, "", 0.98, {}).table]
    assert auto == sorted(auto, reverse=True)
