"""One history: a company, its router, and some hours of trouble, all of it out of one seed."""

from __future__ import annotations

import io
import os
import random
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import sfrouter.journey.assembly
import sfrouter.localorg.rest_query
from sfrouter.base.errors import SfrouterError
from sfrouter.base.log import set_up_logging
from sfrouter.config.settings import Settings
from sfrouter.daemon.run import Daemon
from sfrouter.journey.assembly import House, open_house
from sfrouter.journey.refresh import refresh
from sfrouter.localorg.org import Org
from tests.simulation.clock import SimulatedClock, SimulatedClockwork
from tests.simulation.crash import Crash, CrashPoints, commits_watched
from tests.simulation.disk import Disk, mend
from tests.simulation.faults import Faults
from tests.simulation.hurry import hurried
from tests.simulation.kept import Kept, erasures_watched
from tests.simulation.people import People
from tests.simulation.transport import Wire, wired
from tests.simulation.world import POLL, configuration, foreign_netrc, workplace

Mode = Literal["bounded", "hostile"]
SMALL_PAGE = 4
"""Rows of the smallest page: Salesforce's is 200, and so many leads would make a history last for minutes."""
CONVERGE_WITHIN = 2 * POLL + 60.0
LONGEST_TAIL = 3 * 3600.0


class Process(Daemon):
    """The daemon as it is, with the simulated appointments and without signals."""

    def __init__(
        self, house: House, clock: SimulatedClock, settings: Settings, clockwork: SimulatedClockwork
    ) -> None:
        super().__init__(house, clock, settings)
        self._clockwork = clockwork

    def _catch_signals(self) -> None:
        """There is nobody who could send one."""


@dataclass
class History:
    """Everything of one history, for the checker and for the story of a failure.

    `met` counts what came about by itself or lasted for a while, `foreign` is when another org answered,
    `page` how many rows a page of a query holds, `contested` the leads that an automation of the org fights over;
    `short`: its trouble lasts for a minute or two; `at_rest`: is there nothing left to live for?
    `before_start` are deeds to the files while no process holds them, `kept` is what those held before erasures.
    """

    seed: int
    mode: Mode
    chance: random.Random
    clock: SimulatedClock
    org: Org
    people: People
    faults: Faults
    points: CrashPoints
    wire: Wire
    trouble_ends: float
    data: Path = field(default_factory=Path)
    story: list[str] = field(default_factory=list)
    log: io.StringIO = field(default_factory=io.StringIO)
    ends: float = 0.0
    starts: int = 0
    stopped: list[str] = field(default_factory=list)
    broken_jobs: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    foreign: list[tuple[float, float]] = field(default_factory=list)
    page: int = 2000
    short: bool = False
    disk: Disk = field(default_factory=Disk)
    before_start: list[Callable[[], object]] = field(default_factory=list)
    kept: Kept = field(default_factory=Kept)
    at_rest: Callable[[], bool] = lambda: False
    contested: set[str] = field(default_factory=set)
    endings: list[Callable[[], object]] = field(default_factory=list)

    @property
    def nothing_before(self) -> float:
        """The router may rest until then (elapsed seconds): it heard that the day's calls are used up."""
        return self.faults.limited_until

    @property
    def steps(self) -> int:
        """Points at which the process could have died: before and after each call and each commit."""
        return self.points.reached

    def note(self, what: str) -> None:
        """A line of the story."""
        self.story.append(f"{self.clock.monotonic():8.1f} s  {what}")

    def digest(self) -> str:
        """A mark of all that happened: two runs of one seed have the same."""
        kept = ["\n".join(self.story)]
        for name in ("Lead", "LeadHistory", "Task", "Account"):
            rows = self.org.store.rows(name, include_deleted=True)
            kept += [repr(sorted(row.items(), key=lambda one: one[0])) for row in rows]
        kept += [f"{one.left} {one.call.kind} {one.status} {one.trouble}" for one in self.wire.exchanges]
        return sha256("\n".join(kept).encode()).hexdigest()


def run(history: History, looks: Any) -> History:
    """Live the history through. `looks` is the checker's moments: after convergence, and at the end."""
    with ExitStack() as stack:
        stack.enter_context(hurried(history.disk))
        settings = stack.enter_context(workplace())
        history.data = settings.data_dir
        stack.enter_context(wired(history.wire))
        stack.enter_context(commits_watched(history.points))
        stack.enter_context(erasures_watched(history))
        files = configuration()
        stack.enter_context(patch.object(sfrouter.journey.assembly, "read_files", lambda _settings: files))
        stack.enter_context(patch.object(sfrouter.localorg.rest_query, "SMALLEST_PAGE", SMALL_PAGE))
        stack.enter_context(patch.object(sfrouter.localorg.rest_query, "LARGEST_PAGE", history.page))
        stack.enter_context(patch.dict(os.environ, NETRC=str(foreign_netrc())))
        set_up_logging(form="json", level="INFO", stream=history.log)
        _live(history, settings, history.trouble_ends)
        if history.mode == "bounded":
            _live(history, settings, history.trouble_ends + PATIENCE_LEFT + CONVERGE_WITHIN)
            looks.converged(history)
            _tail(history, settings, looks)
            _sweep_twice(history, settings)
        mend(history)
        looks.final(history)
        looks.came_about(history)
    return history


PATIENCE_LEFT = 60.0
"""Seconds that a call may still hang when the trouble ends."""


def _tail(history: History, settings: Settings, looks: Any) -> None:
    """Go on until nothing is on its way: Tasks in doubt wait ten minutes, parked writes an hour.

    Nobody comes any more, so looking now and then is enough.
    """
    rarely = settings.model_copy(update={"poll_seconds": 300, "mirror_seconds": 900})
    history.at_rest = lambda: (
        history.clock.monotonic() >= history.nothing_before and not looks.still_waiting(history)
    )
    if not history.at_rest():
        _live(history, rarely, max(history.trouble_ends + LONGEST_TAIL, history.nothing_before))


def _sweep_twice(history: History, settings: Settings) -> None:
    """What was deleted for good is found by comparing ids, twice."""
    with open_house(settings, clock=history.clock) as house:
        refresh(house)
        house.puller.sweep("lead")
        house.puller.sweep("lead")


def _live(history: History, settings: Settings, until: float) -> None:
    """Processes one after the other until a moment: each lives until it crashes, stops, or the time is over."""
    history.ends = until
    while history.clock.monotonic() < until and not history.at_rest():
        history.starts += 1
        history.wire.life = history.starts
        history.met["a start with a .netrc for the org's host"] += 1
        _deeds_before(history)
        try:
            with open_house(settings, clock=history.clock) as house:
                _one_life(history, settings, house)
        except Crash as crash:
            history.note(f"the process dies {crash}")
            history.clock.advance(history.chance.choice((0.5, 3.0, 20.0)))
        except SfrouterError as trouble:
            words = str(trouble).replace(str(history.data), "data")  # a folder of another name each time
            history.note(f"the process does not start: {words}")
            history.stopped.append(type(trouble).__name__)
            history.clock.advance(60.0)


def _deeds_before(history: History) -> None:
    """What was to be done to the files while no process holds them."""
    due, history.before_start = history.before_start, []
    for deed in due:
        deed()


def _one_life(history: History, settings: Settings, house: House) -> None:
    process: list[Process] = []
    ends = lambda: 0.0 if history.at_rest() else history.ends  # noqa: E731
    clockwork = SimulatedClockwork(history.clock, ends, lambda: process[0].stopping())
    process.append(Process(house, history.clock, settings, clockwork))
    one = process[0]
    original = clockwork.start

    def start() -> None:
        original()
        one.stop()

    clockwork.start = start  # type: ignore[method-assign]
    code = one.run()
    if code:
        history.note(f"the process ends by itself, exit code {code}")
        history.stopped.append(f"exit code {int(code)}")
        history.clock.advance(60.0)
