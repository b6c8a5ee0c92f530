"""Fails each call of the standard scenario with each fault, and crashes at each point, one at a time.

That is SQLite's way. Pairs of neighbours: a fault and, at the very next call or point, another. All of them are
many, so some are drawn.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import product

from tests.simulation.checker import Checker
from tests.simulation.files import read_ledger
from tests.simulation.history import History, run
from tests.simulation.standard import TROUBLE_ENDS, standard
from tests.simulation.troubles import TROUBLES

A_SHARE = 20
BY_PEOPLE = "in the gap"
"""Troubles so named are people's deeds: another outcome for that lead is right after them."""
Strike = tuple[int, str]


@dataclass(frozen=True, slots=True, order=True)
class Trial:
    """What goes wrong in one run: faults by the number of their call, and the points at which the process dies."""

    faults: tuple[Strike, ...] = ()
    dies_at: tuple[int, ...] = ()

    def __str__(self) -> str:
        deaths = [f"dies at point {point}" for point in self.dies_at]
        return ", ".join([*(f"call {number}: {name}" for number, name in self.faults), *deaths])

    @property
    def by_people(self) -> bool:
        """Do people interfere?"""
        return any(BY_PEOPLE in name for _, name in self.faults)


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What the scenario does when nothing goes wrong: calls by kind, points by name, the rule of each lead.

    `told` is the rule that each lead's story promises; "" for a lead without a story.
    """

    calls: tuple[str, ...]
    points: tuple[str, ...]
    rules: dict[str, str]
    told: dict[str, str]

    @property
    def commits(self) -> int:
        """How often something was committed."""
        return self.points.count("before a commit")

    def singles(self) -> list[Trial]:
        """Every fault at every call that it fits, and a death at every point."""
        faults = [
            Trial(((number, name),)) for number, _ in enumerate(self.calls, 1) for name in self._fitting(number)
        ]
        return [*faults, *(Trial(dies_at=(point,)) for point, _ in enumerate(self.points, 1))]

    def pairs(self) -> list[Trial]:
        """Every two neighbours: two calls running, a call and the next point, two points running."""
        found = []
        for number, _ in enumerate(self.calls, 1):
            here = self._fitting(number)
            found += [
                Trial(((number, first), (number + 1, second)))
                for first, second in product(here, self._fitting(number + 1))
            ]
            point = self._point_after(number)
            found += [
                Trial(((number, name),), (next_point,)) for name in here for next_point in (point, point + 1)
            ]
        return found + [Trial(dies_at=(point, point + 1)) for point in range(1, len(self.points))]

    def _fitting(self, number: int) -> list[str]:
        if number > len(self.calls):
            return []
        return [one.name for one in TROUBLES if self.calls[number - 1] in one.kinds]

    def _point_after(self, number: int) -> int:
        """The point right after a call."""
        after = [
            place for place, name in enumerate(self.points, 1) if name.startswith("after") and "commit" not in name
        ]
        return after[number - 1]


class _Looks(Checker):
    """The judge, who also remembers by which rule each lead was decided first."""

    def __init__(self) -> None:
        self.rules: dict[str, str] = {}
        self.reached_by_then = 0

    def converged(self, history: History) -> None:
        self.reached_by_then = history.points.reached
        super().converged(history)

    def final(self, history: History) -> None:
        super().final(history)
        for row in reversed(read_ledger(history.data).decisions):
            self.rules[row["lead_id"]] = row["rule"]


def undisturbed() -> Undisturbed:
    """The scenario in peace. Raises AssertionError when that already breaks a promise."""
    looks = _Looks()
    history = run(standard(), looks)
    if history.violations:
        raise AssertionError("\n".join(history.violations))
    calls = tuple(one.call.kind for one in history.wire.exchanges if one.left <= TROUBLE_ENDS)
    told = {lead_id: one.rule for lead_id, one in history.people.told.items()}
    return Undisturbed(calls, tuple(history.points.names[: looks.reached_by_then]), looks.rules, told)


def tried(trial: Trial, rules: dict[str, str]) -> tuple[History, list[str]]:
    """One run, and what it broke. Unless people interfere, each lead must go by the rule of the peaceful run."""
    looks = _Looks()
    history = run(standard(dict(trial.faults), frozenset(trial.dies_at)), looks)
    broken = list(dict.fromkeys(history.violations))
    if not trial.by_people:
        other = {lead for lead in rules if looks.rules.get(lead) != rules[lead]}
        broken += [
            f"I9 lead {lead}: {rules[lead]} in peace, {looks.rules.get(lead)} here" for lead in sorted(other)
        ]
    return history, broken


@dataclass
class Table:
    """What came of the trials: by what was done, how many runs, how often it really struck, how many broke."""

    runs: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, list[str]]] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, trial: Trial, history: History, broken: list[str]) -> None:
        """One more run."""
        names = [name for _, name in trial.faults]
        names += [history.points.names[point - 1] for point in trial.dies_at if point <= history.points.reached]
        fired = history.faults.fired.total() + history.points.crashes.total()
        line = " + ".join(names) if len(names) == 1 else "two neighbours"
        self.runs[line] += 1
        self.struck[line] += fired >= len(names)
        if broken:
            self.broken[line] += 1
            self.failures.append((str(trial), broken))

    def join(self, other: Table) -> None:
        """Another process's share."""
        self.runs += other.runs
        self.struck += other.struck
        self.broken += other.broken
        self.failures += other.failures

    def text(self) -> str:
        """The table, the broken runs last."""
        lines = [f"  {'what':<46}{'runs':>7}{'struck':>8}{'broke':>7}"]
        for name, count in sorted(self.runs.items()):
            lines.append(f"  {name:<46}{count:>7,}{self.struck[name]:>8,}{self.broken[name]:>7,}")
        for trial, broken in self.failures:
            lines += [f"BROKE: --only '{trial}'", *(f"    {one}" for one in broken)]
        total, broke = self.runs.total(), self.broken.total()
        lines.append(f"{broke:,} of {total:,} runs broke a promise; {self.seconds:,.0f} s")
        return "\n".join(lines)


def all_of(trials: Iterable[Trial], rules: dict[str, str]) -> Table:
    """These trials, one after the other."""
    table = Table()
    for trial in trials:
        table.add(trial, *tried(trial, rules))
    return table


def on_all_cores(trials: Sequence[Trial], rules: dict[str, str], jobs: int) -> Table:
    """The same, shared out."""
    started = time.perf_counter()
    whole = Table()
    shares = [trials[start : start + A_SHARE] for start in range(0, len(trials), A_SHARE)]
    with ProcessPoolExecutor(jobs) as pool:
        for done in pool.map(all_of, shares, [rules] * len(shares)):
            whole.join(done)
            broke = f", {whole.broken.total()} broke" if whole.failures else ""
            print(f"\r{whole.runs.total():,} of {len(trials):,} runs{broke}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    whole.seconds = time.perf_counter() - started
    return whole


def each(pairs: int, seed: int, jobs: int, *, only: str = "", share: int = 1) -> tuple[str, bool]:
    """All single faults and deaths, then so many pairs of neighbours drawn by the seed. Returns the tables, and
    whether every promise held.

    `only` tells one trial, in the words of the table, with its story; `share` N tries every N-th.
    """
    peace = undisturbed()
    everything = peace.singles()[seed % share :: share]
    if only:
        return _told(next(one for one in [*everything, *peace.pairs()] if str(one) == only), peace)
    lines = [
        f"in peace: {len(peace.calls)} calls, {peace.commits} commits, {len(peace.points)} points to die at",
        "",
    ]
    table = on_all_cores(everything, peace.rules, jobs)
    lines += ["one fault or one death at a time", table.text()]
    good = not table.failures
    if pairs:
        every = peace.pairs()
        drawn = random.Random(seed).sample(every, min(pairs, len(every)))
        table = on_all_cores(drawn, peace.rules, jobs)
        lines += ["", f"pairs of neighbours: {len(drawn):,} of {len(every):,}, drawn by seed {seed}", table.text()]
        good = good and not table.failures
    return "\n".join(lines), good


def _told(trial: Trial, peace: Undisturbed) -> tuple[str, bool]:
    history, broken = tried(trial, peace.rules)
    return "\n".join([*history.story, *broken, f"{len(broken)} promises broken"]), not broken
