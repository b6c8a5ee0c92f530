"""How often a history refreshes and sweeps: in some so often that it does both in the midst of its trouble."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.history import History

OFTEN = 0.12
"""The share of histories that do one of both, or both, every minute."""
A_MINUTE = 60
OFTENER = "refreshes or sweeps every minute"
IN_THE_MIDST = "sweeps in the midst of the trouble"
_PACES = ((A_MINUTE, 0), (0, A_MINUTE), (A_MINUTE, A_MINUTE))
"""Seconds between refreshes, and between sweeps; 0: as in all other histories."""
_LONG_ENOUGH = (150.0, 210.0)
"""Seconds of trouble in which it sweeps twice, if nothing keeps it from doing so."""


def appoint_paces(history: History) -> None:
    """By dice of its own, so that a history without it is the same as ever."""
    chance = random.Random(f"{history.seed}/paces")
    if chance.random() < OFTEN:
        history.refresh_every, history.sweep_every = chance.choice(_PACES)
        history.met[OFTENER] += 1
    if history.sweep_every:
        history.put_off_end(chance.uniform(*_LONG_ENOUGH))


def otherwise(history: History) -> dict[str, int]:
    """The settings of this history that are not those of all."""
    paces = {"mirror_seconds": history.refresh_every, "sweep_seconds": history.sweep_every}
    return {"bulk_from_rows": history.bulk_from} | {name: every for name, every in paces.items() if every}


def swept(history: History) -> None:
    """The daemon has compared all ids."""
    if not history.faults.over:
        history.met[IN_THE_MIDST] += 1
