"""Counts API calls by the local org's own count: a day of polling, a burst of a thousand leads with a Task each.

Time is simulated and the line is in this process; the router's code, its settings and the org's count are real.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from unittest.mock import patch

import sfrouter.journey.assembly
from sfrouter.base.log import set_up_logging
from sfrouter.config.settings import Settings
from sfrouter.followup.watches.new_account import NewAccounts
from sfrouter.journey.assembly import House, open_house
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.org import Org
from sfrouter.routing.notices.new_owner import NewOwner
from tests.simulation.clock import SimulatedClock, SimulatedClockwork
from tests.simulation.crash import CrashPoints
from tests.simulation.history import Process
from tests.simulation.people import People
from tests.simulation.transport import Call, Wire, wired
from tests.simulation.world import START, configuration, open_org, workplace

MOST_A_LEAD, MOST_A_DAY = 0.08, 5_000
NOT_COUNTED = frozenset({"token"})
"""Kinds of request that the org does not count towards its day."""


@dataclass
class Scene:
    """An org, people who make leads, and the line between it and the router."""

    org: Org
    clock: SimulatedClock
    people: People
    wire: Wire

    def counted(self) -> int:
        """Calls of the last 24 hours by the org's own count."""
        return self.org.calls.used()

    def by_kind(self, since: int = 0) -> dict[str, int]:
        """Requests by what they were for, from the `since`-th on."""
        return dict(Counter(one.call.kind for one in self.wire.exchanges[since:]).most_common())


def scene(seed: int) -> Scene:
    """The demo's company on a quiet Monday morning."""
    clock = SimulatedClock(START)
    org = open_org(clock.org, random.Random(f"{seed}/secrets"))
    people = People(org, clock, random.Random(f"{seed}/people"), lambda _: None, lambda _: None)
    points = CrashPoints(random.Random(seed), 0.0)

    def strike(_call: Call, proceed: Callable[[], Response]) -> Response:
        return proceed()

    return Scene(org, clock, people, Wire(org, clock, points, strike, lambda: 0.2))


@contextmanager
def running(one: Scene, **changes: object) -> Iterator[tuple[House, Settings]]:
    """The router's house at this org, with the settings as they are shipped but for `changes`.

    Of the demo's policy only the new owner is told, and no accounts are made: one Task a lead.
    """
    with ExitStack() as stack:
        settings = stack.enter_context(workplace())
        shipped = {name: Settings.model_fields[name].default for name in (
            "poll_seconds", "mirror_seconds", "sweep_seconds")}  # fmt: skip
        settings = settings.model_copy(update={**shipped, **changes})
        stack.enter_context(wired(one.wire))
        files = configuration()
        told = tuple(one for one in files.policy.notices if isinstance(one, NewOwner))
        files = replace(files, policy=replace(files.policy, notices=told, new_accounts=NewAccounts()))
        stack.enter_context(patch.object(sfrouter.journey.assembly, "read_files", lambda _settings: files))
        set_up_logging(form="json", level="ERROR", stream=io.StringIO())
        yield stack.enter_context(open_house(settings, clock=one.clock)), settings


def live(one: Scene, house: House, settings: Settings, seconds: float) -> None:
    """Let the daemon work for a while."""
    until = one.clock.monotonic() + seconds
    process: list[Process] = []
    clockwork = SimulatedClockwork(one.clock, lambda: until, lambda: process[0].stopping())
    process.append(Process(house, one.clock, settings, clockwork))
    original = clockwork.start

    def start() -> None:
        original()
        process[0].stop()

    clockwork.start = start  # type: ignore[method-assign]
    process[0].run()


def a_day(seed: int = 1, *, leads_an_hour: int = 0, hours: float = 24.0) -> tuple[int, dict[str, int]]:
    """A day of polling after the first load; returns the org's count and the requests by kind."""
    one = scene(seed)
    with running(one) as (house, settings):
        live(one, house, settings, 60)
        before, since = one.counted(), len(one.wire.exchanges)
        for hour in range(int(hours)):
            for _ in range(leads_an_hour):
                moment = one.clock.monotonic() + hour * 3600 + one.people.chance.uniform(0, 3600)
                one.clock.at(moment, lambda: one.people.arrive(1))
        live(one, house, settings, hours * 3600 - 61)
        return one.counted() - before, one.by_kind(since)


def a_burst(leads: int = 1000, seed: int = 1) -> tuple[int, dict[str, int], int]:
    """Leads that all came within one second: the org's count of calls, the requests, and the Tasks made."""
    one = scene(seed)
    with running(one) as (house, settings):
        live(one, house, settings, 60)
        tasks = len(one.org.store.rows("Task"))
        one.people.arrive(leads)
        before, since = one.counted(), len(one.wire.exchanges)
        live(one, house, settings, 29)
        waiting = [row for row in one.org.store.rows("Lead") if row["OwnerId"] == one.org.id_of("@inbound")]
        if waiting:
            live(one, house, settings, 120)
        return one.counted() - before, one.by_kind(since), len(one.org.store.rows("Task")) - tasks


def main() -> int:
    """Print both figures beside their bars. Returns 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=1000, help="leads of the burst")
    parser.add_argument("--hours", type=float, default=24.0, help="length of the day of polling")
    parser.add_argument("--json", action="store_true", help="figures for machines")
    asked = parser.parse_args()
    started = time.perf_counter()
    burst, burst_kinds, tasks = a_burst(asked.leads)
    polled, day_kinds = a_day(hours=asked.hours)
    figures = {
        "burst": {"leads": asked.leads, "tasks": tasks, "calls": burst, "most": MOST_A_LEAD,
                  "calls_a_lead": round(burst / asked.leads, 4), "by_kind": burst_kinds},
        "polling": {"hours": asked.hours, "calls": polled, "calls_a_day": round(polled * 24 / asked.hours),
                    "most": MOST_A_DAY, "by_kind": day_kinds},
        "seconds": round(time.perf_counter() - started, 1),
    }  # fmt: skip
    print(json.dumps(figures, indent=2))
    return int(burst / asked.leads > MOST_A_LEAD or polled * 24 / asked.hours > MOST_A_DAY)


if __name__ == "__main__":
    sys.exit(main())
