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
from sfrouter.journey.refresh import refresh, sweep
from sfrouter.localorg.org import Org
from tests.simulation.clock import SimulatedClock, SimulatedClockwork
from tests.simulation.crash import Crash, CrashPoints, commits_watched
from tests.simulation.faults import Faults, Scene
from tests.simulation.people import People
from tests.simulation.transport import Wire, wired
from tests.simulation.troubles import TROUBLES
from tests.simulation.world import POLL, START, configuration, foreign_netrc, open_org, workplace
from tests.simulation.world_troubles import WORLD_TROUBLES, WorldTrouble

Mode = Literal["bounded", "hostile"]
SMALL_PAGE = 4
"""Rows of the smallest page: Salesforce's is 200, and so many leads would make a history last for minutes."""
CONVERGE_WITHIN = 2 * POLL + 60.0
WORLD_TROUBLE = 0.06
"""The chance of each lasting trouble to come up in a history."""
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
    `page` how many rows a page of a query holds, `contested` the leads that an automation of the org fights over.
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
    contested: set[str] = field(default_factory=set)
    endings: list[Callable[[], object]] = field(default_factory=list)

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


def begin(seed: int, mode: Mode, *, fault_rate: float | None = None, crash_rate: float | None = None) -> History:
    """A history before its first second. The rates are chances per call and per point; None: by the seed."""
    chance = random.Random(f"{seed}/{mode}")
    clock = SimulatedClock(START)
    org = open_org(clock.org, random.Random(f"{seed}/secrets"))
    people = People(org, clock, random.Random(f"{seed}/people"), lambda what: made.note(what),
                    lambda what: made.met.update([what]))  # fmt: skip
    rates = (0.05, 0.15, 0.3, 0.6) if mode == "hostile" else (0.0, 0.05, 0.1, 0.25)
    drawn = (chance.choice(rates), chance.choice((0.0, 0.003, 0.01, 0.02)))
    scene = Scene(org, clock, random.Random(f"{seed}/faults"), people.do, lambda what: made.note(what))
    faults = Faults(scene, TROUBLES, drawn[0] if fault_rate is None else fault_rate)
    points = CrashPoints(random.Random(f"{seed}/crashes"), drawn[1] if crash_rate is None else crash_rate)
    wire = Wire(org, clock, points, faults, _latency(random.Random(f"{seed}/line")))
    made = History(
        seed, mode, chance, clock, org, people, faults, points, wire, trouble_ends=chance.uniform(200, 700)
    )
    made.page = chance.choice((SMALL_PAGE, 50, 2000, 2000))
    faults.on = points.on = False
    clock.at(chance.choice((0.0, 5.0, 5.0, 20.0)), lambda: _trouble(made))
    _appoint(made)
    return made


def _latency(chance: random.Random) -> Any:
    return lambda: chance.choice((0.05, 0.1, 0.1, 0.2, 0.4, 1.5))


def _appoint(history: History) -> None:
    """What people and the world do, and when."""
    chance, clock, people = history.chance, history.clock, history.people
    end = history.trouble_ends
    for _ in range(chance.randint(2, 7)):
        count = chance.choice((1, 1, 1, 2, 3, 8))
        delay = chance.choice((0.0, 0.0, 0.0, 2.0, 30.0, 300.0, 590.0))
        clock.at(chance.uniform(0, end), lambda count=count, delay=delay: people.arrive(count, delay))  # type: ignore[misc]
    if chance.random() < 0.1:
        clock.at(chance.uniform(0, end), lambda: _crowd(history))
    for _ in range(chance.randint(0, 12)):
        clock.at(chance.uniform(10, end), people.do_something)
    for _ in range(chance.choice((0, 0, 1, 2))):
        clock.at(chance.uniform(10, end), people.merge_accounts)
    for _ in range(chance.choice((0, 0, 1))):
        clock.at(chance.uniform(10, end), lambda: people.leaves("bob"))
    for trouble in WORLD_TROUBLES:
        if trouble.begin is not None and chance.random() < WORLD_TROUBLE:
            _appoint_trouble(history, trouble, chance.uniform(0.05, 0.9) * end, chance.choice((40, 200, 600)))
    if history.mode == "bounded":
        clock.at(end, lambda: _calm(history))


def _appoint_trouble(history: History, trouble: WorldTrouble, since: float, seconds: float) -> None:
    """Let a trouble of the world begin and end."""
    begin = trouble.begin
    if begin is None:
        return

    def ends() -> None:
        if end in history.endings:
            history.endings.remove(end)
            end()
            history.note(f"over: {trouble.name}")

    end: Callable[[], object] = lambda: None  # noqa: E731

    def begins() -> None:
        nonlocal end
        if history.faults.over:
            return
        history.note(trouble.name)
        history.met[trouble.name] += 1
        end = begin(history)
        history.endings.append(end)
        history.clock.at(history.clock.monotonic() + seconds, ends)

    history.clock.at(since, begins)


def _trouble(history: History) -> None:
    """The beginning of all trouble: mostly after the first load, which would take all of it otherwise."""
    history.faults.on = history.points.on = True


def _crowd(history: History) -> None:
    """More leads within one second than a page holds, where pages are small."""
    count = 14 if history.page == SMALL_PAGE else 30
    history.people.arrive(count)
    if count > history.page:
        history.met["more leads of one second than a page holds"] += 1


def _calm(history: History) -> None:
    """The end of all trouble."""
    history.note("all trouble ends")
    history.faults.on = False
    history.faults.over = True
    history.points.on = False
    history.people.everybody_back()
    while history.endings:
        history.endings.pop()()
    history.org.visibility.commit_all()


def run(history: History, looks: Any) -> History:
    """Live the history through. `looks` is the checker's two moments: after convergence, and at the end."""
    with ExitStack() as stack:
        settings = stack.enter_context(workplace())
        history.data = settings.data_dir
        stack.enter_context(wired(history.wire))
        stack.enter_context(commits_watched(history.points))
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
        looks.final(history)
        _count_what_came_about(history)
    return history


def _count_what_came_about(history: History) -> None:
    """Situations of the catalogue that are no fault of anybody's."""
    changes = [part for one in history.wire.exchanges if one.call.kind == "change" for part in one.call.parts]
    history.met["lead writes under an active assignment rule"] += len(changes)
    to_queues = [part for part in changes if str(part["body"].get("OwnerId", "")).startswith("00G")]
    history.met["leads given to a queue"] += len(to_queues)


PATIENCE_LEFT = 60.0
"""Seconds that a call may still hang when the trouble ends."""


def _tail(history: History, settings: Settings, looks: Any) -> None:
    """Go on until nothing is on its way: Tasks in doubt wait ten minutes, parked writes an hour."""
    while looks.still_waiting(history) and history.clock.monotonic() < history.trouble_ends + LONGEST_TAIL:
        _live(history, settings, history.clock.monotonic() + 600.0)


def _sweep_twice(history: History, settings: Settings) -> None:
    """What was deleted for good is found by comparing ids, twice."""
    with open_house(settings, clock=history.clock) as house:
        refresh(house)
        sweep(house)
        sweep(house)


def _live(history: History, settings: Settings, until: float) -> None:
    """Processes one after the other until a moment: each lives until it crashes, stops, or the time is over."""
    history.ends = until
    while history.clock.monotonic() < until:
        history.starts += 1
        history.wire.life = history.starts
        history.met["a start with a .netrc for the org's host"] += 1
        try:
            with open_house(settings, clock=history.clock) as house:
                _one_life(history, settings, house)
        except Crash as crash:
            history.note(f"the process dies {crash}")
            history.clock.advance(history.chance.choice((0.5, 3.0, 20.0)))
        except SfrouterError as trouble:
            history.note(f"the process does not start: {trouble}")
            history.stopped.append(type(trouble).__name__)
            history.clock.advance(60.0)


def _one_life(history: History, settings: Settings, house: House) -> None:
    process: list[Process] = []
    clockwork = SimulatedClockwork(history.clock, lambda: history.ends, lambda: process[0].stopping())
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
