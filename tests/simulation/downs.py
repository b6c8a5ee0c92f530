"""Deaths after which nobody starts the process for long, some while the org still works on its last call."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import requests
import urllib3.exceptions

from sfrouter.localorg.visibility import DELAY_HEADER
from tests.simulation.faults import WRITES, Scene, Standing, Trouble

if TYPE_CHECKING:
    from sfrouter.localorg.exchange import Response
    from tests.simulation.history import History
    from tests.simulation.transport import Call, Proceed

LONG_DOWN = 0.1
"""The part of deaths after which nobody starts the process for up to twenty minutes."""
SHORTEST, LONGEST = 301.0, 1200.0
LAST_WORDS = 0.07
"""The share of histories in which it dies with a write on its way, which the org commits minutes later."""
NAME = "a death with nobody there for more than five minutes"
DIES = "it dies with a write on its way, committed minutes later"
BEFORE, AFTER = "a start before such a write can be seen", "a start after such a write came into sight"
_COMMITS_AFTER = (200.0, 600.0)
"""Seconds: the org's longest transaction lasts ten minutes."""
_DOWN_FOR = (SHORTEST, 800.0)
_LIVES_ON = (20.0, 80.0)
"""Seconds of the trouble that the process meets when somebody started it again."""


def down(history: History) -> None:
    """The time in which nobody starts the process that died. The end of the trouble waits for it."""
    clock, died = history.clock, history.clock.monotonic()
    seconds = max(history.chance.choice((0.5, 3.0, 20.0)), _long(history))
    if seconds < SHORTEST:
        clock.advance(seconds)
        return
    commits, history.commits_at = history.commits_at, 0.0
    chance = random.Random(f"{history.seed}/down/{history.starts}/then")
    history.put_off_end(max(died + seconds, commits) + chance.uniform(*_LIVES_ON))
    clock.advance(seconds)
    history.met[NAME] += clock.monotonic() - died > 300.0
    if commits:
        history.met[BEFORE if clock.monotonic() < commits else AFTER] += 1


def _long(history: History) -> float:
    """Seconds until somebody starts the process again, where nobody does at once; 0: somebody does."""
    chance = random.Random(f"{history.seed}/down/{history.starts}")  # of its own: no other story becomes another
    if history.commits_at:
        return chance.uniform(*_DOWN_FOR)
    if history.faults.over or chance.random() >= LONG_DOWN:
        return 0.0
    return chance.uniform(SHORTEST, LONGEST)


def appoint_last_words(history: History) -> None:
    """In some histories the process dies with a write on its way; the org carries it out while nobody is there."""
    chance = random.Random(f"{history.seed}/last words")
    if chance.random() < LAST_WORDS:
        last_words(history, chance.choice(WRITES), chance)


def last_words(history: History, kind: str, chance: random.Random) -> None:
    """Let the first write of this kind be the last call of its process, once the trouble has begun."""
    faults = history.faults

    def deed(scene: Scene, call: Call, _proceed: Proceed) -> Response:
        faults.standing.remove(standing)
        seconds = chance.uniform(*_COMMITS_AFTER)
        headers = {**call.request.headers, DELAY_HEADER: str(seconds)}
        scene.org.handle(replace(call.request, headers=headers))
        history.commits_at = scene.clock.monotonic() + seconds
        history.points.due = True
        raise requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted."))

    standing = Standing(Trouble(DIES, ("F01", "F31"), (kind,), deed), lambda call: faults.on and call.kind == kind)
    faults.standing.append(standing)
