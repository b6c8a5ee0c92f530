"""Histories of days: what only shows after sweeps, limits of a day, hourly tries and many restarts in one org."""

from __future__ import annotations

from tests.simulation.history import History, Mode
from tests.simulation.script import appoint_trouble, built, calm, trouble_begins
from tests.simulation.world_troubles import WORLD_TROUBLES

FAULT_RATE, CRASH_RATE = 0.05, 0.0003
"""Chances per call (three times that for writes) and per point at which the process may die."""
LEADS_AN_HOUR, DEEDS_AN_HOUR = 20.0, 4.0
"""Leads that come, and deeds of people to some lead."""
MERGES_A_DAY, LEAVERS_A_DAY, TROUBLES_A_DAY = 2.0, 4.0, 2.0
"""Accounts merged, times that one person leaves, and each trouble of the world."""
HOUR, DAY = 3600.0, 86_400.0


def long_history(seed: int, mode: Mode, hours: float) -> History:
    """A history of so many hours before its first second; leads come and everything goes wrong all the time."""
    made = built(seed, mode, fault_rate=FAULT_RATE, crash_rate=CRASH_RATE)
    made.trouble_ends, made.short = hours * HOUR, False
    made.bulk_from = 0
    made.clock.at(5.0, lambda: trouble_begins(made))
    _leads_come(made)
    _people_work(made)
    _world_goes_on(made)
    if mode == "bounded":
        made.after_trouble(0, lambda: calm(made))
    return made


def _leads_come(made: History) -> None:
    chance, people = made.chance, made.people
    for _ in range(round(made.trouble_ends / HOUR * LEADS_AN_HOUR)):
        delay = chance.choice((0.0, 0.0, 0.0, 0.0, 2.0, 30.0, 300.0))
        made.clock.at(chance.uniform(0, made.trouble_ends), lambda delay=delay: people.arrive(1, delay))  # type: ignore[misc]


def _people_work(made: History) -> None:
    chance, people, days = made.chance, made.people, made.trouble_ends / DAY
    for a_day, deed in (
        (24 * DEEDS_AN_HOUR, people.do_something),
        (MERGES_A_DAY, people.merge_accounts),
        (LEAVERS_A_DAY, lambda: people.leaves("bob")),
    ):
        for _ in range(max(1, round(days * a_day))):
            made.clock.at(chance.uniform(10, made.trouble_ends), deed)


def _world_goes_on(made: History) -> None:
    """Each trouble of the world at least once."""
    chance, ends = made.chance, made.trouble_ends
    for trouble in WORLD_TROUBLES:
        for _ in range(max(1, round(ends / DAY * TROUBLES_A_DAY))):
            appoint_trouble(made, trouble, chance.uniform(0.05, 0.95) * ends, chance.choice((40, 200, 600)))
