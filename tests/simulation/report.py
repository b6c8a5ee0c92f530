"""What many histories came to: figures, how often each failure of the catalogue struck, what was broken."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from tests.simulation.history import History
from tests.simulation.naive import NOTHING, Count, count, side_by_side
from tests.simulation.troubles import TROUBLES
from tests.simulation.world_troubles import WORLD_TROUBLES

LASTING = tuple(one.name for one in WORLD_TROUBLES if one.begin)
ALWAYS = {one.name: number for one in WORLD_TROUBLES if one.always for number in one.ids}
"""Conditions under which all histories are lived, with their numbers: they are no failures that strike."""
CATALOGUE = tuple(f"F{number:02}" for number in range(1, 49))
ELSEWHERE = {
    "F22": "the router keeps no refresh token; its ways to sign in: tests/salesforce/test_auth.py",
}
"""Failures of the catalogue that cannot strike here, why, and what shows them instead."""
COUNTS = ("histories", "steps", "calls", "crashes", "starts", "leads", "owner_changes", "tasks", "compared")
"""The plain counts of a report."""
LINES_OF_A_STORY = 40


@dataclass
class Report:
    """Adds up histories. `failed` are seeds with what was broken and how it came to it.

    `fired` counts what struck; of what lasts for a while only what something met, the rest stands in `unmet`.
    `added_up`: `seconds` are those of all processes together, as of shares that were kept in a file.
    """

    mode: str
    histories: int = 0
    steps: int = 0
    calls: int = 0
    crashes: int = 0
    starts: int = 0
    leads: int = 0
    owner_changes: int = 0
    tasks: int = 0
    compared: int = 0
    simulated_seconds: float = 0.0
    seconds: float = 0.0
    fired: Counter[str] = field(default_factory=Counter)
    unmet: Counter[str] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    ours: Count = NOTHING
    naive: Count | None = None
    failed: dict[int, tuple[list[str], list[str]]] = field(default_factory=dict)
    added_up: bool = False

    def add(self, history: History) -> None:
        """One more history."""
        router = history.org.id_of("@router")
        self.histories += 1
        self.steps += history.steps
        self.calls += len(history.wire.exchanges)
        self.crashes += history.points.crashes.total()
        self.starts += history.starts
        self.leads += len(history.people.leads)
        changes = history.org.store.rows(
            "LeadHistory", {"CreatedById": router, "Field": "Owner"}, include_deleted=True
        )
        self.owner_changes += sum(row["DataType"] == "EntityId" for row in changes)
        self.tasks += sum(
            row["CreatedById"] == router for row in history.org.store.rows("Task", include_deleted=True)
        )
        self.compared += history.compared
        self.simulated_seconds += history.clock.monotonic()
        unmet = Counter({name: history.met[name] - history.struck[name] for name in LASTING})
        self.unmet += unmet
        self.fired += history.faults.fired + history.met - unmet
        self.stopped.update(history.stopped)
        self.ours += count(history)
        if history.violations:
            self.failed[history.seed] = (
                list(dict.fromkeys(history.violations)),
                history.story[-LINES_OF_A_STORY:],
            )

    def join(self, other: Report) -> None:
        """Another process's share."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.simulated_seconds += other.simulated_seconds
        self.fired += other.fired
        self.unmet += other.unmet
        self.stopped += other.stopped
        self.ours += other.ours
        if other.naive is not None:
            self.naive = (self.naive or NOTHING) + other.naive
        self.failed |= other.failed
        self.seconds += other.seconds

    def plain(self) -> dict[str, Any]:
        """Everything as JSON can hold it."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        counts = {name: None if told[name] is None else asdict(told[name]) for name in ("ours", "naive")}
        return told | counts

    @classmethod
    def of_plain(cls, told: dict[str, Any]) -> Report:
        """The report that was made plain. Raises KeyError or TypeError for anything else."""
        counted = {name: Counter(told[name]) for name in ("fired", "unmet", "stopped")}
        failed = {int(seed): (list(what), list(story)) for seed, (what, story) in told["failed"].items()}
        naive = None if told["naive"] is None else Count(**told["naive"])
        return cls(**{**told, **counted, "ours": Count(**told["ours"]), "naive": naive, "failed": failed})

    def by_number(self) -> dict[str, int]:
        """How often each failure of the catalogue struck; only those that did."""
        found: Counter[str] = Counter()
        struck = [(one.name, one.ids) for one in TROUBLES]
        struck += [(one.name, one.ids) for one in WORLD_TROUBLES if not one.always]
        for name, numbers in struck:
            for number in numbers:
                found[number] += self.fired[name]
        return {number: found[number] for number in sorted(found) if found[number]}

    def held(self) -> dict[str, int]:
        """How often each condition of the catalogue held."""
        return {number: self.fired[name] for name, number in sorted(ALWAYS.items(), key=lambda one: one[1])}

    def never(self) -> list[str]:
        """The failures of the catalogue that did not strike, and conditions that never held."""
        struck, held = self.by_number(), self.held()
        return [number for number in CATALOGUE if number not in struck and not held.get(number)]

    def figures(self) -> dict[str, Any]:
        """Everything as plain values, for --json."""
        return {name: getattr(self, name) for name in ("mode", *COUNTS)} | {
            "simulated_hours": round(self.simulated_seconds / 3600, 1),
            "seconds": round(self.seconds, 1),
            "troubles": dict(sorted(self.fired.items())),
            "catalogue": self.by_number(),
            "conditions": self.held(),
            "never": self.never(),
            "began_but_not_met": dict(sorted(self.unmet.items())),
            "sfrouter": asdict(self.ours),
            "naive": asdict(self.naive) if self.naive else None,
            "ended_by_itself": dict(self.stopped),
            "failed": {str(seed): what for seed, (what, _) in sorted(self.failed.items())},
        }

    def json(self) -> str:
        """The figures as JSON."""
        return json.dumps(self.figures(), indent=2)

    def text(self) -> str:
        """The figures for people, the broken promises last."""
        hours = self.simulated_seconds / 3600
        seconds = f"{self.seconds:,.0f} s" + (" of one process" if self.added_up else "")
        lines = [
            f"{self.histories:,} histories ({self.mode}), {hours:,.0f} simulated hours in {seconds}",
            f"  {self.steps:,} steps, {self.calls:,} calls, {self.crashes:,} crashes, {self.starts:,} starts",
            f"  {self.leads:,} leads, {self.owner_changes:,} owners written, {self.tasks:,} Tasks made",
            f"  decisions compared with the table: {self.compared:,}",
            "",
            *(f"  {count:>8,}  {name}" for name, count in sorted(self.fired.items()) if name not in ALWAYS),
            "",
            "  began, and nothing met it:",
            *(f"  {count:>8,}  {name}" for name, count in sorted(self.unmet.items())),
            "  conditions that always held:",
            *(f"  {self.fired[name]:>8,}  {name} ({number})" for name, number in sorted(ALWAYS.items())),
            "",
            "  by the catalogue: " + ", ".join(f"{one} {count:,}" for one, count in self.by_number().items()),
            "  conditions:       " + ", ".join(f"{one} {count:,}" for one, count in self.held().items()),
            "  did not strike:   " + (", ".join(self.never()) or "none"),
            *(f"    {one}: {where}" for one, where in ELSEWHERE.items() if one in self.never()),
            "",
            *([*side_by_side(self.naive, self.ours), ""] if self.naive else []),
        ]
        for seed, (what, story) in sorted(self.failed.items()):
            lines += [f"SEED {seed} ({self.mode}) BROKE:", *(f"  {one}" for one in what), "  its story ends:"]
            lines += [f"    {line}" for line in story]
        lines.append(f"{len(self.failed)} of {self.histories:,} histories broke a promise")
        return "\n".join(lines)
