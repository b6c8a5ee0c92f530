"""The day's calls are used up for minutes: the router asks once in a quarter of an hour, then goes on (I13)."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

from tests.simulation.effort import by_life
from tests.simulation.faults import PROBE, USED_UP, Standing, Trouble
from tests.simulation.history import RARELY, History
from tests.simulation.invariants import Evidence, Found
from tests.simulation.transport import Call, Exchange
from tests.simulation.troubles import daily_limit
from tests.simulation.world import POLL

SHARE = 0.03
"""The share of histories in which it comes, and the end of all trouble waits for its own."""
LASTS = (200.0, 500.0, 1000.0, 2000.0)
AFTER_IT = 20.0
"""Seconds of other trouble when it is over."""
GOES_ON_WITHIN = 10 * POLL + 60.0
"""Seconds from the end of the quarter of an hour until it asks again: the org said that its day is nearly used up,
so that the router polls ten times as rarely."""
JUDGED = "probes of a day that is used up, judged"


def counts(call: Call) -> bool:
    """Does the org count it? Sign-ins and the list of its versions are free."""
    return call.kind != "token" and call.request.path.rstrip("/") != "/services/data"


def used_up(history: History) -> Callable[[], None]:
    """From now on the org answers no call that it counts. Ends when called."""
    standing = Standing(Trouble(USED_UP, ("F24",), (), daily_limit), counts)
    history.faults.standing.insert(0, standing)
    history.note(USED_UP)

    def over() -> None:
        if standing in history.faults.standing:
            history.faults.standing.remove(standing)
            history.note(f"over: {USED_UP}")

    return over


def appoint_days_limit(history: History) -> None:
    """By dice of its own; a few leads come in the midst of it."""
    chance = random.Random(f"{history.seed}/day's limit")
    if chance.random() < SHARE:
        days_limit(history, chance.uniform(0.1, 0.8) * history.trouble_ends, chance.choice(LASTS))


def days_limit(history: History, since: float, seconds: float) -> None:
    """Let the day's calls be used up for so long. The end of all trouble waits for it."""
    clock = history.clock
    history.put_off_end(since + seconds + AFTER_IT)

    def begin() -> None:
        over = used_up(history)
        history.endings.append(over)
        clock.at(clock.monotonic() + seconds, over)

    clock.at(since, begin)
    clock.at(since + 0.5 * seconds, lambda: history.people.arrive(2))


def i13_probes_are_slow(one: Evidence) -> Found:
    """Once in a quarter of an hour by each process, and no later than its next poll and a minute after it."""
    history = one.history
    lives = [[each for each in life if counts(each.call)] for life in by_life(one)]
    for life in lives:
        for earlier, later in pairwise(life):
            if earlier.mark != "used up":
                continue
            history.met[JUDGED] += 1
            waited = later.left - earlier.over
            if waited < PROBE - 1e-3:
                yield f"I13 call {later.number} left {waited:.0f} s after the day's calls were used up"
            elif waited > _latest(history, earlier):
                yield f"I13 call {later.number} came only {waited:.0f} s after the day's calls were used up"
    last = lives[-1][-1] if lives and lives[-1] else None
    rest = history.clock.monotonic() - last.over if last else 0.0
    if last and last.mark == "used up" and rest > _latest(history, last):
        yield f"I13 nothing was asked for {rest:.0f} s after the day's calls were used up"


def _latest(history: History, answer: Exchange) -> float:
    """Seconds until it must have asked again; longer where polls are rare."""
    rare = answer.over + PROBE + GOES_ON_WITHIN > history.rarely_from
    return PROBE + GOES_ON_WITHIN + (RARELY[POLL] if rare else 0.0)


OF_THE_DAYS_LIMIT: tuple[Callable[[Evidence], Found], ...] = (i13_probes_are_slow,)
