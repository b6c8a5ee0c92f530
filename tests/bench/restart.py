"""How long the real daemon takes from a kill -9 to its next good poll, part by part, with a large mirror (L2).

The local org answers over HTTP from this process. The first life fills the mirror; then the daemon is killed, new
leads come in, and it is started again, so many times: with a mirror as fresh as a kill leaves it, with one that is
older than a running daemon's ever is, so that it must be refreshed first, and without its saved index.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sfrouter.base.database import sqlite_module
from tests.bench.background import background
from tests.days.office import Office, small_world, until
from tests.days.starts import quantile, starts_told, table
from tests.simulation.world import newcomer

LOADED_WITHIN, READY_WITHIN = 1_800.0, 240.0
NEW = 5
"""Leads that come in while the daemon is dead."""
WITHIN = 5.0
"""Seconds: the bar."""
REPS = ("bob", "sarah", "john")


def large_world(accounts: int, leads: int) -> dict[str, Any]:
    """The demo company with so many more accounts, and leads that reps have had for long, most of them linked."""
    world = small_world()
    keys = []
    for number, one in enumerate(background(accounts)):
        keys.append(f"a{number}")
        site = {"Website": one.domains[0]} if one.domains else {}
        row = {"key": keys[-1], "Name": one.name, "OwnerId": f"@{REPS[number % 3]}", "Type": "Prospect"}
        world["rows"]["Account"].append(row | site | {"BillingCountry": one.country or "US"})
    for number in range(leads):
        linked = {"Account__c": f"@{keys[number % accounts]}"} if number % 4 else {}
        world["rows"]["Lead"].append(
            {"LastName": f"Old {number}", "Company": f"Company {number}", "Email": f"p{number}@c{number}.example",
             "OwnerId": f"@{REPS[number % 3]}"} | linked
        )  # fmt: skip
    return world


class Restarts:
    """One org, one data folder, and a daemon that is killed and started."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.chance = random.Random(1)
        self.fed = 0

    def first_life(self) -> float:
        """Fill the mirror and save the index; returns the seconds it took."""
        begun = time.monotonic()
        # As in life, most records were last changed long before: the overlap of a reading does not meet them.
        self.office.server.org.clock.advance(7_200)
        self.office.start()
        self._until_ready(1, LOADED_WITHIN)
        if not until(lambda: (self.office.folder / "data" / "companies.index").exists(), within=120):
            raise RuntimeError("the index was not saved")
        self.office.kill()
        return time.monotonic() - begun

    def measure(self, times: int, before: Callable[[], None]) -> list[dict[str, Any]]:
        """So many starts; `before` does something to the data folder while the daemon is dead."""
        known = len(starts_told(self.office.log()))
        for number in range(1, times + 1):
            self.office.feed([newcomer(self.fed + more, self.chance) for more in range(NEW)])
            self.fed += NEW
            before()
            self.office.start()
            self._until_ready(known + number, READY_WITHIN)
            self.office.kill()
        return starts_told(self.office.log())[known:]

    def age_mirror(self) -> None:
        """Everything in the mirror was read an hour earlier."""
        with sqlite_module().connect(self.office.folder / "data" / "mirror.db") as connection:
            connection.execute("UPDATE pull_state SET pulled_at = datetime(pulled_at, '-1 hour')")

    def drop_index(self) -> None:
        """As after an update that makes its keys in another way."""
        (self.office.folder / "data" / "companies.index").unlink(missing_ok=True)

    def _until_ready(self, count: int, within: float) -> None:
        if not until(lambda: len(starts_told(self.office.log())) >= count, within=within, every=0.05):
            raise RuntimeError(f"not ready in time: {self.office.log()[-600:]}")


def main() -> int:
    """Print the tables. Returns 1 when the median start with a fresh mirror takes longer than the bar."""
    parser = argparse.ArgumentParser(prog="scripts/bench-restart", description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=50_000)
    parser.add_argument("--leads", type=int, default=10_000, help="leads that reps have already")
    parser.add_argument("--starts", type=int, default=10, help="of each kind")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sfrouter-restarts-") as folder:
        # The daemon's bytecode is kept, as at any place where it is installed.
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/bytecode"
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        office = Office.open(Path(folder) / "office", large_world(told.accounts, told.leads))
        try:
            return _run(Restarts(office), told.accounts, told.leads, told.starts)
        finally:
            office.close()


def _run(restarts: Restarts, accounts: int, leads: int, starts: int) -> int:
    print(f"{accounts:,} accounts, {leads:,} leads; {os.cpu_count()} cores, their load {os.getloadavg()[0]:.1f}")
    print(f"first life, filling the mirror: {restarts.first_life():.0f} s", flush=True)
    fresh = restarts.measure(starts, lambda: None)
    print(f"{starts} starts after a kill -9, load now {os.getloadavg()[0]:.1f}\n{table(fresh)}", flush=True)
    aged = restarts.measure(starts, restarts.age_mirror)
    print(f"{starts} starts with a mirror an hour old\n{table(aged)}", flush=True)
    bare = restarts.measure(starts, restarts.drop_index)
    print(f"{starts} starts without the saved index\n{table(bare)}")
    return int(quantile([one["seconds"]["all"] for one in fresh], 0.5) > WITHIN)


if __name__ == "__main__":
    sys.exit(main())
