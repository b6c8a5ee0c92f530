"""Boosted trees learn what one straight line cannot, and the same way every time."""

import numpy as np
import pytest

from sfrouter.matching.name_model import Split
from tests.bench.boosting import Shape, boost, logits_of
from tests.bench.cases import fold_of
from tests.bench.logistic import Matrix, Truths, fit

SMALL = Shape(trees=40, rate=0.2, least=10)


def crossed() -> tuple[Matrix, Truths]:
    rows = np.random.default_rng(1).uniform(-1, 1, (600, 3))
    return rows, rows[:, 0] * rows[:, 1] > 0


def test_trees_learn_two_features_that_count_only_together() -> None:
    rows, right = crossed()
    start, trees = boost(rows, right, SMALL)
    assert np.mean((logits_of(rows, start, trees) > 0) == right) > 0.9
    assert np.mean((rows @ fit(rows, right, strength=1.0) > 0) == right) < 0.7


def test_the_same_rows_give_the_same_trees() -> None:
    assert boost(*crossed(), SMALL) == boost(*crossed(), SMALL)


def test_no_leaf_is_smaller_than_allowed() -> None:
    rows, right = crossed()
    tree = boost(rows, right, Shape(trees=1, leaves=2, least=250, share=1.0))[1][0]
    if isinstance(tree, Split):
        below = int((rows[:, tree.place] <= tree.threshold).sum())
        assert min(below, len(rows) - below) >= 250


@pytest.mark.parametrize("salt", ["a", "b"])
def test_every_fold_gets_its_share_of_the_leads(salt: str) -> None:
    counts = np.bincount([fold_of(f"L{number}", 4, salt) for number in range(2000)], minlength=4)
    assert counts.min() > 400
