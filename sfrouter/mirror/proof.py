"""Asks now and then how far the org's changes can all be seen; nothing else moves a noun's durable floor (F01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sfrouter.base.clock import Clock
from sfrouter.base.log import logger
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.ask import Org
from sfrouter.salesforce.errors import AnswerRefusedError, OrgUnreachableError

LEADS_EVERY = timedelta(minutes=10)
"""Not more often, as every reading begins eleven minutes back all the same. A day has 144 such calls."""
OTHERS_EVERY = timedelta(hours=1)
WITH_OTHERS = timedelta(minutes=30)
"""Of what is read less often, whatever was not asked for so long is asked in the same call."""
_log = logger("mirror")


@dataclass(frozen=True, slots=True)
class Proof:
    """What the org said before a reading began: all changes before `upto` can be seen. `upto` None: it cannot say,
    so only the overlap protects what comes late."""

    upto: datetime | None


class Proofs:
    """Whose turn it is to be asked. `object_maps` are those read by their stamp."""

    def __init__(self, org: Org, clock: Clock, object_maps: Sequence[ObjectMap]) -> None:
        self._org = org
        self._clock = clock
        self._others = tuple(one for one in object_maps if one.noun != "lead")
        self._asked: dict[str, float] = {}
        self._told: dict[str, Proof] = {}
        self._silent: set[str] = set()

    def next(self, object_map: ObjectMap) -> Proof | None:
        """The org's word, asked before the reading it is good for; None when it was asked lately, or gives no
        answer now: then the floor stays where it is."""
        noun = object_map.noun
        if noun not in self._told and self._is_due(noun, LEADS_EVERY if noun == "lead" else OTHERS_EVERY):
            self._ask(object_map)
        return self._told.pop(noun, None)

    def _is_due(self, noun: str, every: timedelta) -> bool:
        last = self._asked.get(noun)
        return last is None or self._clock.monotonic() - last >= every.total_seconds()

    def _ask(self, object_map: ObjectMap) -> None:
        try:
            if object_map.noun != "lead":
                self._ask_with_others(object_map)
            if object_map.noun not in self._told:
                self._tell(object_map.noun, Proof(self._org.latest_covered(object_map.object_name)))
        except OrgUnreachableError:
            return
        except AnswerRefusedError as refusal:
            if object_map.noun not in self._silent:
                _log.warning("no_durable_floor", noun=object_map.noun, code=refusal.code)
            self._silent.add(object_map.noun)
            self._tell(object_map.noun, Proof(None))

    def _ask_with_others(self, object_map: ObjectMap) -> None:
        """What the org says of the others is good for their next reading, whenever that is."""
        talkative = [one for one in self._others if one.noun not in self._silent]
        due = [one for one in talkative if one.noun == object_map.noun or self._is_due(one.noun, WITH_OTHERS)]
        nouns = {one.object_name: one.noun for one in due}
        for object_name, upto in self._org.all_latest_covered(tuple(nouns)).items():
            self._tell(nouns[object_name], Proof(upto))

    def _tell(self, noun: str, proof: Proof) -> None:
        self._asked[noun] = self._clock.monotonic()
        self._told[noun] = proof
