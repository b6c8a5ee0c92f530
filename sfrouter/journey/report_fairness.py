"""How evenly leads are shared: by pool against the share that was meant, by territory and by rep (R143)."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

from sfrouter.distribution.lineup import person_of
from sfrouter.distribution.pools import Pool
from sfrouter.journey.desk import Desk
from sfrouter.journey.outlook import owner_name
from sfrouter.journey.report import Report, ReportTable
from sfrouter.model.decision import Decision, Outcome
from sfrouter.model.dossier import Directory

_MOST = 2_000_000


def fairness(desk: Desk, since: datetime | None = None) -> Report:
    """Volume by pool, territory and rep since a moment, from the ledger's decisions."""
    directory = desk.reader.directory()
    by_pool: Counter[tuple[str, str]] = Counter()
    by_rep: Counter[str] = Counter()
    by_territory: Counter[str] = Counter()
    shared: Counter[str] = Counter()
    for stored in desk.ledger.decisions(since, _MOST):
        decision = stored.decision
        if decision.owner is None:
            continue
        by_rep[decision.owner.id] += 1
        for pool in {move.pool for move in decision.moves if move.person_id == decision.owner.id}:
            by_pool[pool, decision.owner.id] += 1
            shared[decision.owner.id] += 1
        if territory := _territory(decision):
            by_territory[territory] += 1
    return Report(
        name="fairness",
        tables=(_pools(desk, directory, by_pool), _territories(by_territory), _reps(directory, by_rep, shared)),
        notes=("Every decision counts, also the second one of a lead that was routed again.",),
    )


def _territory(decision: Decision) -> str:
    """The territory that a shared lead fell into, out of the decision's own steps; "" for any other lead."""
    decided = (one for one in decision.steps if one.rule == "territory" and one.outcome is Outcome.DECIDED)
    words = next((one.words for one in decided), "")
    return words.removeprefix("territory ").partition(":")[0]


def _pools(desk: Desk, directory: Directory, counts: Counter[tuple[str, str]]) -> ReportTable:
    rows: list[tuple[str | int | float, ...]] = []
    for pool in desk.policy.pools:
        meant = expected(pool, directory)
        had = {person: count for (name, person), count in counts.items() if name == pool.name}
        total = sum(had.values())
        for person in sorted({*meant, *had}, key=lambda one: owner_name(directory, one)):
            share = float(meant.get(person, 0))
            count = had.get(person, 0)
            rows.append(
                (
                    pool.name, owner_name(directory, person), count, f"{count / total:.1%}" if total else "-",
                    f"{share:.1%}", round(count - share * total, 1),
                )
            )  # fmt: skip
    columns = ("pool", "person", "leads", "share", "share meant", "leads above or below")
    return ReportTable(name="pools", title="Pools", columns=columns, rows=tuple(rows))


def expected(pool: Pool, directory: Directory) -> dict[str, Decimal]:
    """The share meant for each active member: by weight where the pool shares by weight, else equal."""
    weights: dict[str, Decimal] = {}
    weighted = type(pool.method).__name__ == "Weighted"
    for member in pool.members:
        person = person_of(member, directory)
        if person is not None and person.active:
            weights.setdefault(person.id, member.weight if weighted else Decimal(1))
    total = sum(weights.values(), start=Decimal(0))
    return {person: weight / total for person, weight in weights.items()} if total else {}


def _territories(counts: Counter[str]) -> ReportTable:
    total = counts.total()
    rows = tuple((name, count, f"{count / total:.1%}") for name, count in counts.most_common())
    return ReportTable(
        name="territories", title="Territories (default layer)", columns=("territory", "leads", "share"), rows=rows
    )


def _reps(directory: Directory, counts: Counter[str], shared: Counter[str]) -> ReportTable:
    total = counts.total()
    rows = tuple(
        (owner_name(directory, one), count, f"{count / total:.1%}", shared[one], count - shared[one])
        for one, count in counts.most_common()
    )
    columns = ("owner", "leads", "share", "by rotation", "by relationship or rule")
    return ReportTable(name="owners", title="Owners", columns=columns, rows=rows)
