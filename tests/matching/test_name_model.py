"""The learnt model: its trees, its scale, and the contest between accounts."""

import numpy as np
import pytest

from sfrouter.matching.features import FEATURES, Compared, Likeness
from sfrouter.matching.name_model import CONTEXT, KINDS, NameModel, Split, contest, final_names, forest, name_model

NOTHING = (0.0,) * len(FEATURES)


def pair(kind: Likeness = Likeness.SAME, *shared: str) -> Compared:
    return Compared(kind, NOTHING, frozenset(shared))


def model(start: float) -> NameModel:
    return NameModel(dict.fromkeys(KINDS, NOTHING), forest(()), start, match_above=1.0, review_from=-1.0)


def test_each_tree_is_walked_to_its_leaf() -> None:
    tree = Split(0, 0.5, -1.0, Split(1, 2.0, 1.0, 3.0))
    rows = np.array([[0.5, 9.0], [0.6, 2.0], [0.6, 2.1]])
    assert forest([tree]).sums(rows).tolist() == [-1.0, 1.0, 3.0]
    assert forest([tree, 10.0, Split(1, 5.0, 0.0, 100.0)]).sums(rows).tolist() == [109.0, 11.0, 13.0]


@pytest.mark.parametrize(("logit", "score"), [(1.0, 80.0), (-1.0, 70.0)])
def test_the_learnt_limits_lie_at_80_and_70(logit: float, score: float) -> None:
    assert model(logit).scores([NOTHING]) == [pytest.approx(score)]


def test_the_score_grows_with_the_logit_and_stays_within_100() -> None:
    scores = [model(logit).scores([NOTHING])[0] for logit in (-1000.0, -2.0, 0.0, 2.0, 1000.0)]
    assert scores == sorted(scores)
    assert 0 <= scores[0] < scores[-1] <= 100


def test_the_contest_knows_how_far_the_next_account_is_behind() -> None:
    pairs, held = [pair(Likeness.SAME, "a"), pair(Likeness.OVERLAP, "a")], [frozenset("a"), frozenset("ab")]
    found = dict(zip(final_names(), contest(0, [3.0, 1.0], pairs, held), strict=True))
    assert (found["base"], found["second"], found["margin"]) == (3.0, 1.0, 2.0)
    assert found["any_rival"] == 1.0
    assert found["margin of same"] == 2.0


def test_an_account_alone_has_no_rival() -> None:
    found = dict(zip(final_names(), contest(0, [3.0], [pair()], [frozenset()]), strict=True))
    assert (found["any_rival"], found["close"]) == (0.0, 0.0)
    assert found["margin"] == 6.0


def test_two_accounts_of_one_name_are_no_rivals_of_each_other() -> None:
    pairs = [pair(), pair(), pair(Likeness.OVERLAP)]
    found = dict(zip(final_names(), contest(0, [3.0, 3.0, 0.0], pairs, [frozenset()] * 3), strict=True))
    assert found["same_names"] == 0.0
    assert found["margin"] == 3.0


def test_the_shipped_model_is_whole() -> None:
    shipped = name_model()
    assert shipped.match_above > shipped.review_from
    assert len(shipped.trees.roots) > 0
    assert {*shipped.base} == {*Likeness}
    assert all(len(row) == len(FEATURES) for row in shipped.base.values())
    assert len(final_names()) == len(set(final_names())) > len(CONTEXT)
