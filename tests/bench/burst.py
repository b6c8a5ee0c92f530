"""Measures a list import: two thousand leads at once, each tenth an executive; how long each waits for its owner.

Time is simulated: a call takes 0.2 s, and the router's own computing takes what the processor needed for it.
The leads come right after a poll, so that they wait for the next one first.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from datetime import datetime

from sfrouter.journey.assembly import House
from sfrouter.model.write import WriteKind, WriteState
from tests.bench.calls import Scene, live
from tests.bench.catching_up import EXECUTIVE_EACH
from tests.bench.computing import loaded
from tests.days.starts import quantile
from tests.simulation.world import newcomer

MOST_URGENT, MOST_ALL = 60.0, 300.0
"""Bars in seconds: the p95 of the urgent ones, and the last of all."""


def burst(leads: int, seed: int = 1) -> dict[str, object]:
    """So many leads at once, with the settings and notices as they are shipped and in the demo's files."""
    with loaded(seed) as (one, house, settings, computing):
        came: list[datetime] = []
        one.clock.at(one.clock.monotonic() + 1, lambda: came.append(_import(one, leads)))
        calls = one.counted()
        with computing.between_slices():
            live(one, house, settings, 2 * MOST_ALL)
        return _figures(one, house, came[0], leads) | {
            "calls": one.counted() - calls, "seconds_of_computing": round(computing.seconds, 1),
        }  # fmt: skip


def _import(one: Scene, leads: int) -> datetime:
    people = one.people
    made = [newcomer(number, people.chance) for number in range(leads)]
    people.welcome([replace(lead, title="" if at % EXECUTIVE_EACH else "CEO") for at, lead in enumerate(made)])
    return one.clock.now()


def _figures(one: Scene, house: House, came: datetime, leads: int) -> dict[str, object]:
    waits: dict[bool, list[float]] = {True: [], False: []}
    for write in house.ledger.writes(limit=100 * leads + 100):
        first = write.kind is WriteKind.LEAD and write.decision_number == 1 and write.state is WriteState.DONE
        if first and write.sent_at:
            waits[write.priority == 1].append((write.sent_at - came).total_seconds())
    intake = one.org.id_of("@inbound")
    return {
        "leads": leads, "left": sum(row["OwnerId"] == intake for row in one.org.store.rows("Lead")),
        "poll_seconds": house.settings.poll_seconds, "urgent": len(waits[True]),
        **{f"{name}_{of}": round(quantile(waits[urgent], at), 1) if waits[urgent] else None
           for name, urgent in (("urgent", True), ("others", False))
           for of, at in (("p50", 0.5), ("p95", 0.95), ("last", 1.0))},
        "most_urgent_p95": MOST_URGENT, "most_last": MOST_ALL,
    }  # fmt: skip


def main() -> int:
    """Print the figures beside their bars. Returns 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=2000, help="leads of the import")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = burst(asked.leads, asked.seed)
    print(json.dumps(found, indent=2))
    slow = float(str(found["urgent_p95"] or 0)) > MOST_URGENT or float(str(found["others_last"] or 0)) > MOST_ALL
    return int(slow or bool(found["left"]) or not found["urgent"])


if __name__ == "__main__":
    sys.exit(main())
