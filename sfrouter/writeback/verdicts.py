"""What an answer of the org makes of a write: done, refused, held back, given up, or to be read back."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sfrouter.base.log import redact_text
from sfrouter.ledger.settlement import Settlement
from sfrouter.ledger.silence import SILENT
from sfrouter.model.ids import is_queue, is_user
from sfrouter.model.write import Write, WriteKind, WriteState
from sfrouter.salesforce.faults import WRITE_VERDICTS, Verdict
from sfrouter.salesforce.rows import RowAnswer, RowOutcome
from sfrouter.writeback.settings import SendSettings

LONGEST_SENTENCE = 500
CAUSE, TRIES, DOUBT = "cause", "tries", "doubt"
"""What a write remembers, besides SILENT: why it is unknown, tries that count, an earlier doubt."""
CHANGED = "changed"
ACCOUNT_GONE = "the account to link, or the lead, was deleted a moment ago"
QUEUE_GONE = "the chosen queue can own no lead in the org"
_OF_NO_QUEUE = frozenset({"INVALID_OPERATION", "INVALID_CROSS_REFERENCE_KEY"})
"""What the org says of an owner that is a queue without leads among its objects, or that was deleted."""
LEAD_GONE = "the lead was deleted, or merged into another, before it was written"
NOT_THERE = "NOT_FOUND"
"""Removed for good, or hidden from us: the org says no more of a record that is written by its id."""
_DELETED = "ENTITY_IS_DELETED"

STOPPING = frozenset({Verdict.STOP, Verdict.REAUTH, Verdict.WAIT_DAILY, Verdict.WAIT_SHORT})
SPLITTING = frozenset({Verdict.HALVE, Verdict.SPLIT})
NO_RIGHT = frozenset({Verdict.NO_ACCESS, Verdict.REDESCRIBE})
_HELD = NO_RIGHT | {Verdict.ENTITY_LOCKED, Verdict.CHANGED}
MENDED_BY_A_PERSON = frozenset(code for code, verdict in WRITE_VERDICTS.items() if verdict in _HELD) | {
    NOT_THERE, Verdict.CHANGED.value,
}  # fmt: skip
"""Codes of a missing right, a hidden lead, or an approval's lock: after a mend nobody need wait for the hour.
Of a hidden lead the org may also say that it was changed; a write whose lead can be seen never waits for that."""
_OVER = frozenset({Verdict.CONVERTED, Verdict.GONE})
_NO = frozenset({Verdict.REFUSED, Verdict.DUPLICATE})
_COUNTED = frozenset({Verdict.LOCKED, Verdict.RETRY})


@dataclass(frozen=True, slots=True)
class Answers:
    """Judges answers one by one. `owner_field` is the lead's or Task's owner in the org's words.

    `link` is the lead's account link, "" when the org has none.
    """

    settings: SendSettings
    chance: random.Random
    link: str = ""

    def settle(
        self, write: Write, answer: RowAnswer, now: datetime, owner_field: str, *, alone: bool
    ) -> Settlement:
        """The write's next state. `alone`: it was the only row of the call."""
        if answer.outcome is RowOutcome.DONE:
            return Settlement(key=write.key, state=WriteState.DONE, record_id=answer.record_id)
        if answer.outcome is RowOutcome.UNKNOWN or answer.verdict in (None, Verdict.UNKNOWN):
            return self.silent(write, answer)
        if answer.verdict is Verdict.CHANGED and write.kind is WriteKind.LEAD:
            return _ended(write, answer, WriteState.UNKNOWN, extra={CAUSE: CHANGED})
        if answer.verdict is Verdict.OWNER_INACTIVE:
            return self._owner_left(write, answer, now, owner_field)
        if answer.verdict is Verdict.GONE and write.kind is WriteKind.REMOVAL:
            return _ended(write, answer, WriteState.DONE)
        if answer.code == _DELETED and write.kind is WriteKind.LEAD and write.values.get(self.link):
            return self._account_gone(write, answer)
        of_a_lead = write.kind in (WriteKind.LEAD, WriteKind.TASK)
        if answer.code == _DELETED and of_a_lead:
            return Settlement(key=write.key, state=WriteState.SUPERSEDED, code=answer.code, text=LEAD_GONE)
        if answer.verdict in _OVER and not (answer.code == NOT_THERE and of_a_lead):
            return _ended(write, answer, WriteState.DEAD)
        if write.kind is WriteKind.ACCOUNT and answer.verdict is Verdict.DUPLICATE and len(answer.matches) == 1:
            return _already_there(write, answer)
        if answer.code in _OF_NO_QUEUE and write.kind is WriteKind.LEAD and _to_queue(write, owner_field):
            return Settlement(
                key=write.key, state=WriteState.SUPERSEDED, code=answer.code, text=sentence(answer),
                decide_anew=QUEUE_GONE,
            )  # fmt: skip
        if answer.verdict in _NO:
            return _ended(write, answer, WriteState.REFUSED)
        return self._once_more(write, answer, now, alone=alone)

    def silent(self, write: Write, answer: RowAnswer) -> Settlement:
        """Nobody knows whether it was carried out: to be read back."""
        extra = {CAUSE: "", SILENT: str(count(write, SILENT) + 1)}
        return _ended(write, answer, WriteState.UNKNOWN, extra=extra)

    def backoff(self, now: datetime, tries: int) -> datetime:
        """When to try again: the longer the oftener it failed, by chance, so that many do not come at once."""
        ceiling = min(self.settings.longest_backoff, self.settings.shortest_backoff * 2 ** min(tries, 30))
        return now + timedelta(seconds=self.chance.uniform(self.settings.shortest_backoff, ceiling))

    def after_silence(self, since: datetime, silences: int) -> datetime:
        """When to try again what went unanswered: two seconds, eight, half a minute, and so on up to an hour.

        It costs everybody the wait for an answer, and may never get one.
        """
        ceiling = min(self.settings.park_seconds, self.settings.shortest_backoff * 4.0 ** min(silences, 30))
        return since + timedelta(seconds=self.chance.uniform(ceiling / 2, ceiling))

    def _owner_left(self, write: Write, answer: RowAnswer, now: datetime, owner_field: str) -> Settlement:
        person = write.values.get(owner_field)
        if not isinstance(person, str) or not is_user(person):
            return _ended(write, answer, WriteState.REFUSED)
        lead = write.kind is WriteKind.LEAD
        return Settlement(
            key=write.key,
            state=WriteState.SUPERSEDED if lead else WriteState.REFUSED,
            code=answer.code,
            text=sentence(answer),
            decide_anew="the chosen owner can own no lead in the org" if lead else "",
            suspend_person=person,
            suspend_until=now + timedelta(seconds=self.settings.suspend_seconds),
        )

    def _account_gone(self, write: Write, answer: RowAnswer) -> Settlement:
        """The org does not say which of the two is deleted; the next look at both does."""
        return Settlement(
            key=write.key, state=WriteState.SUPERSEDED, code=answer.code, text=sentence(answer),
            decide_anew=ACCOUNT_GONE,
        )  # fmt: skip

    def _once_more(self, write: Write, answer: RowAnswer, now: datetime, *, alone: bool) -> Settlement:
        verdict = answer.verdict
        if verdict in STOPPING or (verdict in SPLITTING and not alone):
            return _ended(write, answer, WriteState.PENDING)
        if verdict in SPLITTING or verdict in _COUNTED:
            tries = count(write, TRIES) + 1
            if verdict in SPLITTING and tries >= self.settings.most_lone_tries:
                return _ended(write, answer, WriteState.REFUSED)
            quick = tries < self.settings.most_lock_tries
            again = self.backoff(now, tries) if quick else now + timedelta(seconds=self.settings.park_seconds)
            return _ended(write, answer, WriteState.PENDING, again, {TRIES: str(tries)})
        later = now + timedelta(seconds=self.settings.park_seconds)
        return _ended(write, answer, WriteState.PENDING, later)


def _to_queue(write: Write, owner_field: str) -> bool:
    owner = write.values.get(owner_field)
    return isinstance(owner, str) and is_queue(owner)


def count(write: Write, name: str) -> int:
    """A number the write remembers, 0 when it has none."""
    return int(write.extra.get(name) or 0)


def sentence(answer: RowAnswer) -> str:
    """The org's own words, without what is personal."""
    return redact_text(answer.message)[:LONGEST_SENTENCE]


def _already_there(write: Write, answer: RowAnswer) -> Settlement:
    """The org's own rule names the one account that it has already: that one is used, and none is made (F42).

    Which of several is meant is for a person to say: then it is a refusal like any other.
    """
    return replace(_ended(write, answer, WriteState.DONE), record_id=answer.matches[0])


def _ended(
    write: Write,
    answer: RowAnswer,
    state: WriteState,
    not_before: datetime | None = None,
    extra: dict[str, str] | None = None,
) -> Settlement:
    code = answer.code or (str(answer.verdict) if answer.verdict else "")
    return Settlement(
        key=write.key, state=state, code=code, text=sentence(answer), not_before=not_before, extra=extra or {}
    )
