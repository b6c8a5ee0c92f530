"""Finds territories that no lead reaches, conditions that nothing fits, and gaps between their limits."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sfrouter.base.errors import Problem
from sfrouter.config.policy_value import Policy
from sfrouter.config.sources import spot
from sfrouter.distribution.cells import Cell, Value, space
from sfrouter.distribution.conditions import Op
from sfrouter.distribution.territories import Territory
from sfrouter.distribution.weigh import weigh

_LIMITS = frozenset({Op.BETWEEN, Op.AT_LEAST, Op.AT_MOST, Op.MORE_THAN, Op.LESS_THAN})
Key = tuple[tuple[str, Value], ...]


@dataclass(slots=True)
class Survey:
    """Which territory takes which kind of lead, by their places in the list."""

    takes: dict[Key, int | None] = field(default_factory=dict)
    fits: set[int] = field(default_factory=set)
    first: set[int] = field(default_factory=set)
    rivals: dict[int, set[int]] = field(default_factory=dict)  # who took what would have fitted
    whole: bool = True


def survey(policy: Policy) -> Survey:
    """Hold one lead of every kind against every territory; where there are too many kinds, none."""
    territories = policy.territories
    kinds = space(territories)
    if not kinds.whole:
        return Survey(whole=False)
    found = Survey()
    for cell in kinds.cells():
        fitting = [index for index, one in enumerate(territories) if _fits(one, cell)]
        found.fits.update(fitting)
        winner = fitting[0] if fitting else None
        found.takes[tuple(cell.values.items())] = winner
        if winner is not None:
            found.first.add(winner)
            for loser in fitting[1:]:
                found.rivals.setdefault(loser, set()).add(winner)
    return found


def _fits(territory: Territory, cell: Cell) -> bool:
    return territory.when is None or weigh(territory.when, cell.lead, cell.account).holds


def lint_territories(policy: Policy) -> Iterator[Problem]:
    """Shadowed territories, impossible conditions, gaps. Where there are too many kinds of leads, nothing."""
    found = survey(policy)
    if not found.whole:
        what = "the territories tell more kinds of leads apart than can be looked at one by one"
        here = spot(policy.sources.teams, "territories")
        yield here.problem(what, "test them with stories (docs/stories.md)", code="LIN13", warning=True)
        return
    for index, territory in enumerate(policy.territories):
        here = spot(policy.sources.teams, "territories", index)
        if index not in found.fits:
            what = f"no lead can fit the territory '{territory.name}': its conditions exclude each other"
            yield here.problem(what, "use 'any' where one of several is enough", code="LIN02", warning=True)
        elif index not in found.first:
            takers = ", ".join(f"'{policy.territories[one].name}'" for one in sorted(found.rivals[index])[:3])
            what = f"the territory '{territory.name}' never gets a lead: before it {takers} took them all"
            yield here.problem(what, "move it up, or narrow the others", code="LIN01", warning=True)
    yield from _gaps(policy, found)


def _gaps(policy: Policy, found: Survey) -> Iterator[Problem]:
    """A number between two limits that nobody named takes, while the numbers on either side are taken."""
    for name in _limited(policy):
        told: set[Value] = set()
        for line in _lines(name, found):
            for (_, low), (value, here), (_, high) in zip(line, line[1:], line[2:], strict=False):
                if value in told or not _open(policy, here) or _open(policy, low) or _open(policy, high):
                    continue
                told.add(value)
                yield _gap(policy, name, value, low, high)


def _gap(policy: Policy, name: str, value: Value, low: int | None, high: int | None) -> Problem:
    ends = [one for one in (low, high) if one is not None]
    names = " and ".join(f"'{policy.territories[one].name}'" for one in ends)
    what = f"a gap between {names}: neither takes {name} {value}"
    mend = "let the limits meet; 'between', 'at_least' and 'at_most' include theirs"
    here = spot(policy.sources.teams, "territories", max(ends))
    return here.problem(what, mend, code="LIN03", warning=True)


def _lines(name: str, found: Survey) -> Iterator[list[tuple[Value, int | None]]]:
    """For all else being the same: the values of a field in their order as numbers, with who takes each."""
    lines: dict[Key, dict[float, tuple[Value, int | None]]] = {}
    for key, winner in found.takes.items():
        value = dict(key)[name]
        number = _number(value)
        if number is not None:
            rest = tuple(item for item in key if item[0] != name)
            lines.setdefault(rest, {})[number] = (value, winner)
    for line in lines.values():
        yield [line[number] for number in sorted(line)]


def _limited(policy: Policy) -> list[str]:
    conditions = (one.when for one in policy.territories if one.when)
    return sorted({atom.field for one in conditions for atom in one.comparisons() if atom.op in _LIMITS})


def _open(policy: Policy, winner: int | None) -> bool:
    """Is it left to whoever takes what is left?"""
    return winner is None or policy.territories[winner].when is None


def _number(value: Value) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(str(value))
    except ValueError:
        return None
