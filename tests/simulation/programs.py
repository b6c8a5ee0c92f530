"""A program whose user nobody lists takes leads away right after us: it is left alone with them (F36)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from sfrouter.localorg import flow_actions
from sfrouter.localorg.flows import Flow, FlowCall
from sfrouter.localorg.ids import make_id
from sfrouter.localorg.occasion import Occasion
from tests.simulation.files import Row
from tests.simulation.history import History
from tests.simulation.invariants import Evidence, Found

SHARE = 0.04
"""The share of histories with such a program."""
NAME = "a program that nobody lists takes leads later"
JUDGED = "leads that such a program took, judged"
PROGRAM = make_id("005", 990_001)
"""The user in whose name the org's own processes write: no query of users names it."""
LASTS = 200.0


def appoint_program(history: History) -> None:
    """By dice of its own; a few leads come in the midst of it."""
    chance = random.Random(f"{history.seed}/program")
    if chance.random() >= SHARE:
        return
    since = chance.uniform(0.05, 0.7) * history.trouble_ends

    def begin() -> None:
        if history.faults.over:
            return
        over = program(history, chance)
        history.people.arrive(2)
        history.endings.append(over)
        history.clock.at(history.clock.monotonic() + LASTS, over)

    history.clock.at(since, begin)


def program(history: History, chance: random.Random) -> Callable[[], None]:
    """From now on it gives what we gave to somebody else, or back to the intake. Ends when called."""
    org = history.org
    ours = frozenset({org.id_of("@router")})
    occasion = Occasion(object_name="Lead", creating=False, changed=frozenset({"OwnerId"}), only_for=ours)
    take = flow_actions.rotate((org.id_of(chance.choice(("@jane", "@inbound"))),))

    def run(call: FlowCall) -> None:
        history.contested.add(str(call.row["Id"]))
        history.met[NAME] += 1
        take(call)

    seconds = chance.choice((1, 20))
    org.flows.add(Flow(name=NAME, occasion=occasion, run=run, after_seconds=seconds, run_as=PROGRAM))
    history.note(NAME)

    def over() -> None:
        if NAME in org.flows.names():
            org.flows.remove(NAME)

    return over


def by_people(one: Evidence, lead_id: str) -> bool:
    """Did a person work on the lead? Then it is nobody's fight any more."""
    return lead_id in one.history.people.touched | one.history.people.returned


def _heard(one: Evidence, taken: Row) -> bool:
    """Did the router hear that its write was done which this took back? Else it cannot tell, and tries again."""
    mine = [row for (lead_id, _), row in one.lead_writes.items() if lead_id == taken["LeadId"]]
    before = [row for row in mine if datetime.fromisoformat(f"{row['recorded_at']}+00:00") <= taken["CreatedDate"]]
    newest = max(before, key=lambda row: int(row["decision_number"]), default=None)
    return newest is None or newest["state"] == "done"


def f36_left_alone(one: Evidence) -> Found:
    """Whom it gave a lead to right after us keeps it, until somebody else changes the lead."""
    for lead_id, changes in one.owner_changes.items():
        taken: Row | None = None
        for row in changes:
            if taken is not None and row["CreatedById"] == one.router and not by_people(one, lead_id):
                yield f"F36 lead {lead_id} was taken back from {row['OldValue']}, whom a program had given it to"
            taken = row if row["CreatedById"] == PROGRAM and _heard(one, row) else None
            one.history.met[JUDGED] += taken is not None


OF_PROGRAMS: tuple[Callable[[Evidence], Found], ...] = (f36_left_alone,)
