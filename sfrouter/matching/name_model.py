"""The calibrated score of a name: coefficients and small trees learnt from labelled pairs, kept as data."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

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


def grown(tree: Tree, values: Sequence[float]) -> float:
    """What a tree says to these values."""
    while not isinstance(tree, float):
        tree = tree.below if values[tree.place] <= tree.threshold else tree.above
    return tree


@dataclass(frozen=True, slots=True)
class NameModel:
    """Coefficients `base` by kind and feature; `trees` over the values of `final_names`, whose sum and `start` are
    the final logit; both limits in logits."""

    base: Mapping[Likeness, tuple[float, ...]]
    trees: tuple[Tree, ...]
    start: float
    match_above: float
    review_from: float

    def base_of(self, compared: Compared) -> float:
        """How likely two names mean one company before the others are looked at, as a logit."""
        return sum(map(float.__mul__, self.base[compared.kind], compared.values))

    def logit(self, values: Sequence[float]) -> float:
        """How likely the account is the lead's, all that were compared taken together."""
        return self.start + sum(grown(tree, values) for tree in self.trees)

    def score(self, values: Sequence[float]) -> float:
        """The score from 0 to 100; the limits learnt with the model lie at 80 and at 70."""
        slope = (_logit(0.8) - _logit(0.7)) / (self.match_above - self.review_from)
        moved = _logit(0.8) + slope * (self.logit(values) - self.match_above)
        return 100 / (1 + math.exp(-max(-30.0, min(30.0, moved))))


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
        trees=tuple(_tree(tree, places) for tree in raw["trees"]),
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
