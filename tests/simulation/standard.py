"""The standard scenario: always the same minutes, so that one fault can be tried at each of their points."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tests.simulation.clock import SimulatedClock
from tests.simulation.crash import CrashPoints
from tests.simulation.faults import Faults, Scene, Trouble
from tests.simulation.history import History
from tests.simulation.people import People
from tests.simulation.script import calm
from tests.simulation.transport import Call, Wire
from tests.simulation.troubles import TROUBLES
from tests.simulation.world import START, open_org, standard_leads

TROUBLE_ENDS = 65.0
"""Seconds: the first load, the poll that sees the leads, what it writes, and one more poll."""
PAGE = 10
"""Rows of a page, so that there are next pages to ask for."""
BY_NAME = {one.name: one for one in TROUBLES}


@dataclass
class Planned(Faults):
    """Strikes the calls of a plan, by their number: with the trouble of that name.

    A name that does not fit the call (it came otherwise than in the undisturbed run) strikes nothing.
    """

    plan: Mapping[int, str] = field(default_factory=dict)

    def _chosen(self, call: Call) -> Trouble | None:
        trouble = BY_NAME.get(self.plan.get(call.number, ""))
        return trouble if trouble and call.kind in trouble.kinds else None


def standard(
    plan: Mapping[int, str] | None = None, dies_at: frozenset[int] = frozenset(), start: datetime = START
) -> History:
    """The scenario before its first second: what goes wrong at which call, and where the process dies."""
    mark = f"{sorted((plan or {}).items())}/{sorted(dies_at)}"
    clock = SimulatedClock(start)
    org = open_org(clock.org, random.Random("secrets"))
    people = People(org, clock, random.Random(f"people/{mark}"), lambda what: made.note(what),
                    lambda what: made.met.update([what]))  # fmt: skip
    scene = Scene(org, clock, random.Random(f"faults/{mark}"), people.do, lambda what: made.note(what))
    faults = Planned(scene, TROUBLES, 0.0, plan=plan or {})
    points = CrashPoints(random.Random("crashes"), only=dies_at)
    wire = Wire(org, clock, points, faults, lambda: 0.1)
    made = History(
        0, "bounded", random.Random(f"chance/{mark}"), clock, org, people, faults, points, wire, TROUBLE_ENDS
    )
    made.page, made.start = PAGE, start
    leads = standard_leads()
    clock.at(5.0, lambda: people.welcome(leads[:-2]))
    clock.at(35.0, lambda: people.welcome(leads[-2:]))
    made.after_trouble(0, lambda: calm(made))
    return made
