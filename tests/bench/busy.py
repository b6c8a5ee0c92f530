"""Measures an hour of steady leads: how long each waits for its owner when 120 come in a minute, as at a fair.

Time is simulated: a call takes 0.2 s, and the router's own computing takes what the processor needed for it. Four
in ten leads are of companies that the org knows or that sent some before, the others each of one of their own.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from sfrouter.journey.assembly import House
from sfrouter.localorg.demo.leads import Newcomer
from sfrouter.model.write import WriteKind, WriteState
from tests.bench.calls import Scene, live
from tests.bench.catching_up import moment_of
from tests.bench.computing import loaded
from tests.days.starts import quantile
from tests.simulation.world import CANARY, newcomer

STRANGERS = 0.6
"""The part of the leads that each come from a company of their own."""
NORMAL_A_MINUTE = 10.0
MOST_P99 = 60.0
"""Bar in seconds at any pace up to 120 leads a minute; at a normal pace those of `_bars` as well."""
MOST_CALLS_A_LEAD = 1.5
"""Bar for all calls, those of polling among them."""


def busy(minutes: float, a_minute: float, seed: int = 1) -> dict[str, object]:
    """Leads at this pace for so many minutes, with the settings and notices as shipped and in the demo's files."""
    with loaded(seed) as (one, house, settings, computing):
        leads = round(minutes * a_minute)
        for number in range(leads):
            moment = one.clock.monotonic() + one.people.chance.uniform(0, minutes * 60)
            one.clock.at(moment, _arrival(one, number))
        calls = one.counted()
        with computing.between_slices():
            live(one, house, settings, minutes * 60 + 2 * MOST_P99)
        return _figures(one, house, leads) | {
            "minutes": minutes, "a_minute": a_minute, "poll_seconds": settings.poll_seconds,
            "calls_a_lead": round((one.counted() - calls) / max(leads, 1), 2),
            "seconds_of_computing": round(computing.seconds, 1),
        }  # fmt: skip


def _arrival(one: Scene, number: int) -> Callable[[], None]:
    chance = one.people.chance
    lead = _stranger(number) if chance.random() < STRANGERS else newcomer(number, chance)
    return lambda: one.people.welcome([lead])


def _stranger(number: int) -> Newcomer:
    """Somebody of a company that nobody knows and that sends no other lead."""
    return Newcomer(
        first="Pat", last=f"{CANARY} {number}", company=f"Stand {number} Ltd",
        email=f"{CANARY}@stand{number}.example", state="California", rule="default_pool", owner="pool:west",
    )  # fmt: skip


def _figures(one: Scene, house: House, leads: int) -> dict[str, object]:
    """Waits from the lead's creation in the org to the write that gave it its first owner."""
    created = {row["Id"]: moment_of(row["CreatedDate"]) for row in one.org.store.rows("Lead")}
    waits = [
        (write.sent_at - created[write.lead_id]).total_seconds()
        for write in house.ledger.writes(limit=100 * leads + 100)
        if write.kind is WriteKind.LEAD and write.decision_number == 1
        and write.state is WriteState.DONE and write.sent_at
    ]  # fmt: skip
    intake = one.org.id_of("@inbound")
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "last": 1.0}
    waited = {name: round(quantile(waits, share), 1) if waits else None for name, share in shares.items()}
    return {
        "leads": leads, "written": len(waits),
        "left": sum(row["OwnerId"] == intake for row in one.org.store.rows("Lead")), **waited,
    }  # fmt: skip


def _bars(poll_seconds: float, a_minute: float) -> dict[str, float]:
    """What each figure may be at most."""
    normal = {"p50": poll_seconds + 2, "p95": poll_seconds + 5} if a_minute <= NORMAL_A_MINUTE else {}
    return normal | {"p99": MOST_P99, "calls_a_lead": MOST_CALLS_A_LEAD}


def main() -> int:
    """Print the figures beside their bars. Returns 1 when one is missed, or a lead has no owner at the end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0, help="how long leads come in (default 60)")
    parser.add_argument("--a-minute", type=float, default=120.0, help="leads a minute (default 120)")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = busy(asked.minutes, asked.a_minute, asked.seed)
    bars = _bars(float(str(found["poll_seconds"])), asked.a_minute)
    print(json.dumps(found | {"most": bars}, indent=2))
    missed = any(found[name] is None or float(str(found[name])) > bar for name, bar in bars.items())
    return int(missed or bool(found["left"]))


if __name__ == "__main__":
    sys.exit(main())
