"""Sends what is due: accounts, leads, removals, Tasks of confirmed leads; each answer is kept before the next."""

import random
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sfrouter.base.clock import Clock
from sfrouter.base.log import logger, redact_text
from sfrouter.config.mapping import FieldMapping
from sfrouter.ledger.errors import IllegalMoveError
from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.settlement import Settlement
from sfrouter.ledger.silence import MOST_SILENT, SILENT
from sfrouter.model.write import Write, WriteKind
from sfrouter.salesforce.errors import GatewayError
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.rows import RowAnswer, RowChange, RowOutcome
from sfrouter.writeback.names import AccountNames, LeadNames, TaskNames, makes_accounts
from sfrouter.writeback.org import Org
from sfrouter.writeback.outbox import DueWrites
from sfrouter.writeback.readback import ReadBack
from sfrouter.writeback.removal import AccountLook
from sfrouter.writeback.report import SendReport, Tally
from sfrouter.writeback.settings import SendSettings
from sfrouter.writeback.vanished import Vanished, stands
from sfrouter.writeback.verdicts import NO_RIGHT, SPLITTING, STOPPING, Answers, count, sentence

log = logger("writeback")
MOST_SILENT_CALLS = 2  # one may be a row's own fault, so that the others still get their turn
_NO_ANSWER = RowAnswer(outcome=RowOutcome.UNKNOWN, verdict=Verdict.UNKNOWN, code="", message="no answer")


class Sender:
    """Empties the outbox, one call after the other. One round at a time, whichever thread asks."""

    def __init__(
        self,
        org: Org,
        ledger: Ledger,
        mapping: FieldMapping,
        clock: Clock,
        settings: SendSettings = SendSettings(),
        *,
        seed: int = 0,
    ) -> None:
        """Raises NotMappedError when the mapping lacks a field that is written."""
        self._org = org
        self._ledger = ledger
        self._clock = clock
        self._settings = settings
        self._leads, self._tasks = LeadNames.of(mapping), TaskNames.of(mapping)
        accounts = AccountNames.of(mapping) if makes_accounts(mapping) else None
        self._owners = {
            WriteKind.LEAD: self._leads.owner, WriteKind.TASK: self._tasks.owner,
            WriteKind.ACCOUNT: accounts.owner if accounts else "", WriteKind.REMOVAL: "",
        }  # fmt: skip
        chance = random.Random(seed)  # noqa: S311 - jitter, not a secret
        self._answers = Answers(settings, chance, self._leads.link)
        look = AccountLook(org, self._leads, accounts) if accounts else None
        self._due = DueWrites(org, ledger, self._leads, settings, look)
        self._vanished = Vanished.of(org, self._leads, settings, mapping)
        self._read_back = ReadBack(
            org, ledger, self._leads, self._tasks, settings, self._answers, self._vanished, accounts, look
        )
        self._turn = threading.Lock()

    def recover(self) -> int:
        """At start, after the first word with the org: what was being sent at the last end is unknown now."""
        return self._ledger.unknown_at_start(self._org.server_now())

    def send_due(self, keep_going: Callable[[], bool] = lambda: True) -> SendReport:
        """One round: clear up what is unknown, send lead writes, then Tasks. Asks `keep_going` before each call.

        Trouble with the org ends the round and is told in the report. Raises StoreUnusableError when the
        ledger cannot keep what happened.
        """
        if not self._turn.acquire(blocking=False):
            return SendReport(stopped="a round of sending is under way")
        try:
            return self._round(keep_going)
        finally:
            self._turn.release()

    def _round(self, keep_going: Callable[[], bool]) -> SendReport:
        tally = Tally()
        pause = self._ledger.sending_pause(self._org.server_now())
        if pause is not None:
            tally.stopped = pause.why
            return tally.report()
        if self._ledger.next_ripe() is None:
            return tally.report()  # most rounds of a day find nothing on its way: one look instead of twelve
        try:
            for kind in (WriteKind.ACCOUNT, WriteKind.LEAD, WriteKind.REMOVAL, WriteKind.TASK):
                self._clear_up(kind, tally)
                self._send_kind(kind, tally, keep_going)
                self._clear_up(kind, tally)
                if tally.stopped:
                    break
        except GatewayError as trouble:
            tally.stopped = tally.stopped or redact_text(trouble.what)
        return tally.report()

    def _clear_up(self, kind: WriteKind, tally: Tally) -> None:
        if tally.stopped:
            return
        tally.add(kind, self._read_back.clear_up(kind))

    def _send_kind(self, kind: WriteKind, tally: Tally, keep_going: Callable[[], bool]) -> None:
        tally.silent_calls = 0
        while not tally.stopped and keep_going():
            batch = self._due.take(kind)
            tally.add(kind, batch.overtaken)
            if not batch.writes and not batch.overtaken:
                return
            if batch.writes and not self._send_halving(kind, batch.writes, tally, keep_going):
                return

    def _send_halving(
        self, kind: WriteKind, writes: Sequence[Write], tally: Tally, keep_going: Callable[[], bool]
    ) -> bool:
        """Send a batch; what the org's automation could not take goes again in halves. False: send no more."""
        waiting = [tuple(writes)]
        while waiting and keep_going():
            part = waiting.pop()
            try:
                answers = self._send(kind, part, tally)
            except IllegalMoveError:
                continue  # a newer decision ended one of them a moment ago; the rest are still due
            silent = all(answer.outcome is RowOutcome.UNKNOWN for answer in answers)
            tally.silent_calls = tally.silent_calls + 1 if silent else 0
            if tally.stopped or tally.silent_calls >= MOST_SILENT_CALLS:
                return False
            if silent and count(part[0], SILENT) >= MOST_SILENT:
                return False  # it was the last one's turn, all others had theirs: who comes now waits for one call
            again = [
                write for write, answer in zip(part, answers, strict=True)
                if answer.verdict in SPLITTING and len(part) > 1
            ]  # fmt: skip
            middle = len(again) // 2
            waiting += [tuple(half) for half in (again[middle:], again[:middle]) if half]
        return True

    def _send(self, kind: WriteKind, part: Sequence[Write], tally: Tally) -> list[RowAnswer]:
        """One call: marked on disk before it, settled on disk after it."""
        sending = self._ledger.mark_sending([write.key for write in part], self._org.server_now())
        tally.calls += 1
        try:
            answers = self._call(kind, sending)
        except GatewayError as trouble:
            tally.stopped = redact_text(trouble.what)
            answers = []
        except Exception:
            self._settle(kind, sending, [_NO_ANSWER] * len(sending), tally)
            raise
        if len(answers) != len(sending):
            answers = [_NO_ANSWER] * len(sending)
        self._settle(kind, sending, answers, tally)
        return answers

    def _call(self, kind: WriteKind, sending: Sequence[Write]) -> list[RowAnswer]:
        if kind is WriteKind.REMOVAL:
            return self._org.delete_rows([write.record_id or "" for write in sending])
        if kind is not WriteKind.LEAD:
            return self._org.create_rows(sending[0].object_name, [write.values for write in sending])
        changes = [
            RowChange(record_id=write.lead_id, values=write.values, unmodified_since=write.unmodified_since)
            for write in sending
        ]
        return self._org.change_rows(self._leads.object_name, changes)

    def _settle(
        self, kind: WriteKind, sending: Sequence[Write], answers: Sequence[RowAnswer], tally: Tally
    ) -> None:
        if all(answer.verdict is Verdict.RETRY for answer in answers):
            answers = [_as_stop(answer) for answer in answers]  # none left the house: the org is out of reach
        now = self._org.server_now()
        owner = self._owners[kind]
        alone = len(sending) == 1
        settlements = [
            self._answers.settle(write, answer, now, owner, alone=alone)
            for write, answer in zip(sending, answers, strict=True)
        ]
        settlements, unclear = self._with_vanished(sending, answers, settlements, now)
        self._ledger.settle(settlements, now)
        tally.add(kind, settlements)
        self._stop_or_pause(answers, tally)
        refusals = [
            answer for answer, item in zip(answers, settlements, strict=True)
            if answer.verdict in NO_RIGHT and stands(item) and item.key not in unclear
        ]  # fmt: skip
        self._park_or_unpark(kind, answers, refusals, tally)

    def _with_vanished(
        self,
        sending: Sequence[Write],
        answers: Sequence[RowAnswer],
        settlements: list[Settlement],
        now: datetime,
    ) -> tuple[list[Settlement], frozenset[str]]:
        """With the keys of the writes of which nobody could find out whether a right or a record is missing."""
        try:
            return self._vanished.judge(sending, answers, settlements, now), frozenset()
        except GatewayError:
            return self._vanished.put_off(sending, answers, settlements, now)

    def _stop_or_pause(self, answers: Sequence[RowAnswer], tally: Tally) -> None:
        stop = next((answer for answer in answers if answer.verdict in STOPPING), None)
        if stop is None:
            return
        tally.stopped = sentence(stop) or str(stop.verdict)
        seconds = {
            Verdict.WAIT_DAILY: self._settings.daily_pause_seconds,
            Verdict.WAIT_SHORT: self._settings.short_pause_seconds,
        }.get(stop.verdict or Verdict.STOP)
        if seconds is not None:
            # Never sooner than asked, and not all programs in the same moment.
            seconds *= self._answers.chance.uniform(1.0, 1.2) if stop.verdict is Verdict.WAIT_SHORT else 1.0
            self._ledger.pause_sending(self._org.server_now() + timedelta(seconds=seconds), tally.stopped)

    def _park_or_unpark(
        self, kind: WriteKind, answers: Sequence[RowAnswer], refusals: Sequence[RowAnswer], tally: Tally
    ) -> None:
        """A right missing for every row is missing for the kind; for one row it is the row's own trouble."""
        if any(answer.outcome is RowOutcome.DONE for answer in answers):
            if any(parked.kind is kind for parked in self._ledger.parked()):
                self._ledger.unpark(kind)
                tally.news.append(f"the org lets us write {kind}s again")
            return
        if len(refusals) < 2:
            return
        until = self._org.server_now() + timedelta(seconds=self._settings.park_seconds)
        words = sentence(refusals[0])
        if self._ledger.park(kind, until, code=refusals[0].code, words=words):
            tally.news.append(
                f"the org lets us write no {kind}s: {words} ({refusals[0].code}); see 'sfrouter check'"
            )
            log.error("writes_parked", kind=str(kind), code=refusals[0].code)


def _as_stop(answer: RowAnswer) -> RowAnswer:
    return RowAnswer(
        outcome=answer.outcome, record_id=answer.record_id, verdict=Verdict.STOP, code=answer.code,
        message=answer.message or "the org cannot be reached",
    )  # fmt: skip
