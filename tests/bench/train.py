"""Learns the name score from labelled leads and writes its coefficients (sfrouter/matching/data/name_model.json).

Half of the leads, by a hash of their id, is learnt from; the other half is never shown to the training and gives
the figures. The limits are chosen on the learning half by cross-fitting.
"""

import argparse
import csv
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sfrouter.journey.company_files import read_accounts, read_leads
from sfrouter.matching.calibrated import guarded
from sfrouter.matching.candidates import candidates
from sfrouter.matching.features import FEATURES, Compared, compare_names
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.name_model import KINDS, NameModel, contest, final_names
from sfrouter.matching.question import ask
from sfrouter.matching.settings import MatchSettings
from tests.bench.logistic import Matrix, Truths, fit

MODEL = Path(__file__).parents[2] / "sfrouter" / "matching" / "data" / "name_model.json"
_BASE_STRENGTH, _FINAL_STRENGTH = 6.0, 0.3


@dataclass(frozen=True, slots=True)
class Case:
    """A lead that only its name can identify, with the accounts it was compared with."""

    lead_id: str
    truth: str
    ids: tuple[str, ...]
    compared: tuple[Compared, ...]
    held: tuple[frozenset[str], ...]
    never_alone: tuple[bool, ...]


def learns(lead_id: str) -> bool:
    """Is this lead in the half that is learnt from?"""
    return zlib.crc32(lead_id.encode()) % 2 == 0


def half_of_half(lead_id: str) -> bool:
    """The two parts for cross-fitting inside the learning half."""
    return zlib.crc32(lead_id.encode()) // 2 % 2 == 0


def truths(data: Path) -> dict[str, str]:
    """By lead the id of its account, "" without one."""
    with (data / "labels.csv").open(encoding="utf-8") as file:
        return {row["lead_id"]: row["account_id"] for row in csv.DictReader(file)}


def cases(accounts: Path, data: Path) -> Iterator[Case]:
    """The leads without a domain that an account has, compared with a table of accounts."""
    index, truth = AccountIndex(read_accounts(accounts)), truths(data)
    settings = MatchSettings(free_mail_with_name="auto")
    for lead in read_leads(data / "leads.csv"):
        question = ask(lead, settings)
        domains = {question.email_domain, question.website_domain} - {""}
        if not question.name.usable or any(index.with_domain(domain) for domain in domains):
            continue
        pairs = candidates(question, index)
        compared = tuple(compare_names(question, name, entry, index) for name, entry in pairs)
        yield Case(
            lead.id, truth.get(lead.id, ""), tuple(entry.id for _, entry in pairs),
            compared,
            tuple(frozenset(entry.name.tokens) for _, entry in pairs),
            tuple(
                guarded(question, entry, one, 100.0, index).score < 100
                for (_, entry), one in zip(pairs, compared, strict=True)
            ),
        )  # fmt: skip


def base_rows(some: Sequence[Case]) -> tuple[Matrix, Truths]:
    """One row a compared account, its features in the columns of its kind; and which account is right."""
    width = len(FEATURES)
    pairs = [(one, case.ids[place] == case.truth) for case in some for place, one in enumerate(case.compared)]
    rows = np.zeros((len(pairs), width * len(KINDS)))
    for line, (one, _) in enumerate(pairs):
        start = KINDS.index(one.kind) * width
        rows[line, start : start + width] = one.values
    return rows, np.array([right for _, right in pairs])


def base_model(some: Sequence[Case]) -> NameModel:
    """The first stage, learnt from these cases."""
    width = len(FEATURES)
    beta = fit(*base_rows(some), strength=_BASE_STRENGTH)
    base = {kind: tuple(map(float, beta[n * width : (n + 1) * width])) for n, kind in enumerate(KINDS)}
    return NameModel(base, (0.0,) * len(final_names()), 0.0, 1.0, 0.0)


def finals(some: Sequence[Case], model: NameModel) -> tuple[Matrix, Truths, Truths]:
    """The final stage's input for each case's best account, whether it is right, and whether no guard holds it."""
    rows, right, free = [], [], []
    for case in some:
        if not case.compared:
            continue
        bases = [model.base_of(one) for one in case.compared]
        best = max(range(len(bases)), key=lambda place: (bases[place], case.ids[place]))
        rows.append(contest(best, bases, case.compared, case.held))
        twins = [n for n, base in enumerate(bases) if abs(base - bases[best]) < 0.02]
        right.append(any(case.ids[n] == case.truth for n in twins))
        free.append(not case.never_alone[best] and len(twins) == 1)
    return np.array(rows), np.array(right), np.array(free)


def crossfitted(some: Sequence[Case]) -> tuple[Matrix, Truths, Truths]:
    """The final stage's input, each part scored by a first stage that has not seen it."""
    one = [case for case in some if half_of_half(case.lead_id)]
    two = [case for case in some if not half_of_half(case.lead_id)]
    parts = [finals(asked, base_model(learnt)) for learnt, asked in ((one, two), (two, one))]
    one_, two_ = parts
    return (
        np.concatenate((one_[0], two_[0])),
        np.concatenate((one_[1], two_[1])),
        np.concatenate((one_[2], two_[2])),
    )


def limits(logits: Matrix, right: Truths, *, sure: int, precision: float, asked: float) -> tuple[float, float]:
    """The logits from which a match is automatic, and from which a person is asked.

    `sure` leads are identified by their domain and count as right; `asked` is the share to send to a person.
    """
    order = np.argsort(-logits)
    hits = np.cumsum(right[order])
    exact = (hits + sure) / (np.arange(1, len(order) + 1) + sure)
    last = int(np.max(np.nonzero(exact >= precision)[0]))
    further = min(len(order) - 1, last + int(asked * (len(order) + sure)))
    return float(logits[order[last]]), float(logits[order[further]])


def train(tables: Sequence[Path], data: Path, precision: float, asked: float) -> NameModel:
    """Learn from the learning half against each table."""
    known = [[case for case in cases(table, data) if learns(case.lead_id)] for table in tables]
    every = [case for some in known for case in some]
    base = base_model(every)
    parts = [crossfitted(some) for some in known]
    rows, right, free = (np.concatenate([part[place] for part in parts]) for place in range(3))
    ones = np.ones((len(rows), 1))
    beta = fit(np.hstack([rows, ones]), right, strength=_FINAL_STRENGTH / len(tables))
    logits = np.hstack([rows, ones]) @ beta
    shown = {case.lead_id for case in every}
    by_domain = sum(learns(one) and bool(account) and one not in shown for one, account in truths(data).items())
    auto, review = limits(
        logits[free], right[free], sure=by_domain * len(tables), precision=precision, asked=asked
    )
    return NameModel(base.base, tuple(map(float, beta[:-1])), float(beta[-1]), auto, review)


def write(model: NameModel, path: Path = MODEL) -> None:
    """Keep the coefficients, rounded, by name."""
    raw = {
        "made_by": "scripts/train-matching",
        "match_above": round(model.match_above, 4),
        "review_from": round(model.review_from, 4),
        "intercept": round(model.intercept, 4),
        "base": {
            str(kind): {name: round(value, 4) for name, value in zip(FEATURES, model.base[kind], strict=True)}
            for kind in KINDS
        },
        "final": {name: round(value, 4) for name, value in zip(final_names(), model.final, strict=True)},
    }
    path.write_text(json.dumps(raw, indent=1) + "\n", "utf-8")


def main() -> None:
    """Train on the tables given and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with leads.csv and labels.csv")
    parser.add_argument("--accounts", type=Path, nargs="+", required=True, help="tables of accounts to match with")
    parser.add_argument(
        "--precision", type=float, default=0.98, help="of the automatic links on the learning half"
    )
    parser.add_argument("--review", type=float, default=0.10, help="share of leads that a person looks at")
    given = parser.parse_args()
    write(train(given.accounts, given.data, given.precision, given.review))


if __name__ == "__main__":
    main()
