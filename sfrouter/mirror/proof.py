"""Asks now and then how far the org's changes can all be seen; nothing else moves a noun's durable floor (F01)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sfrouter.base.clock import Clock
from sfrouter.base.log import logger
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.ask import Org
from sfrouter.salesforce.errors import AnswerRefusedError, OrgUnreachableError

LEADS_EVERY = timedelta(minutes=5)
"""The org's own advice: not more often. A day has 288 such calls."""
OTHERS_EVERY = timedelta(hours=1)
_log = logger("mirror")


@dataclass(frozen=True, slots=True)
class Proof:
    """What the org said before a reading began: all changes before `upto` can be seen. `upto` None: it cannot say,
    so only the overlap protects what comes late."""

    upto: datetime | None


class Proofs:
    """Whose turn it is to be asked."""

    def __init__(self, org: Org, clock: Clock) -> None:
        self._org = org
        self._clock = clock
        self._asked: dict[str, float] = {}
        self._silent: set[str] = set()

    def next(self, object_map: ObjectMap) -> Proof | None:
        """The org's word, asked before the reading it is good for; None when it was asked lately, or gives no
        answer now: then the floor stays where it is."""
        noun = object_map.noun
        every = LEADS_EVERY if noun == "lead" else OTHERS_EVERY
        last, now = self._asked.get(noun), self._clock.monotonic()
        if last is not None and now - last < every.total_seconds():
            return None
        try:
            proof = Proof(self._org.latest_covered(object_map.object_name))
        except OrgUnreachableError:
            return None
        except AnswerRefusedError as refusal:
            if noun not in self._silent:
                _log.warning("no_durable_floor", noun=noun, code=refusal.code)
            self._silent.add(noun)
            proof = Proof(None)
        self._asked[noun] = now
        return proof
