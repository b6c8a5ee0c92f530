"""One history: a company, its router, and some hours of trouble, all of it out of one seed."""

from __future__ import annotations

import io
import math
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import sfrouter.journey.assembly
import sfrouter.journey.files_in_force
import sfrouter.localorg.rest_query
from sfrouter.base.errors import SfrouterError
from sfrouter.base.log import set_up_logging
from sfrouter.config.settings import Settings
from sfrouter.daemon.run import Daemon
from sfrouter.journey.assembly import House, open_house
from sfrouter.journey.gone_leads import MISSED_FOR
from sfrouter.journey.refresh import refresh, sweep
from sfrouter.localorg.org import Org
from sfrouter.mirror.report import EmptySideError
from tests.simulation.bite import Bite
from tests.simulation.bulk_troubles import small_jobs
from tests.simulation.clock import SimulatedClock, SimulatedClockwork
from tests.simulation.crash import Crash, CrashPoints, commits_watched
from tests.simulation.disk import Disk, mend
from tests.simulation.downs import down
from tests.simulation.faults import Faults
from tests.simulation.floods import Limit
from tests.simulation.hurry import hurried
from tests.simulation.kept import Kept, erasures_watched
from tests.simulation.paces import otherwise, swept
from tests.simulation.people import People
from tests.simulation.policies import Files, files_now
from tests.simulation.transport import Wire, wired
from tests.simulation.world import POLL, REFRESH, START, configuration, foreign_netrc, workplace
from tests.simulation.world_troubles import Hiding

Mode = Literal["bounded", "hostile"]
SMALL_PAGE = 4
"""Rows of the smallest page: Salesforce's is 200, and so many leads would make a history last for minutes."""
CONVERGE_WITHIN = 2 * POLL + 60.0
LONGEST_TAIL = 3 * 3600.0
A_MOMENT = 0.001
"""Less than this is no time: the clock counts whole microseconds."""
RARELY: dict[float, float] = {POLL: 600.0, REFRESH: 1800.0}
"""The intervals when nobody comes any more: looking now and then is enough."""
RESTARTED = 4
"""Each how many-th seed has its process started anew when the trouble ends; the others get well as they are.

So is a process to which the org described itself otherwise for a while: it believes a description for an hour.
"""


class Process(Daemon):
    """The daemon as it is, with the simulated appointments and without signals."""

    def __init__(
        self, house: House, clock: SimulatedClock, settings: Settings, clockwork: SimulatedClockwork,
        swept: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        super().__init__(house, clock, settings)
        self._clockwork = clockwork
        self._swept = swept

    def _sweep(self) -> None:
        try:
            super()._sweep()
        except EmptySideError:
            self._swept()
            raise
        self._swept()

    def _catch_signals(self) -> None:
        """There is nobody who could send one."""


@dataclass
class History:
    """Everything of one history, for the checker and for the story of a failure.

    `met` counts what came about by itself or lasted for a while, `struck` how often something met what lasted;
    `elsewhere` is what another org was told or gave,
    `page` how many rows a page of a query holds, `contested` the leads that an automation of the org fights over;
    `short`: its trouble lasts for a minute or two; `at_rest`: is there nothing left to live for?
    `before_start` are deeds to the files while no process holds them, `kept` is what those held before erasures.
    `stages` are the moments up to which it lives, one after the other, with `ends` the one that comes next;
    `begun` is when the last process began or died; `swept`: the ids were compared at the history's end; `start` is
    the org's time at its first second, `compared` how many decisions the judge compared with the table,
    `formula_at` when a formula changed; `bulk_from`: so many rows are read by a bulk job, in pages of `bulk_page`;
    0: never; `hidden` are the fields that were taken from us, `flood` is the policy's limit for floods;
    `commits_at`: until then the org works on the last call of a process that died (0: on none); `ill` are the
    leads on which the org's automation fails, whoever writes them; `rarely_from`: from then on it polls seldom;
    `refresh_every`, `sweep_every`: seconds between two, where not as ever (0); `there_already`: accounts that a
    rule of the org names, by their domain; `files` are those in the admin's folder.
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
    struck: Counter[str] = field(default_factory=Counter)
    elsewhere: list[str] = field(default_factory=list)
    page: int = 2000
    short: bool = False
    disk: Disk = field(default_factory=Disk)
    before_start: list[Callable[[], object]] = field(default_factory=list)
    kept: Kept = field(default_factory=Kept)
    at_rest: Callable[[], bool] = lambda: False
    stages: Iterator[float] = field(default_factory=lambda: iter(()))
    begun: float = 0.0
    described_otherwise: bool = False
    intervals: Mapping[float, float] = field(default_factory=dict)
    rarely_from: float = math.inf
    files: Files = field(default_factory=Files)
    swept: bool = False
    contested: set[str] = field(default_factory=set)
    endings: list[Callable[[], object]] = field(default_factory=list)
    start: datetime = START
    compared: int = 0
    formula_at: float | None = None
    bulk_from: int = 0
    bulk_page: int = 0
    hidden: list[Hiding] = field(default_factory=list)
    flood: Limit | None = None
    commits_at: float = 0.0
    ill: set[str] = field(default_factory=set)
    refresh_every: int = 0
    sweep_every: int = 0
    there_already: dict[str, str] = field(default_factory=dict)

    @property
    def nothing_before(self) -> float:
        """The router may rest until then (elapsed seconds): it heard that the day's calls are used up."""
        return self.faults.limited_until

    def looked_since_all_was_well(self) -> bool:
        """Did the process that lives now poll, with calls left to do so? A sweep reads leads and decides none."""
        well = max(self.begun, self.nothing_before)
        since = takewhile(lambda one: one.left >= well, reversed(self.wire.exchanges))
        return any(one.status == 200 and "FROM Lead WHERE SystemModstamp" in one.call.soql for one in since)

    @property
    def steps(self) -> int:
        """Points at which the process could have died: before and after each call and each commit."""
        return self.points.reached

    def put_off_end(self, until: float) -> None:
        """Let the trouble last until then at least (elapsed seconds)."""
        self.trouble_ends = max(self.trouble_ends, until)

    def after_trouble(self, seconds: float, deed: Callable[[], object]) -> None:
        """Let something happen so long after the end of the trouble, which may be put off until then."""

        def due() -> None:
            if self.clock.monotonic() < self.trouble_ends + seconds - A_MOMENT:
                self.clock.at(self.trouble_ends + seconds, due)
            else:
                deed()

        self.clock.at(self.trouble_ends + seconds, due)

    def note(self, what: str) -> None:
        """A line of the story."""
        self.story.append(f"{self.clock.monotonic():8.1f} s  {what}")

    def lasts(self, name: str) -> Bite:
        """A trouble that lasts for a while begins. Who meets it calls what this returns; it counts once."""
        self.met[name] += 1
        struck = False

        def bites() -> None:
            nonlocal struck
            if not struck:
                struck = True
                self.struck[name] += 1
                self.note(f"met: {name}")

        return bites

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
        settings = stack.enter_context(workplace()).model_copy(update=otherwise(history))
        stack.enter_context(small_jobs(history.bulk_page))
        history.data = settings.data_dir
        stack.enter_context(wired(history.wire))
        stack.enter_context(commits_watched(history.points))
        stack.enter_context(erasures_watched(history))
        now: Callable[[], Any] = lambda: files_now(history, configuration)  # noqa: E731
        stack.enter_context(patch.object(sfrouter.journey.assembly, "read_files", lambda _: now()))
        both = lambda _: (now(), ())  # noqa: E731
        stack.enter_context(patch.object(sfrouter.journey.files_in_force, "read_configuration", both))
        stack.enter_context(patch.object(sfrouter.localorg.rest_query, "SMALLEST_PAGE", SMALL_PAGE))
        stack.enter_context(patch.object(sfrouter.localorg.rest_query, "LARGEST_PAGE", history.page))
        stack.enter_context(patch.dict(os.environ, NETRC=str(foreign_netrc())))
        set_up_logging(form="json", level="INFO", stream=history.log)
        history.stages = _stages(history, looks)
        _live(history, settings)
        if history.mode == "bounded" and not history.swept:
            history.wire.life += 1
            with open_house(settings, clock=history.clock) as house:
                _sweep(history, house)
        mend(history)
        looks.final(history)
        looks.came_about(history)
    return history


PATIENCE_LEFT = 60.0
"""Seconds that a call may still hang when the trouble ends."""


def _stages(history: History, looks: Any) -> Iterator[float]:
    """The moments up to which a history lives: its trouble, convergence, and until nothing is on its way.

    At last Tasks in doubt wait ten minutes, parked writes an hour.
    """
    while history.clock.monotonic() < history.trouble_ends - A_MOMENT:
        yield history.trouble_ends
    if history.mode == "hostile":
        return
    yield max(history.trouble_ends + PATIENCE_LEFT, history.nothing_before) + CONVERGE_WITHIN
    looks.converged(history)
    rarely = dict.fromkeys((history.refresh_every, history.sweep_every), RARELY[REFRESH])
    history.intervals, history.rarely_from = RARELY | rarely, history.clock.monotonic()
    history.at_rest = lambda: history.looked_since_all_was_well() and not looks.still_waiting(history)
    yield max(history.trouble_ends + LONGEST_TAIL, history.nothing_before)


def _goes_on(history: History) -> bool:
    """May the process live on at the end of a stage? Then the next one has begun."""
    ended, history.ends = history.ends, next(history.stages, 0.0)
    started_anew = history.described_otherwise or history.seed % RESTARTED == 0
    return history.ends > 0 and not (started_anew and ended == history.trouble_ends)


def _sweep(history: History, house: House) -> None:
    """What was deleted for good is found by comparing ids, twice; of such leads nothing personal may stay.

    The org does not say whether it deleted or hid them, so the router waits for most of a day: so do we.
    """
    history.swept = True
    house.stopping = lambda: False
    house.gateway.while_waiting(lambda: None)  # the daemon, which was told to stop, would end each wait for a job
    refresh(house, nouns=("account", "opportunity", "lead"))
    house.puller.sweep("lead")
    sweep(house)
    if house.ledger.missing_leads().count:
        history.clock.advance(MISSED_FOR.total_seconds())
        sweep(house)


def _live(history: History, settings: Settings) -> None:
    """Processes one after the other: each lives until it crashes, stops, or the last stage is over."""
    _goes_on(history)
    while history.ends > 0:
        if history.clock.monotonic() >= history.ends or history.at_rest():
            _goes_on(history)
            continue
        history.starts += 1
        history.wire.life = history.starts
        history.begun = history.clock.monotonic()
        history.met["a start with a .netrc for the org's host"] += 1
        _deeds_before(history)
        try:
            with open_house(settings, clock=history.clock) as house:
                _one_life(history, settings, house)
        except Crash as crash:
            history.points.live_again()
            history.note(f"the process dies {crash}")
            history.begun = history.clock.monotonic()
            down(history)
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
    clockwork = SimulatedClockwork(
        history.clock,
        ends,
        lambda: process[0].stopping(),
        lambda: _goes_on(history),
        lambda seconds: history.intervals.get(seconds, seconds),
    )
    process.append(Process(house, history.clock, settings, clockwork, lambda: swept(history)))
    one = process[0]
    original = clockwork.start

    def start() -> None:
        original()
        one.stop()

    clockwork.start = start  # type: ignore[method-assign]
    with history.files.told_by(one):
        code = one.run()
    if code:
        history.note(f"the process ends by itself, exit code {code}")
        history.stopped.append(f"exit code {int(code)}")
        history.clock.advance(60.0)
    elif history.mode == "bounded" and not history.ends:
        _sweep(history, house)
