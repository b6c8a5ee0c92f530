"""When the daemon opens its house once more in the same process: for changed files, and for a damaged mirror."""

import math
from enum import StrEnum
from pathlib import Path

from sfrouter.base.clock import Clock
from sfrouter.base.log import logger
from sfrouter.mirror.store import Mirror

REFILL_AT_MOST_EVERY = 3_600.0
"""A mirror that is damaged twice within so many seconds is not filled a third time: something damages it."""
_log = logger("daemon")


class Again(StrEnum):
    """Why the house is opened anew."""

    NO = ""
    FILES = "the changed files are put in force"
    MIRROR = "the mirror was damaged and is filled again from the org"


class Refills:
    """Throws a damaged mirror away, so that the next opening makes it anew; but not time after time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = -math.inf

    def may(self, mirror: Path) -> bool:
        """Throw it away; False when that was done within the hour."""
        now = self._clock.monotonic()
        if now - self._last < REFILL_AT_MOST_EVERY:
            _log.error("mirror_damaged_again", why="the disk or the machine damages files: look at it")
            return False
        self._last = now
        Mirror.discard(mirror)
        return True
