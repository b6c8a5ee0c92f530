"""Rows that sharing hides across two sweeps, and then shows again: nothing may be read as gone for it.

Such a history lasts for an hour or so. A comparison of ids that would take away most of many records changes
nothing, few that vanish leave the mirror and come back, and none is erased.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.simulation.files import read_mirror
from tests.simulation.paces import IN_THE_MIDST
from tests.simulation.world import POLL
from tests.simulation.world_troubles import hide_rows

if TYPE_CHECKING:
    from tests.simulation.history import History

LONG = 0.02
"""The share of bounded histories that last so long."""
ROWS_HIDDEN = "sharing hides rows"
HIDDEN_LONG = "rows hidden across two sweeps, and seen again"
MANY = 20
"""Of so many the router believes no comparison that takes away more than half."""
_SWEEPS = (600, 900, 1500)
"""Seconds between two sweeps."""
_POLL_SLOWLY = 420.0
_AT_ITS_PACE = 400.0
"""Seconds before its end at which it polls as often again as all others do."""
_FAULTS = 0.05


def appoint_hidden_long(history: History) -> bool:
    """By dice of its own. True where this history is one of them."""
    chance = random.Random(f"{history.seed}/hidden long")
    if history.mode != "bounded" or chance.random() >= LONG:
        return False
    if chance.random() < 0.5:
        history.clock.at(chance.uniform(1.0, 40.0), lambda: history.people.come_beside(HIDDEN_LONG, MANY + 5))
    hidden_long(history, chance.choice(("Account", "Lead")), chance.choice(_SWEEPS), chance)
    return True


def hidden_long(history: History, name: str, sweep: int, chance: random.Random) -> None:
    """Hide this object's rows soon after the start, until two sweeps are over; another one ends the trouble.

    Fewer calls are struck than in others, none once the rows are seen again, and the process lives all the time:
    it is sweeps that this is about.
    """
    clock, people = history.clock, history.people
    history.faults.rate, history.points.rate = min(history.faults.rate, _FAULTS), 0.0
    history.sweep_every = sweep
    since = chance.uniform(100.0, 0.4 * sweep)
    until = 2.0 * sweep + chance.uniform(0.1, 0.4) * sweep
    end = history.trouble_ends = until + sweep + chance.uniform(60.0, 300.0)
    history.short = False
    for _ in range(chance.randint(3, 8)):
        clock.at(chance.uniform(0.0, end), lambda: people.come_beside(HIDDEN_LONG, 1))
    for _ in range(chance.randint(2, 8)):
        clock.at(chance.uniform(10.0, end), people.do_something)
    clock.at(end - _AT_ITS_PACE, lambda: setattr(history, "intervals", {}))
    clock.at(since, lambda: _hides(history, name, until))


def _hides(history: History, name: str, until: float) -> None:
    history.note(f"{ROWS_HIDDEN}: {name}")
    history.intervals = {POLL: _POLL_SLOWLY}
    shown, before = hide_rows(history, name, history.lasts(ROWS_HIDDEN)), known(history, name)
    sweeps = history.met[IN_THE_MIDST]

    def over() -> None:
        history.violations += list(read_as_gone(history, name, before))
        history.met[HIDDEN_LONG] += history.met[IN_THE_MIDST] - sweeps >= 2
        history.note(f"{name}s can be seen again")
        history.faults.rate = 0.0
        history.endings.remove(shown)
        shown()

    history.endings.append(shown)
    history.clock.at(until, over)


def known(history: History, name: str) -> set[str]:
    """The living leads or accounts of the mirror."""
    mirror = read_mirror(history.data)
    rows = mirror.leads if name == "Lead" else mirror.accounts
    return {row_id for row_id, row in rows.items() if not row["deleted"]}


def read_as_gone(history: History, name: str, before: set[str]) -> Iterator[str]:
    """Of many records that were known when they were hidden each that still lives is known still."""
    alive = {str(row["Id"]) for row in history.org.store.rows(name)}
    lost = before & alive - known(history, name)
    if len(before) > MANY and lost:
        yield f"X10 {len(lost)} of {len(before)} records of {name} were read as gone while sharing hid them"
