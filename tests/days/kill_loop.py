"""Kills the real daemon again and again at moments of the dice, and holds what is left against every promise.

The org answers over HTTP and lives on; leads come in and people work on them meanwhile. The judge is the
simulation's: it reads the org's own rows and history, every request that arrived, and the two files.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sfrouter.daemon.heartbeat import read_pulse
from sfrouter.localorg.exchange import Handler, Request, Response
from tests.days.office import Office, small_world, until
from tests.days.starts import quantile, starts_told, table
from tests.simulation.clock import SimulatedClock
from tests.simulation.crash import CrashPoints
from tests.simulation.effort import EFFORT
from tests.simulation.faults import Scene
from tests.simulation.files import read_ledger, sound
from tests.simulation.history import History
from tests.simulation.invariants import SAFETY, Evidence
from tests.simulation.people import People
from tests.simulation.standard import Planned
from tests.simulation.transport import Call, Exchange, Wire
from tests.simulation.world import START, admin_files

LONGEST_LIFE = 3.0
"""Seconds to its death, at most: from the start of the process, from its first call or its first good poll."""
READY_WITHIN = 240.0
"""Seconds until a start without a good poll counts as broken; how long starts took is printed."""
A_ROUND = 20
"""Kills until everything must come to rest once."""
TRANSACTION = 660
"""Seconds after which a Task whose fate is unknown can no longer appear."""
QUIET_WITHIN = 120.0
DEEDS = ("take", "take", "edit", "put_back", "link", "convert", "delete", "merge")


@dataclass
class Findings:
    """What the loop came to. `ready` are seconds from a start to its first good poll, `lived` to its death."""

    kills: int = 0
    starts: int = 0
    rests: int = 0
    leads: int = 0
    owner_changes: int = 0
    tasks: int = 0
    calls: int = 0
    killed_in_a_call: int = 0
    seconds: float = 0.0
    ready: list[float] = field(default_factory=list)
    parts: str = ""
    left_behind: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Everything as plain values."""
        ready = sorted(self.ready)
        names = ("kills", "starts", "rests", "leads", "owner_changes", "tasks", "calls", "killed_in_a_call")
        return {name: getattr(self, name) for name in names} | {
            "seconds": round(self.seconds, 1),
            **{f"ready_p{at}": round(quantile(ready, at / 100), 2) if ready else None for at in (50, 95, 99)},
            "ready_measured": len(ready),
            "outbox_at_death": dict(sorted(self.left_behind.items())),
            "broken": self.broken,
        }

    def text(self) -> str:
        """The figures for people."""
        found = self.figures()
        broken = found.pop("broken")
        lines = [f"  {name.replace('_', ' '):<20}{value}" for name, value in found.items()]
        return "\n".join(
            [*lines, self.parts, *(f"BROKE: {one}" for one in broken), f"{len(broken)} promises broken"]
        )


class KillLoop:
    """One org, one data folder, and a daemon that is killed many times."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.office = Office.open(folder, small_world())
        self.office.settings["MAPPINGS_DIR"] = str(admin_files())
        self.chance = random.Random(seed)
        self.found = Findings()
        self._under_way = 0
        self._turn = threading.Lock()
        self.history = self._as_history(seed)
        self.office.server.org.middlewares.append(self._heard)

    def _as_history(self, seed: int) -> History:
        """The same papers that a simulated history leaves, for the same judge."""
        org, clock = self.office.server.org, SimulatedClock(START)
        people = People(org, clock, self.chance, lambda _what: None, lambda _what: None)
        points = CrashPoints(self.chance)
        strike = Planned(Scene(org, clock, self.chance, people.do, lambda _what: None), (), 0.0)
        wire = Wire(org, clock, points, strike, lambda: 0.0)
        made = History(seed, "hostile", self.chance, clock, org, people, strike, points, wire, 0.0)
        made.data = self.office.folder / "data"
        return made

    def _heard(self, request: Request, handler: Handler) -> Response:
        """Every request that arrives, with what came of it."""
        wire = self.history.wire
        with self._turn:
            self._under_way += 1
        left = time.monotonic()
        try:
            answer = handler(request)
        finally:
            with self._turn:
                self._under_way -= 1
        with self._turn:
            call = Call(len(wire.exchanges) + 1, request)
            mark = "signed in" if call.kind == "token" and answer.status == 200 else ""
            over = time.monotonic()
            wire.exchanges.append(Exchange(call.number, left, over, call, answer.status, "", mark, wire.life))
        return answer

    def run(self, times: int, progress: Callable[[int], None] = lambda _count: None) -> Findings:
        """So many deaths; after every few of them, and at the end, everything must come to rest."""
        started = time.monotonic()
        for number in range(1, times + 1):
            self._people_work()
            self._one_death(("started", "called", "ready")[number % 3])
            if number % A_ROUND == 0 or number == times:
                self._rest()
            progress(number)
        self._count()
        self.found.seconds = time.monotonic() - started
        return self.found

    def _people_work(self) -> None:
        people = self.history.people
        if self.chance.random() < 0.7:
            people.arrive(self.chance.choice((1, 2, 5, 30)))
        for _ in range(self.chance.choice((0, 0, 1, 2))):
            if people.leads:
                people.do(self.chance.choice(DEEDS), self.chance.choice(people.leads))

    def _start(self) -> float:
        self.history.wire.life += 1
        self.found.starts += 1
        self.office.start()
        return time.monotonic()

    def _one_death(self, once: str) -> None:
        """Start it, let it live for a moment of the dice, kill it; its file must be sound as it lies there."""
        since = self._start()
        if once == "called":
            until(lambda: self._calls_of_this_life() > 0, within=60, every=0.02)
        elif once == "ready":
            self._ready(since)
            self.history.people.arrive(self.chance.choice((1, 5, 60)))
        time.sleep(self.chance.uniform(0.0, LONGEST_LIFE))
        self.found.killed_in_a_call += self._under_way > 0
        daemon = self.office.daemon
        if daemon is not None and daemon.poll() is not None:
            self.found.broken.append(f"the daemon ended by itself with {daemon.returncode}: {self._last_words()}")
        self.office.kill()
        self.found.kills += 1
        if not until(lambda: self._under_way == 0, within=30, every=0.01):
            self.found.broken.append("the org never answered the dead daemon's last call")
        state = sound(self.history.data)
        if state != "ok":
            self.found.broken.append(f"the ledger is damaged: {state}")
        self.found.left_behind.update(row["state"] for row in read_ledger(self.history.data).live())

    def _calls_of_this_life(self) -> int:
        wire = self.history.wire
        return sum(one.life == wire.life for one in wire.exchanges[-20:])

    def _ready(self, since: float) -> None:
        if until(self._has_polled, within=READY_WITHIN, every=0.02):
            self.found.ready.append(time.monotonic() - since)
        else:
            self.found.broken.append(f"not ready in time: {self._last_words()}")

    def _has_polled(self) -> bool:
        pulse, daemon = read_pulse(self.history.data), self.office.daemon
        return bool(daemon and pulse and pulse.pid == daemon.pid and "poll" in pulse.jobs)

    def _rest(self) -> None:
        """No more deaths for a while: every lead must find its end, and every promise must have been kept."""
        self._ready(self._start())
        self._come_to_rest()

    def _come_to_rest(self) -> None:
        if not until(self._quiet, within=QUIET_WITHIN):
            self.found.broken.append(f"no rest within two minutes: {self._waiting()}; {self._last_words()}")
        if self.office.stop() != 0:
            self.found.broken.append(f"no orderly end: {self._last_words()}")
        self.found.rests += 1
        self.history.log = io.StringIO(self.office.log())
        self.found.broken += [one for judge in (*SAFETY, *EFFORT) for one in judge(Evidence(self.history))]

    def _quiet(self) -> bool:
        """Is every lead decided and nothing on its way? For a Task in doubt the org's clock runs on."""
        ledger = read_ledger(self.history.data)
        live = ledger.live()
        if any(row["state"] == "unknown" for row in live) and self._has_polled():
            self.office.server.org.clock.advance(TRANSACTION)
        return not live and not ledger.anew and not self._undecided()

    def _undecided(self) -> set[str]:
        decided = {row["lead_id"] for row in read_ledger(self.history.data).decisions}
        intake = self.office.id("inbound")
        rows = self.office.rows("Lead")
        return {row["Id"] for row in rows if row["OwnerId"] == intake and not row["IsConverted"]} - decided

    def _waiting(self) -> str:
        live = [(row["kind"], row["state"], row["answer_code"]) for row in read_ledger(self.history.data).live()]
        return f"{Counter(live)}, undecided {sorted(self._undecided())}"

    def _last_words(self) -> str:
        return self.office.log()[-600:]

    def _count(self) -> None:
        one = Evidence(self.history)
        self.found.parts = table(starts_told(self.office.log()))
        self.found.leads = len(self.history.people.leads)
        self.found.owner_changes = len(list(one.ours()))
        self.found.tasks = sum(row["CreatedById"] == one.router for row in one.rows("Task"))
        self.found.calls = len(self.history.wire.exchanges)


def kill_loop(
    folder: Path, times: int, seed: int, progress: Callable[[int], None] = lambda _count: None
) -> Findings:
    """The whole loop in an empty folder; everything is down again afterwards."""
    loop = KillLoop(folder, seed)
    try:
        return loop.run(times, progress)
    finally:
        loop.office.close()


def main() -> int:
    """Exit code 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="scripts/kill-loop", description=__doc__)
    parser.add_argument("--times", type=int, default=100, help="how many deaths (default 100)")
    parser.add_argument("--seed", type=int, default=0, help="chooses the moments, the leads and what people do")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sfrouter-kills-") as folder:
        # The daemon's bytecode is kept, as at any place where it is installed.
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/bytecode"
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        found = kill_loop(
            Path(folder) / "office",
            chosen.times,
            chosen.seed,
            lambda count: print(f"\r{count} deaths", end="", file=sys.stderr),
        )
    print(file=sys.stderr)
    print(json.dumps(found.figures(), indent=2) if chosen.json else found.text())
    return 1 if found.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
