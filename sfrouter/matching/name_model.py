"""The calibrated score of a name: coefficients learnt from labelled pairs, kept as data, applied here."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

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
class NameModel:
    """Coefficients: `base` by kind and feature, `final` in the order of `final_names`; both limits in logits."""

    base: Mapping[Likeness, tuple[float, ...]]
    final: tuple[float, ...]
    intercept: float
    match_above: float
    review_from: float

    def base_of(self, compared: Compared) -> float:
        """How likely two names mean one company before the others are looked at, as a logit."""
        return sum(map(float.__mul__, self.base[compared.kind], compared.values))

    def score(self, values: Sequence[float]) -> float:
        """The score from 0 to 100; the limits learnt with the model lie at 80 and at 70."""
        logit = self.intercept + sum(map(float.__mul__, self.final, values))
        slope = (_logit(0.8) - _logit(0.7)) / (self.match_above - self.review_from)
        moved = _logit(0.8) + slope * (logit - self.match_above)
        return 100 / (1 + math.exp(-max(-30.0, min(30.0, moved))))


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


@cache
def name_model() -> NameModel:
    """The model that ships with this version."""
    text = resources.files("sfrouter.matching").joinpath("data", _FILE).read_text("utf-8")
    raw = json.loads(text)
    return NameModel(
        base={kind: tuple(float(raw["base"][kind][name]) for name in FEATURES) for kind in KINDS},
        final=tuple(float(raw["final"][name]) for name in final_names()),
        intercept=float(raw["intercept"]),
        match_above=float(raw["match_above"]),
        review_from=float(raw["review_from"]),
    )


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
