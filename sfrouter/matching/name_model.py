"""The calibrated score of a name: coefficients and small trees learnt from labelled pairs, kept as data."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfrouter.matching.features import FEATURES, Compared, Likeness

_FILE = "name_model.json"
_FAR = 6.0  # a rival further behind than this makes no difference any more
_ALONE = -9.0  # as if a rival stood so low
_CLOSE = 1.0
_TWIN = 0.02  # two accounts nearer than this cannot be told apart by their names
CONTEXT = ("base", "second", "margin", "rivals", "any_rival", "same_names", "any_same_name", "close")
BY_KIND = ("margin", "base", "rivals")
KINDS = tuple(Likeness)


def final_names() -> tuple[str, ...]:
    """What the final score is made of: the contest with the other accounts, then the names themselves."""
    kinds = tuple(str(kind) for kind in KINDS)
    crossed = tuple(f"{name} of {kind}" for name in BY_KIND for kind in kinds)
    return (*CONTEXT, *kinds, *FEATURES, *crossed)


@dataclass(frozen=True, slots=True)
class Split:
    """A fork of a tree: which value is asked, and what follows up to the threshold and above it."""

    place: int
    threshold: float
    below: "Split | float"
    above: "Split | float"


Tree = Split | float
"""A number, or a fork that leads to one: what the tree adds to the logit."""


@dataclass(frozen=True, slots=True)
class Forest:
    """All trees in arrays, one node a place; a leaf leads to itself. Asks thousands of forks in a few steps."""

    roots: NDArray[np.int64]
    asked: NDArray[np.int64]
    thresholds: NDArray[np.float64]
    after: NDArray[np.int64]  # two for each node: where it leads above the threshold, and below
    values: NDArray[np.float64]
    depth: int

    def sums(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """What all trees together say to each row of values."""
        nodes = len(self.asked)
        low = np.ravel(rows.take(self.asked, axis=1) <= self.thresholds)  # every fork, asked or not
        lines = np.arange(len(rows))[:, None] * nodes
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        for _ in range(self.depth):
            at = self.after.take(2 * at + low.take(at + lines))
        return np.asarray(self.values.take(at).sum(axis=1), np.float64)


def forest(trees: Sequence[Tree]) -> Forest:
    """The trees in arrays."""
    nodes: list[tuple[int, float, int, int, float]] = []
    depths = [0]

    def plant(tree: Tree, depth: int) -> int:
        here = len(nodes)
        nodes.append((0, 0.0, here, here, 0.0))
        if isinstance(tree, Split):
            below, above = plant(tree.below, depth + 1), plant(tree.above, depth + 1)
            nodes[here] = (tree.place, tree.threshold, below, above, 0.0)
        else:
            depths.append(depth)
            nodes[here] = (0, 0.0, here, here, tree)
        return here

    roots = [plant(tree, 0) for tree in trees]
    columns = np.array(nodes, np.float64).reshape(len(nodes), 5).T
    after = np.ravel(columns[[3, 2]].T).astype(np.int64)
    asked = columns[0].astype(np.int64)
    return Forest(np.array(roots, np.int64), asked, columns[1], after, columns[4], max(depths))


@dataclass(frozen=True, slots=True)
class NameModel:
    """Coefficients `base` by kind and feature; trees over the values of `final_names`, whose sum and `start` are
    the final logit; both limits in logits."""

    base: Mapping[Likeness, tuple[float, ...]]
    trees: Forest
    start: float
    match_above: float
    review_from: float

    def base_of(self, compared: Compared) -> float:
        """How likely two names mean one company before the others are looked at, as a logit."""
        return sum(map(float.__mul__, self.base[compared.kind], compared.values))

    def scores(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """The scores of accounts from 0 to 100; the limits learnt with the model lie at 80 and at 70."""
        slope = (_logit(0.8) - _logit(0.7)) / (self.match_above - self.review_from)
        moved = _logit(0.8) + slope * (self.start + self.trees.sums(np.array(rows)) - self.match_above)
        return [100 / (1 + math.exp(-max(-30.0, min(30.0, one)))) for one in moved.tolist()]


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


@cache
def name_model() -> NameModel:
    """The model that ships with this version."""
    text = resources.files("sfrouter.matching").joinpath("data", _FILE).read_text("utf-8")
    raw = json.loads(text)
    places = {name: place for place, name in enumerate(final_names())}
    return NameModel(
        base={kind: tuple(float(raw["base"][kind][name]) for name in FEATURES) for kind in KINDS},
        trees=forest([_tree(tree, places) for tree in raw["trees"]]),
        start=float(raw["start"]),
        match_above=float(raw["match_above"]),
        review_from=float(raw["review_from"]),
    )


def _tree(raw: Any, places: Mapping[str, int]) -> Tree:
    """A tree from the file: a number, or [name of the value, threshold, below, above]."""
    if not isinstance(raw, list):
        return float(raw)
    name, threshold, below, above = raw
    return Split(places[name], float(threshold), _tree(below, places), _tree(above, places))


def contest(
    place: int, bases: Sequence[float], all_compared: Sequence[Compared], held: Sequence[frozenset[str]]
) -> tuple[float, ...]:
    """The input of the final score for one account among all that were compared."""
    mine, own = all_compared[place], bases[place]
    others = [
        other for other in range(len(bases)) if other != place and not _twins(place, other, bases, all_compared)
    ]
    second = max((bases[other] for other in others), default=_ALONE)
    rivals = sum(mine.shared <= held[other] for other in others) if mine.shared else len(others)
    same = sum(all_compared[other].kind is Likeness.SAME for other in others)
    margin = min(_FAR, max(_ALONE, own - second))
    context = {
        "base": own, "second": max(-_FAR, min(_FAR, second)), "margin": margin, "rivals": math.log1p(rivals),
        "any_rival": float(rivals > 0), "same_names": math.log1p(same), "any_same_name": float(same > 0),
        "close": math.log1p(sum(bases[other] > own - _CLOSE for other in others)),
    }  # fmt: skip
    kinds = [float(mine.kind is kind) for kind in KINDS]
    crossed = [context[name] * kind for name in BY_KIND for kind in kinds]
    return (*context.values(), *kinds, *mine.values, *crossed)


def _twins(one: int, other: int, bases: Sequence[float], all_compared: Sequence[Compared]) -> bool:
    """Two accounts of one name that only the tie-break can tell apart (T01)."""
    same = all_compared[one].kind is all_compared[other].kind is Likeness.SAME
    return same and abs(bases[one] - bases[other]) < _TWIN
