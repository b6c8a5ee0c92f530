"""A first load of accounts and half a million open deals by the real daemon: seconds, calls, memory, size.

The daemon is a process of its own and asks the local org, which is the process of this script, over HTTP. Leads
come in afterwards at an even pace, and its memory is told minute by minute, a refresh or sweep within it too.
Before it the same org is read by another daemon that may use no bulk job, page by page: the other way, beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from sfrouter.config.settings import Settings
from sfrouter.daemon.heartbeat import read_pulse
from sfrouter.localorg.demo.leads import Newcomer
from sfrouter.localorg.org import Org
from sfrouter.matching.indexed_account import IndexedAccount
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import AccountRow, OpportunityRow, UserRow, table_of
from tests.bench.bulk import mark_of
from tests.bench.large_org import fill, staffed_world
from tests.days.held import held, worked
from tests.days.office import Office, until
from tests.days.starts import starts_told
from tests.simulation.clock import SimulatedClock
from tests.simulation.people import People
from tests.simulation.world import START, newcomer

MOST_SECONDS, MOST_MEMORY = 600.0, 300.0
"""Bars: of the first load, and megabytes at any moment."""
PAGES, JOBS = WAYS = ("page by page", "bulk jobs")
LOADED_WITHIN, LOOK, TELL = 3_600.0, 0.25, 10.0
MEGABYTE = 1024 * 1024
NOUNS = (AccountRow, OpportunityRow, UserRow)
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One first load, from the start of the process to its first good poll. Seconds and megabytes."""

    way: str
    rows: dict[str, int]
    calls: int  # by the org's own count
    jobs: int
    seconds: float
    processor: float  # of the daemon, and of the org meanwhile
    org_processor: float
    memory: float
    peak: float
    mirror: float  # its file with its journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """The daemon at the end of one minute of polling; `own`: without mapped files, `peak`: since its start."""

    minute: int
    leads: int
    waiting: int
    calls: int  # since the first good poll
    processor: float  # of the minute
    memory: float
    own: float
    peak: float
    refreshes: int
    sweeps: int


class Scene:
    """One org, and daemons that fill their mirrors from it."""

    def __init__(self, folder: Path, accounts: int, deals: int, users: int, say: Say) -> None:
        self.office = Office.open(folder / "office", staffed_world(users))
        self.router = self.office  # the daemon at work, with a data folder of its own
        self.say = say
        began = time.monotonic()
        self.companies = fill(self.org, accounts, deals, users)
        self.bulk_from = min(accounts, int(Settings.model_fields["bulk_from_rows"].default))
        say(f"the org has its rows after {time.monotonic() - began:.0f} s")

    @property
    def org(self) -> Org:
        """The local org."""
        return self.office.server.org

    def load(self, way: str, settings: Mapping[str, str]) -> Load:
        """Start a daemon with an empty data folder and wait for its first good poll; it goes on running."""
        self.router = Office(self.office.folder.parent / way, self.office.server)
        self.router.folder.mkdir()
        bulk_from = str(self.bulk_from if way == JOBS else 0)
        mappings = str(self.office.folder / "mappings")
        self.router.settings |= {**settings, "BULK_FROM_ROWS": bulk_from, "MAPPINGS_DIR": mappings}
        calls, work = self.org.calls.used(), worked()
        self.router.start()
        self._until_ready(way)
        now, start = held(self.pid), starts_told(self.router.log())[-1]
        return Load(
            way=way, rows=self._rows(), calls=self.org.calls.used() - calls,
            jobs=self.router.log().count('"event": "bulk_query_begun"'), seconds=start["seconds"]["all"],
            processor=start["processor_seconds"]["all"], org_processor=round(worked() - work, 1),
            memory=now.resident, peak=now.peak, mirror=self._size(),
        )  # fmt: skip

    @property
    def pid(self) -> int:
        """The daemon's."""
        assert self.router.daemon is not None
        return self.router.daemon.pid

    def end(self) -> None:
        """Kill the daemon, if one runs."""
        daemon = self.router.daemon
        if daemon and daemon.poll() is None:
            self.router.kill()

    def _until_ready(self, way: str) -> None:
        began, daemon = time.monotonic(), self.router.daemon

        def over() -> bool:
            return bool(starts_told(self.router.log())) or daemon is None or daemon.poll() is not None

        while not until(over, within=TELL, every=LOOK) and (gone := time.monotonic() - began) < LOADED_WITHIN:
            memory = held(self.pid).resident
            self.say(f"{way}: {gone:4.0f} s, mirror {self._size():5.0f} MB, memory {memory:4.0f} MB")
        if not starts_told(self.router.log()):
            raise RuntimeError(f"not ready in time: {self.router.log()[-600:]}")

    def live(self, minutes: float, a_minute: float, length: float = 60.0) -> list[Minute]:
        """Leads come in at an even pace while the daemon polls; a line each `length` seconds."""
        told: list[Minute] = []
        people = People(self.org, SimulatedClock(START), random.Random(1), lambda _: None, lambda _: None)
        began, first, jobs = time.monotonic(), self.org.calls.used(), _Jobs(self.router)
        work = worked(self.pid)
        for number in range(1, round(minutes * 60 / length) + 1):
            while (gone := time.monotonic() - began) < number * length:
                while len(people.leads) < gone * a_minute / 60:
                    people.welcome([_lead(len(people.leads), self.companies, people.chance)])
                jobs.look()
                time.sleep(LOOK)
            now, before, work = held(self.pid), work, worked(self.pid)
            told.append(Minute(
                minute=number, leads=len(people.leads), waiting=self._waiting(people.leads),
                calls=self.org.calls.used() - first, processor=round(work - before, 2), memory=now.resident,
                own=now.own, peak=now.peak, refreshes=jobs.done["refresh"], sweeps=jobs.done["sweep"],
            ))  # fmt: skip
            self.say(_line(Minute, asdict(told[-1])))
        return told

    def marks(self) -> list[str]:
        """A mark of all values of each table of the mirror."""
        with self._mirror() as mirror:
            return [mark_of(mirror, row) for row in NOUNS]

    def _rows(self) -> dict[str, int]:
        with self._mirror() as mirror:
            return {table_of(row).name: mirror.count(table_of(row).name) for row in NOUNS}

    @contextmanager
    def _mirror(self) -> Iterator[Mirror]:
        mirror = Mirror.open(self.router.folder / "data" / "mirror.db", anew=False)
        try:
            yield mirror
        finally:
            mirror.close()

    def _size(self) -> float:
        sizes = [file.stat().st_size for file in (self.router.folder / "data").glob("mirror.db*")]
        return round(sum(sizes) / MEGABYTE, 1)

    def _waiting(self, leads: Sequence[str]) -> int:
        intake = self.office.id("inbound")
        with self.org.store.lock:
            rows = (self.org.store.get("Lead", one) for one in leads)
            return sum(row is not None and row["OwnerId"] == intake for row in rows)


class _Jobs:
    """Counts how often the daemon's pulse says that a refresh or a sweep went well."""

    def __init__(self, office: Office) -> None:
        self._data = office.folder / "data"
        self._last = self._jobs()
        self.done = dict.fromkeys(("refresh", "sweep"), 0)

    def look(self) -> None:
        """Look at the pulse; often enough that none goes by unseen."""
        now = self._jobs()
        for job in self.done:
            self.done[job] += now.get(job) != self._last.get(job)
        self._last = now

    def _jobs(self) -> dict[str, str]:
        pulse = read_pulse(self._data)
        return dict(pulse.jobs) if pulse else {}


def _lead(number: int, companies: Sequence[IndexedAccount], chance: random.Random) -> Newcomer:
    """Every other lead is of one of the many companies, the rest are those of the demo."""
    one = newcomer(number, chance)
    known = chance.choice(companies)
    site = known.domains[0] if known.domains else f"mail{number}.example"
    return replace(one, company=known.name, email=f"p{number}@{site}") if number % 2 else one


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be measured. `sweep_seconds` counts from the start of the daemon."""

    accounts: int = 50_000
    opportunities: int = 500_000
    users: int = 500
    minutes: float = 10.0
    leads_a_minute: float = 10.0
    sweep_seconds: int = 300
    job_seconds: float = 5.0
    pages: bool = True


def measure(
    asked: Asked, folder: Path, say: Say, *, poll_seconds: int = 30, length: float = 60.0
) -> dict[str, Any]:
    """Everything asked, as plain values; `length` are the seconds of a "minute"."""
    scene = Scene(folder, asked.accounts, asked.opportunities, asked.users, say)
    scene.org.bulk.delay_seconds = asked.job_seconds
    paced = {"POLL_SECONDS": str(poll_seconds), "SWEEP_SECONDS": str(asked.sweep_seconds)}
    loads, marks = [], []
    try:
        for way in WAYS if asked.pages else WAYS[-1:]:
            scene.end()  # the one before
            loads.append(scene.load(way, paced))
            marks.append(scene.marks())
        busy = round(os.getloadavg()[1], 1)  # of the last five minutes
        say(_head(Minute))
        lived = scene.live(asked.minutes, asked.leads_a_minute, length)
    finally:
        scene.end()
        scene.office.close()
    return {
        "asked": asdict(asked), "cores": os.cpu_count(), "busy": busy, "same": marks[0] == marks[-1],
        "loads": [asdict(one) for one in loads], "minutes": [asdict(one) for one in lived],
    }  # fmt: skip


def missed(found: Mapping[str, Any]) -> list[str]:
    """The bars that were missed, in words."""
    first = found["loads"][-1]
    peak = max(one["peak"] for one in (first, *found["minutes"]))
    bars = {
        f"the first load took {first['seconds']:.0f} s (bar: {MOST_SECONDS:.0f})": first["seconds"] > MOST_SECONDS,
        f"memory was {peak:.0f} MB (bar: {MOST_MEMORY:.0f})": peak > MOST_MEMORY,
        "the mirrors of the two ways differ": not found["same"],
    }
    return [words for words, bad in bars.items() if bad]


def text(found: Mapping[str, Any]) -> str:
    """The figures for people."""
    asked, loads = found["asked"], found["loads"]
    rows = ", ".join(f"{noun} {count:,}" for noun, count in loads[-1]["rows"].items())
    lines = [
        f"besides the demo's {asked['accounts']:,} accounts, {asked['opportunities']:,} open deals and"
        f" {asked['users']:,} users; {found['cores']} cores, {found['busy']} processes that want one;"
        f" a job takes {asked['job_seconds']:g} s at least",
        *_table(Load, loads),
        f"rows in the mirror: {rows}",
    ]
    if len(loads) > 1:
        paged, job = loads
        ratios = (f"{name} {paged[name] / max(job[name], 0.01):.2f}" for name in ("seconds", "calls", "peak"))
        lines.append("page by page, times the bulk jobs: " + ", ".join(ratios))
        lines.append("the mirrors are the same" if found["same"] else "THE MIRRORS DIFFER")
    lines += _table(Minute, found["minutes"])
    return "\n".join([*lines, *(f"MISSED: {one}" for one in missed(found))])


def _columns(kind: Any) -> list[str]:
    return [one.name for one in fields(kind) if one.name != "rows"]


def _head(kind: Any) -> str:
    return "".join(f"{name.replace('_', ' '):>14}" for name in _columns(kind))


def _line(kind: Any, one: Mapping[str, Any]) -> str:
    return "".join(f"{one[name]:>14}" for name in _columns(kind))


def _table(kind: Any, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [_head(kind), *(_line(kind, one) for one in rows)]


def main() -> int:
    """Print the figures. Returns 1 when a bar is missed or the two ways bring different rows."""
    parser = argparse.ArgumentParser(prog="scripts/bench-mirror", description=__doc__.splitlines()[0])
    for name, kind, what in (
        ("accounts", int, "accounts of the org"), ("opportunities", int, "open deals of the org"),
        ("users", int, "people of the org"), ("minutes", float, "how long leads come in after the load"),
        ("leads_a_minute", float, "how many"), ("sweep_seconds", int, "between two sweeps, from the start on"),
        ("job_seconds", float, "how long the org's bulk job waits and works, at least"),
    ):  # fmt: skip
        default = getattr(Asked(), name)
        words = f"{what} (default {default:,})"
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, default=default, help=words)
    parser.add_argument("--no-pages", dest="pages", action="store_false", help="without the other way beside it")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    told = vars(parser.parse_args())
    as_json = told.pop("json")
    with tempfile.TemporaryDirectory(prefix="sfrouter-mirror-") as folder:
        # The daemon's bytecode is kept, as at any place where it is installed.
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/bytecode"
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        found = measure(Asked(**told), Path(folder), lambda line: print(line, file=sys.stderr, flush=True))
    print(json.dumps(found, indent=2) if as_json else text(found))
    return int(bool(missed(found)))


if __name__ == "__main__":
    sys.exit(main())
