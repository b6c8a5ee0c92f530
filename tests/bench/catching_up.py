"""Measures how a day without the org is caught up: leads a minute, oldest first, clocks from creation (L4).

The org lives and leads come in, but no call reaches it, while the daemon goes on asking. Time is simulated,
and every call takes 0.2 s of it. The router's own computing takes none there, so its real seconds are added:
the figure is leads per minute of both together.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median

from sfrouter.journey.assembly import House
from sfrouter.localorg.exchange import DropConnection, Response
from sfrouter.model.write import WriteKind, WriteState
from tests.bench.calls import Scene, live, running, scene
from tests.simulation.transport import Call
from tests.simulation.world import configuration, newcomer

LEAST_A_MINUTE = 120.0
EXECUTIVE_EACH = 10
LOADING = 60.0
"""Seconds before the outage in which the mirror is filled."""


@dataclass
class Outage:
    """While it is `on`, no call reaches the org."""

    on: bool = False
    refused: int = 0

    def strike(self, _call: Call, proceed: Callable[[], Response]) -> Response:
        """What becomes of a call."""
        if self.on:
            self.refused += 1
            raise DropConnection("before")
        return proceed()


def catch_up(leads: int, hours: float, seed: int = 1) -> dict[str, object]:
    """An outage of so many hours in which so many leads come in, and what follows."""
    one, outage = scene(seed), Outage()
    one.wire.strike = outage.strike
    with running(one) as (house, settings):
        # With all of the demo's notices: an executive's lead is urgent by the Task that tells of it.
        house.desk.policy = replace(house.desk.policy, notices=configuration().policy.notices)
        live(one, house, settings, LOADING)
        outage.on = True
        for number in range(leads):
            moment = one.clock.monotonic() + one.people.chance.uniform(0, hours * 3600)
            one.clock.at(moment, _arrival(one, number))
        live(one, house, settings, hours * 3600)
        if _still_waiting(one) != leads:
            raise RuntimeError("leads were written during the outage")
        outage.on = False
        back, began = one.clock.now(), time.perf_counter()
        while _unsettled(one, house) and (one.clock.now() - back).total_seconds() < 4 * 3600:
            live(one, house, settings, 30)
        computing = time.perf_counter() - began
        return _figures(one, house, back, computing, leads) | {"hours": hours, "calls_refused": outage.refused}


def _arrival(one: Scene, number: int) -> Callable[[], None]:
    """One lead comes in; each tenth is an executive, who cannot wait."""
    title = "CEO" if number % EXECUTIVE_EACH == 0 else ""
    return lambda: one.people.welcome([replace(newcomer(number, one.people.chance), title=title)])


def _still_waiting(one: Scene) -> int:
    return sum(row["OwnerId"] == one.org.id_of("@inbound") for row in one.org.store.rows("Lead"))


def _unsettled(one: Scene, house: House) -> bool:
    return bool(_still_waiting(one)) or house.ledger.status().live > 0


def _figures(one: Scene, house: House, back: datetime, computing: float, leads: int) -> dict[str, object]:
    """Everything from the ledger and the org; nothing from what the router says of itself."""
    created = {row["Id"]: moment_of(row["CreatedDate"]) for row in one.org.store.rows("Lead")}
    writes = [
        write for write in house.ledger.writes(limit=100 * leads + 100)
        if write.kind is WriteKind.LEAD and write.decision_number == 1 and write.state is WriteState.DONE
    ]  # fmt: skip
    in_order = [created[write.lead_id] for write in writes]  # the ledger's writes come as they were decided
    waits = {write.lead_id: (write.sent_at - back).total_seconds() for write in writes if write.sent_at}
    urgent = {write.lead_id for write in writes if write.priority == 1}
    clocks = [house.ledger.sla_clock(key) for key in one.people.leads]
    begun = [clock for clock in clocks if clock is not None and not clock.passed_on]
    simulated = max(waits.values())
    return {
        "leads": leads, "written": len(waits), "left": _still_waiting(one),
        "seconds_of_calls": round(simulated, 1), "seconds_of_computing": round(computing, 1),
        "leads_a_minute": round(len(waits) * 60 / (simulated + computing)), "least": LEAST_A_MINUTE,
        "out_of_order": sum(later < earlier for earlier, later in pairwise(in_order)),
        "urgent": len(urgent),
        "median_wait_urgent": _median(waits, urgent), "median_wait_others": _median(waits, waits.keys() - urgent),
        "clocks": len(begun),
        "clocks_not_from_creation": sum(clock.started_at != created[clock.lead_id] for clock in begun),
    }  # fmt: skip


def moment_of(stored: object) -> datetime:
    """A moment as the org's store keeps it, in milliseconds."""
    return stored if isinstance(stored, datetime) else datetime.fromtimestamp(int(str(stored)) / 1000, UTC)


def _median(waits: dict[str, float], of: set[str]) -> float | None:
    found = [wait for key, wait in waits.items() if key in of]
    return round(median(found), 1) if found else None


def main() -> int:
    """Print the figures. Returns 1 when it is too slow, out of order, or a clock does not run from creation."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=2000, help="leads that come in during the outage")
    parser.add_argument("--hours", type=float, default=24.0, help="length of the outage")
    asked = parser.parse_args()
    found = catch_up(asked.leads, asked.hours)
    print(json.dumps(found, indent=2))
    slow = float(str(found["leads_a_minute"])) < LEAST_A_MINUTE
    return int(slow or any(found[bad] for bad in ("left", "out_of_order", "clocks_not_from_creation")))


if __name__ == "__main__":
    sys.exit(main())
