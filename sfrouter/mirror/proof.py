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
ASK_AGAIN_SECONDS = 60.0
"""When there was no answer; the longer there is none, the longer it is waited."""
LONGEST_SILENCE = timedelta(hours=2)
"""Of readings without a word of how far they can be relied on. The next then goes by the overlap alone: each would
read again all that changed since the last word."""
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
        self._again: dict[str, float] = {}  # when to ask anew for what got no answer
        self._unheard: dict[str, datetime | None] = {}  # the floor when the org first gave no answer
        self._given_up: set[str] = set()

    def next(self, object_map: ObjectMap, floor: datetime | None) -> Proof | None:
        """The org's word, asked before the reading it is good for; None when it was asked lately, or gives no
        answer now: then the durable floor stays where it is. `floor` is the last finished reading's."""
        noun = object_map.noun
        every = LEADS_EVERY if noun == "lead" else OTHERS_EVERY
        if noun not in self._told and self._is_due(noun, every):
            try:
                self._ask(object_map)
            except OrgUnreachableError:
                self._note_silence(noun, floor, every)
        return self._told.pop(noun, None)

    def _is_due(self, noun: str, every: timedelta) -> bool:
        if noun in self._again:
            return self._clock.monotonic() >= self._again[noun]
        last = self._asked.get(noun)
        return last is None or self._clock.monotonic() - last >= every.total_seconds()

    def _note_silence(self, noun: str, floor: datetime | None, every: timedelta) -> None:
        """Only readings that came to their end move the floor: while the org answers nothing at all, none does."""
        first = self._unheard.get(noun) or floor
        self._unheard[noun] = first
        silence = floor - first if floor is not None and first is not None else timedelta()
        if silence < LONGEST_SILENCE:
            wait = max(ASK_AGAIN_SECONDS, min(silence, every).total_seconds())
            self._again[noun] = self._clock.monotonic() + wait
            return
        if noun not in self._given_up:
            _log.warning("no_durable_floor", noun=noun, code="NO_ANSWER")
        self._given_up.add(noun)
        self._tell(noun, Proof(None))

    def _ask(self, object_map: ObjectMap) -> None:
        try:
            if object_map.noun != "lead":
                self._ask_with_others(object_map)
            if object_map.noun not in self._told:
                self._heard(object_map.noun, self._org.latest_covered(object_map.object_name))
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
            self._heard(nouns[object_name], upto)

    def _heard(self, noun: str, upto: datetime) -> None:
        self._unheard.pop(noun, None)
        self._given_up.discard(noun)
        self._tell(noun, Proof(upto))

    def _tell(self, noun: str, proof: Proof) -> None:
        self._again.pop(noun, None)
        self._asked[noun] = self._clock.monotonic()
        self._told[noun] = proof
