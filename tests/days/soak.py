"""Lets the real daemon work for long against a local org whose line fails now and then, and watches it age.

Leads come in at an even pace. For each slice of the time it prints how long leads waited for their owner, and what
the process holds: memory, open files, the journals of both databases. At the end every promise is judged as in the
kill loop.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.faults import Faults
from tests.days.held import held
from tests.days.kill_loop import KillLoop
from tests.days.starts import quantile

KINDS = ("drop_before", "drop_after", "error", "truncated", "concurrent_limit")
"""What goes wrong with a call; each has its equal share."""
LOOK = 0.25
"""Seconds between two looks at the org: how exactly waits are measured."""
MEGABYTE = 1024 * 1024
MOST_GROWTH, MOST_JOURNAL, MOST_HANDLES, MOST_SLOWER = 10.0, 64.0, 4, 1.1
"""Bars: megabytes, megabytes, open files more, and times the p95; from the second slice to the last."""
WORKED_ON, CLOSED = 600.0, "Closed - Not Converted"
"""Seconds until an owner closes a lead, and how. Open leads cost memory; here as many are closed as come in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One part of the time. Waits in seconds from a lead's creation to its owner, sizes in megabytes."""

    minutes: float
    leads: int
    wait_p50: float | None
    wait_p95: float | None
    memory: float
    handles: int
    journals: float
    calls: int  # so far, and how many of them the line struck
    struck: int


class Soak(KillLoop):
    """One org behind a bad line, and one long life of the daemon."""

    def __init__(self, folder: Path, seed: int, faults: float) -> None:
        super().__init__(folder, seed)
        org = self.office.server.org
        troubles = [{"kind": kind, "chance": faults / len(KINDS)} for kind in KINDS]
        self.line = Faults(org, {"seed": seed, "faults": troubles})
        org.middlewares.insert(0, self.line)  # the judge hears what gets through it
        self.slices: list[Slice] = []
        self._waits: list[float] = []
        self._due: dict[str, float] = {}
        self._worked_on: deque[tuple[float, str]] = deque()  # leads with an owner, and since when

    def live(self, minutes: float, a_minute: float, parts: int, progress: Callable[[Slice], None]) -> None:
        """Work so long, cut into equal parts; then everything must come to rest."""
        self._ready(self._start())
        began, came = time.monotonic(), 0
        for part in range(1, parts + 1):
            while (gone := time.monotonic() - began) < part * minutes * 60 / parts:
                while came < gone * a_minute / 60:
                    self.history.people.arrive(1)
                    self._due[self.history.people.leads[-1]] = time.monotonic()
                    came += 1
                self._look()
                time.sleep(LOOK)
            self.slices.append(self._cut((time.monotonic() - began) / 60))
            progress(self.slices[-1])
        daemon = self.office.daemon
        if daemon is None or daemon.poll() is not None:
            self.found.broken.append(f"the daemon ended by itself: {self._last_words()}")
        # A doubtful Task lets the org's clock run on, so that reminders come due; they must not be struck again.
        self.office.server.org.middlewares.remove(self.line)
        self._come_to_rest()
        self.found.broken += self._aged()

    def _look(self) -> None:
        """Who has an owner now that had none? Owners close their leads after a while, as they would."""
        intake, now = self.office.id("inbound"), time.monotonic()
        with self.office.server.org.store.lock:
            read = self.office.server.org.store.get
            gone = [key for key in self._due if (row := read("Lead", key)) and row["OwnerId"] != intake]
        self._waits += [now - self._due.pop(key) for key in gone]
        self._worked_on += ((now, key) for key in gone)
        while self._worked_on and self._worked_on[0][0] < now - WORKED_ON:
            self._close(self._worked_on.popleft()[1])

    def _close(self, lead_id: str) -> None:
        org = self.office.server.org
        self.history.people.touched.add(lead_id)
        with org.store.lock, suppress(OrgError):
            org.visibility.settle()
            org.records.update("@iris", lead_id, {"Status": CLOSED})

    def _cut(self, minutes: float) -> Slice:
        waits, self._waits = self._waits, []
        daemon = self.office.daemon
        pid = daemon.pid if daemon else 0
        journals = sum(file.stat().st_size for file in self.history.data.glob("*.db-wal"))
        return Slice(
            minutes=round(minutes, 1), leads=len(waits),
            wait_p50=round(quantile(waits, 0.5), 1) if waits else None,
            wait_p95=round(quantile(waits, 0.95), 1) if waits else None,
            memory=held(pid).resident,
            handles=len(list(Path(f"/proc/{pid}/fd").iterdir())), journals=round(journals / MEGABYTE, 1),
            calls=len(self.history.wire.exchanges), struck=sum(one["struck"] for one in self.line.counts()),
        )  # fmt: skip

    def _aged(self) -> list[str]:
        """What grew from the second slice to the last; the first is for warming up."""
        if len(self.slices) < 3:
            return []
        first, last = self.slices[1], self.slices[-1]
        grown = {
            f"memory grew by {last.memory - first.memory:.1f} MB": last.memory - first.memory > MOST_GROWTH,
            f"{last.handles - first.handles} more open files": last.handles - first.handles > MOST_HANDLES,
            f"journals of {last.journals} MB": max(one.journals for one in self.slices) > MOST_JOURNAL,
            f"p95 went from {first.wait_p95} to {last.wait_p95} s": (last.wait_p95 or 0)
            > MOST_SLOWER * (first.wait_p95 or 0) + LOOK,
        }
        return [words for words, bad in grown.items() if bad]


def soak(
    folder: Path, minutes: float, *, a_minute: float = 30.0, parts: int = 8, faults: float = 0.05, seed: int = 0,
    poll_seconds: int = 15, progress: Callable[[Slice], None] = lambda _slice: None,
) -> Soak:  # fmt: skip
    """The whole soak in an empty folder; everything is down again afterwards."""
    one = Soak(folder, seed, faults)
    one.office.settings["POLL_SECONDS"] = str(poll_seconds)
    try:
        one.live(minutes, a_minute, parts, progress)
        one._count()
    finally:
        one.office.close()
    return one


def _line(one: Slice) -> str:
    return "".join(f"{'-' if value is None else value:>11}" for value in asdict(one).values())


def main() -> int:
    """Exit code 1 when a promise was broken or the process aged."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="how long (default 60; a release: 480)")
    parser.add_argument("--leads-a-minute", type=float, default=30.0)
    parser.add_argument("--faults", type=float, default=0.05, help="share of the calls that are struck")
    parser.add_argument("--parts", type=int, default=8, help="slices of the time, a line each")
    parser.add_argument("--poll-seconds", type=int, default=15)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    chosen = parser.parse_args()
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it complains of answers that we cut off
    head = "".join(f"{one.name:>11}" for one in fields(Slice))
    print(head, file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="sfrouter-soak-") as folder:
        done = soak(
            Path(folder) / "office", chosen.minutes, a_minute=chosen.leads_a_minute, parts=chosen.parts,
            faults=chosen.faults, seed=chosen.seed, poll_seconds=chosen.poll_seconds,
            progress=lambda one: print(_line(one), file=sys.stderr, flush=True),
        )  # fmt: skip
    figures = done.found.figures() | {"slices": [asdict(one) for one in done.slices]}
    text = "\n".join([head, *map(_line, done.slices), done.found.text()])
    print(json.dumps(figures, indent=2) if chosen.json else text)
    return 1 if done.found.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
