"""Judges L3: leads beside poisoned ones get their owner all the same."""

from __future__ import annotations

from tests.simulation.history import History
from tests.simulation.invariants import Evidence, Found
from tests.simulation.poison import EACH_HANGS, GIVEN_WITHIN, JUDGED


def l3_others_move_on(history: History) -> Found:
    """At the end of the trouble: every healthy lead, seen for some minutes, has its decision, written."""
    one, now = Evidence(history), history.clock.monotonic()
    ill, decided = history.faults.poisoned, one.ledger.last_decisions()
    live = {row["lead_id"] for row in one.ledger.live() if row["kind"] == "lead"}
    in_sight = history.people.in_sight
    beside = {in_sight[each] for each in ill if each in in_sight}
    for lead_id, came in in_sight.items():
        if lead_id in ill or came > now - GIVEN_WITHIN - (EACH_HANGS * len(ill) if came in beside else 0.0):
            continue
        history.met[JUDGED] += 1
        if lead_id not in decided:
            yield f"L3 lead {lead_id} is not decided, beside leads whose update gets no answer"
        elif lead_id in live:
            yield f"L3 lead {lead_id} is not written, beside leads whose update gets no answer"
