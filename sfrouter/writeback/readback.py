"""Finds out what became of writes whose answer never came: by reading the org, never by writing again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.outbox_rows import first_sent
from sfrouter.ledger.settlement import Settlement
from sfrouter.ledger.silence import SILENT
from sfrouter.model.write import Write, WriteKind, WriteState
from sfrouter.salesforce.by_ids import records_by_ids
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.soql import compare, select
from sfrouter.writeback.guard import SeenLead, Standing, look, standing
from sfrouter.writeback.names import AccountNames, LeadNames, TaskNames
from sfrouter.writeback.org import Org
from sfrouter.writeback.removal import AccountLook
from sfrouter.writeback.settings import SendSettings
from sfrouter.writeback.task_text import reference, references_in
from sfrouter.writeback.vanished import Vanished
from sfrouter.writeback.verdicts import CAUSE, CHANGED, DOUBT, Answers, count

AT_ONCE = 1000  # unknown writes cleared up in one go
CLOCKS_DIFFER = timedelta(minutes=5)  # between what we call the org's time and a record's own date
FIRST_LOOK_AGAIN = timedelta(seconds=5)
_NOT_CARRIED_OUT = "no answer came, and the org did not carry it out"
_NO_RECORD = "no answer came, and the org has no such record"


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Clears up unknown writes. Raises GatewayError when the org cannot be asked; they stay unknown then."""

    org: Org
    ledger: Ledger
    leads: LeadNames
    tasks: TaskNames
    settings: SendSettings
    answers: Answers
    vanished: Vanished
    accounts: AccountNames | None = None
    account_look: AccountLook | None = None

    def clear_up(self, kind: WriteKind) -> tuple[Settlement, ...]:
        """Whatever is unknown of a kind."""
        if kind is WriteKind.LEAD:
            return self.clear_up_leads()
        if kind is not WriteKind.TASK and self.accounts is None:
            return ()
        return self._clear_up_created(kind)

    def clear_up_leads(self) -> tuple[Settlement, ...]:
        """Look at each unknown lead write's lead, and settle it."""
        unknown = self.ledger.unknown(WriteKind.LEAD, self.org.server_now(), AT_ONCE)
        if not unknown:
            return ()
        seen = look(self.org, self.leads, unknown)
        changed = [write for write in unknown if write.lead_id not in seen and _refused_as_changed(write)]
        missed = self.vanished.missed(changed, self.org.server_now())
        now = self.org.server_now()
        settled = tuple(
            self._lead(write, seen.get(write.lead_id), missed.get(write.key), now) for write in unknown
        )
        self.ledger.settle(settled, now)
        return settled

    def _clear_up_created(self, kind: WriteKind) -> tuple[Settlement, ...]:
        """Look for each unknown Task, account or removal; what did not happen is sent again once it cannot."""
        asked_at = self.org.server_now()
        unknown = self.ledger.unknown(kind, asked_at, AT_ONCE)
        if not unknown:
            return ()
        found = self._carried_out(kind, unknown)
        # A jump of this machine's clock is put right by the answer just read: the earlier of both times counts.
        asked_at = min(asked_at, self.org.server_now())
        settled, again = [], {}
        for write in unknown:
            record_id = found.get(reference(write.key))
            if record_id is not None:
                settled.append(_found(write, record_id))
            elif self._cannot_appear(write, asked_at):
                settled.append(self._once_more(write, write.sent_at or asked_at, _NO_RECORD, {CAUSE: ""}))
            else:
                again[write.key] = self._look_again(write, asked_at)
        self.ledger.settle(settled, asked_at)
        self.ledger.look_again(again)
        return tuple(settled)

    def _carried_out(self, kind: WriteKind, unknown: Sequence[Write]) -> dict[str, str]:
        """Of those that were: the record, by the mark of the write."""
        if kind is WriteKind.TASK:
            return self._tasks_by_reference(unknown)
        if kind is WriteKind.ACCOUNT or self.account_look is None:
            return self._accounts_by_reference(unknown)
        gone = self.account_look.gone([write.record_id or "" for write in unknown])
        return {reference(write.key): write.record_id for write in unknown if write.record_id in gone}

    def _tasks_by_reference(self, unknown: Sequence[Write]) -> dict[str, str]:
        """Deleted ones count too: a Task that a person has thrown away was there."""
        fields = [self.tasks.id, self.tasks.text]
        found = {}
        leads = [write.lead_id for write in unknown]
        ask = partial(self.org.query, deleted=True)
        for rows in records_by_ids(ask, fields, self.tasks.object_name, self.tasks.lead, leads):
            for row in rows:
                for mark in references_in(row[self.tasks.text] or ""):
                    found[mark] = row[self.tasks.id]
        return found

    def _accounts_by_reference(self, unknown: Sequence[Write]) -> dict[str, str]:
        """Those made by the router since the first was sent, deleted ones too. Names may have been changed.

        All of them where that moment is not known, as after going back to a copy.
        """
        names = self.accounts
        if names is None:
            return {}
        sent = [first_sent(write) for write in unknown]
        ours = [compare(names.flag, "=", names.mark)]
        known = [at for at in sent if at is not None]
        if len(known) == len(sent):
            ours.append(compare(names.created, ">=", min(known) - CLOCKS_DIFFER))
        rows = self.org.query(select([names.id, names.text], names.object_name, where=ours), deleted=True)
        return {mark: row[names.id] for row in rows for mark in references_in(row[names.text] or "")}

    def _cannot_appear(self, write: Write, asked_at: datetime) -> bool:
        wait = timedelta(seconds=self.settings.unknown_wait_seconds)
        return write.sent_at is not None and asked_at - write.sent_at >= wait

    def _look_again(self, write: Write, asked_at: datetime) -> datetime:
        """At growing distances, and once when the wait is over."""
        sent_at = write.sent_at or asked_at
        end = sent_at + timedelta(seconds=self.settings.unknown_wait_seconds)
        return min(end, asked_at + max(FIRST_LOOK_AGAIN, asked_at - sent_at))

    def _lead(self, write: Write, seen: SeenLead | None, missed: Settlement | None, now: datetime) -> Settlement:
        """`missed`: what becomes of it as its lead is out of sight, although the org called it changed."""
        refused_as_changed = _refused_as_changed(write)
        maybe_ours = not refused_as_changed or write.extra.get(DOUBT) == "yes"
        known = {CAUSE: "", DOUBT: "yes" if maybe_ours else ""}
        if missed is not None:
            return replace(missed, extra={**missed.extra, **known})
        how = standing(write, seen, self.leads, maybe_ours=maybe_ours)
        if how is Standing.OURS:
            return _found(write, write.lead_id)
        if how is Standing.MISSING or (how is Standing.UNTOUCHED and not refused_as_changed):
            # Harmless: the condition still holds it back, and of a deleted lead the org says so itself.
            return self._once_more(write, now, _NOT_CARRIED_OUT, known)
        return overtaken(write, how)

    def _once_more(self, write: Write, since: datetime, words: str, extra: dict[str, str]) -> Settlement:
        """It did not happen: it is sent again, some time after `since`. The org's own words are kept."""
        answered = write.answer_code not in ("", Verdict.UNKNOWN.value)
        return Settlement(
            key=write.key,
            state=WriteState.PENDING,
            code=write.answer_code if answered else "",
            text=write.answer_text if answered else words,
            not_before=self.answers.after_silence(since, count(write, SILENT)),
            extra=extra,
        )


def _refused_as_changed(write: Write) -> bool:
    return write.extra.get(CAUSE) == CHANGED


def overtaken(write: Write, how: Standing) -> Settlement:
    """Somebody was faster: the write ends, and the lead is decided anew unless it is theirs now."""
    words = {
        Standing.MOVED: "somebody else gave the lead an owner first",
        Standing.CONVERTED: "the lead was converted first",
    }.get(how, "the lead was changed before it was written")
    anew = "" if how in (Standing.MOVED, Standing.CONVERTED) else words
    return Settlement(key=write.key, state=WriteState.SUPERSEDED, text=words, decide_anew=anew)


def _found(write: Write, record_id: str) -> Settlement:
    words = "found in the org"
    return Settlement(key=write.key, state=WriteState.DONE, text=words, record_id=record_id)
