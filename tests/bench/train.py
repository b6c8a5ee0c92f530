"""Learns the name score from labelled leads and writes it (sfrouter/matching/data/name_model.json).

Half of the leads, by a hash of their id, is learnt from; the other half is never shown to the training and gives
the figures. The limits are chosen inside the learning half: every lead is judged there by a model that has seen it
in neither stage.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sfrouter.matching.features import FEATURES, Likeness
from sfrouter.matching.name_model import KINDS, NameModel, Split, Tree, contest, final_names, forest
from tests.bench.boosting import Shape, boost, logits_of
from tests.bench.cases import Case, cases, fold_of, learns, truths
from tests.bench.logistic import Matrix, Truths, fit

__all__ = ["learns"]

MODEL = Path(__file__).parents[2] / "sfrouter" / "matching" / "data" / "name_model.json"
_BASE_STRENGTH = 6.0
_OUTER, _INNER = 5, 4
_SHAPE = Shape()

Base = dict[Likeness, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Learnt:
    """Both stages as they are written: coefficients, the first logit and the trees, and the two limits."""

    base: Base
    start: float
    trees: tuple[Tree, ...]
    match_above: float
    review_from: float


@dataclass(frozen=True, slots=True)
class Finals:
    """The final stage's input for each case's best account, whether it is right, whether no guard holds it back,
    and whether the lead has an account at all."""

    rows: Matrix
    right: Truths
    free: Truths
    known: Truths


def base_of(some: Sequence[Case]) -> Base:
    """The first stage: a row of coefficients for each kind of likeness, learnt from the pairs of that kind."""
    rows: dict[Likeness, list[tuple[float, ...]]] = {kind: [] for kind in KINDS}
    right: dict[Likeness, list[bool]] = {kind: [] for kind in KINDS}
    for case in some:
        for account_id, one in zip(case.ids, case.compared, strict=True):
            rows[one.kind].append(one.values)
            right[one.kind].append(account_id == case.truth)
    return {kind: _row(rows[kind], right[kind]) for kind in KINDS}


def _row(rows: list[tuple[float, ...]], right: list[bool]) -> tuple[float, ...]:
    if not rows:
        return (0.0,) * len(FEATURES)
    beta = fit(np.array(rows), np.array(right), strength=_BASE_STRENGTH)
    return tuple(round(float(value), 4) for value in beta)


def finals(some: Sequence[Case], base: Base) -> Finals:
    """Each case's best account as the final stage sees it."""
    model = NameModel(base, forest(()), 0.0, 1.0, 0.0)
    rows, right, free, known = [], [], [], []
    for case in some:
        if not case.compared:
            continue
        bases = [model.base_of(one) for one in case.compared]
        best = max(range(len(bases)), key=lambda place: (bases[place], case.ids[place]))
        twins = [n for n, one in enumerate(bases) if abs(one - bases[best]) < 0.02]
        rows.append(contest(best, bases, case.compared, case.held))
        right.append(any(case.ids[n] == case.truth for n in twins))
        free.append(not case.never_alone[best] and len(twins) == 1)
        known.append(bool(case.truth))
    return Finals(np.array(rows), np.array(right), np.array(free), np.array(known))


def joined(parts: Sequence[Finals]) -> Finals:
    """All parts in one."""
    return Finals(
        np.concatenate([part.rows for part in parts]), np.concatenate([part.right for part in parts]),
        np.concatenate([part.free for part in parts]), np.concatenate([part.known for part in parts]),
    )  # fmt: skip


def crossfitted(tables: Sequence[Sequence[Case]], salt: str) -> Finals:
    """The final stage's input, each part scored by a first stage that has not seen its leads."""
    parts = []
    for fold in range(_INNER):
        learnt = [case for some in tables for case in some if fold_of(case.lead_id, _INNER, salt) != fold]
        base = base_of(learnt)
        asked = [case for some in tables for case in some if fold_of(case.lead_id, _INNER, salt) == fold]
        parts.append(finals(asked, base))
    return joined(parts)


def unseen_logits(tables: Sequence[Sequence[Case]]) -> tuple[Matrix, Finals]:
    """Each lead of the learning half judged by a model that has not seen it."""
    logits, parts = [], []
    for fold in range(_OUTER):
        learnt = [[case for case in some if fold_of(case.lead_id, _OUTER, "f") != fold] for some in tables]
        asked = [case for some in tables for case in some if fold_of(case.lead_id, _OUTER, "f") == fold]
        inner = crossfitted(learnt, "7")
        start, trees = boost(inner.rows, inner.right, _SHAPE)
        part = finals(asked, base_of([case for some in learnt for case in some]))
        logits.append(logits_of(part.rows, start, trees))
        parts.append(part)
    return np.concatenate(logits), joined(parts)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The precision of the automatic links, the share of leads without an account that may be linked all the same,
    and the share of all leads that a person looks at."""

    precision: float
    strangers: float
    asked: float


def limits(
    logits: Matrix, found: Finals, *, sure: int, strangers: int, leads: int, wanted: Wanted
) -> tuple[float, float]:
    """The logits from which a match is automatic, and from which a person is asked.

    `sure` leads are identified by their domain and count as right; `strangers` have no account.
    """
    free = np.argsort(np.where(found.free, -logits, np.inf))[: int(found.free.sum())]
    right, known = found.right[free], found.known[free]
    exact = (np.cumsum(right) + sure) / (np.arange(1, len(free) + 1) + sure)
    linked = np.cumsum(~known) / strangers
    last = int(np.max(np.nonzero((exact >= wanted.precision) & (linked <= wanted.strangers))[0]))
    above = float(logits[free[last]])
    rest = np.sort(logits[~(found.free & (logits >= above))])[::-1]
    below = float(rest[min(len(rest) - 1, int(wanted.asked * leads))])
    print(f"unseen in the learning half: {int(right[: last + 1].sum())} right of {last + 1} automatic by name")
    return above, min(below, above - 0.05)


def train(tables: Sequence[Path], data: Path, wanted: Wanted) -> Learnt:
    """Learn from the learning half against each table."""
    known = [list(cases(table, data)) for table in tables]
    logits, found = unseen_logits(known)
    labels = {lead_id: account for lead_id, account in truths(data).items() if learns(lead_id)}
    shown = {case.lead_id for some in known for case in some}
    above, below = limits(
        logits, found, wanted=wanted, leads=len(labels) * len(tables),
        sure=sum(bool(account) and one not in shown for one, account in labels.items()) * len(tables),
        strangers=sum(not account for account in labels.values()) * len(tables),
    )  # fmt: skip
    inner = crossfitted(known, "7")
    start, trees = boost(inner.rows, inner.right, _SHAPE)
    return Learnt(base_of([case for some in known for case in some]), start, trees, above, below)


def _plain(tree: Tree) -> object:
    if not isinstance(tree, Split):
        return tree
    return [final_names()[tree.place], tree.threshold, _plain(tree.below), _plain(tree.above)]


def write(model: Learnt, path: Path = MODEL) -> None:
    """Keep the model, values by name, a line a tree."""
    raw = {
        "made_by": "scripts/train-matching",
        "match_above": round(model.match_above, 4),
        "review_from": round(model.review_from, 4),
        "start": round(model.start, 4),
        "base": {str(kind): dict(zip(FEATURES, model.base[kind], strict=True)) for kind in KINDS},
    }
    head = json.dumps(raw, indent=1)[:-2]
    trees = ",\n  ".join(json.dumps(_plain(tree), separators=(",", ":")) for tree in model.trees)
    path.write_text(f'{head},\n "trees": [\n  {trees}\n ]\n}}\n', "utf-8")


def main() -> None:
    """Train on the tables given and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with leads.csv and labels.csv")
    parser.add_argument("--accounts", type=Path, nargs="+", required=True, help="tables of accounts to match with")
    parser.add_argument("--precision", type=float, default=0.977, help="of the automatic links, judged unseen")
    parser.add_argument("--strangers", type=float, default=0.034, help="share of leads without account linked")
    parser.add_argument("--review", type=float, default=0.09, help="share of leads that a person looks at")
    given = parser.parse_args()
    write(train(given.accounts, given.data, Wanted(given.precision, given.strangers, given.review)))


if __name__ == "__main__":
    main()
