"""Tells what is missing or hidden from what is gone: the org says the same of both, so the lead is looked at."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sfrouter.config.mapping import FieldMapping
from sfrouter.ledger.settlement import Settlement
from sfrouter.model.ids import to_18
from sfrouter.model.write import Write, WriteKind, WriteState
from sfrouter.salesforce.by_ids import records_by_ids
from sfrouter.salesforce.errors import GatewayError
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.rows import RowAnswer
from sfrouter.writeback.names import LeadNames
from sfrouter.writeback.org import Org
from sfrouter.writeback.settings import SendSettings
from sfrouter.writeback.verdicts import ACCOUNT_GONE, NOT_THERE

MISSING = "missing"
"""What a write remembers: its lead could not be seen when it was last refused."""
IN_SIGHT = "in_sight"
"""The same: it was refused once already although all its records could be seen right afterwards."""
DELETED, ABSENT = "the lead was deleted", "the lead is gone for good, or hidden from our user"
_EITHER = frozenset({"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", NOT_THERE})


@dataclass(frozen=True, slots=True)
class Vanished:
    """Looks at the leads, and the accounts to link, of writes that were put aside for want of a right
    or of the record itself.

    An answer may be empty by mistake, so a lead that is missed is tried again, soon and then hourly (F05).
    `deleted` is the lead's own mark of it, `account` the object and id field of accounts; "" where they are not
    mapped.
    """

    org: Org
    leads: LeadNames
    settings: SendSettings
    deleted: str = ""
    account: tuple[str, str] = ("", "")

    @classmethod
    def of(cls, org: Org, leads: LeadNames, settings: SendSettings, mapping: FieldMapping) -> "Vanished":
        """As the mapping calls things."""
        lead = mapping.of("lead")
        account = mapping.objects.get("account")
        return cls(
            org,
            leads,
            settings,
            deleted=lead.api("deleted") if lead.has("deleted") else "",
            account=(account.object_name, account.api("id")) if account else ("", ""),
        )

    def judge(
        self, sent: Sequence[Write], answers: Sequence[RowAnswer], settled: Sequence[Settlement], now: datetime
    ) -> list[Settlement]:
        """The same settlements, but for writes whose record is gone. Raises GatewayError when nobody can look."""
        asked = _asked(sent, answers)
        if not asked:
            return list(settled)
        seen = self._look([write.lead_id for write in asked])
        no_account = self._gone_accounts(asked)
        by_key = {write.key: write for write in asked}
        found = {key: self._end(write, seen.get(write.lead_id), no_account, now) for key, write in by_key.items()}
        judged = []
        for item in settled:
            end, write = found.get(item.key), by_key.get(item.key)
            there = item if write is None else self._all_there(item, write, now)
            judged.append(there if end is None else _as_found(item, end))
        return judged

    def put_off(
        self, sent: Sequence[Write], answers: Sequence[RowAnswer], settled: Sequence[Settlement], now: datetime
    ) -> tuple[list[Settlement], frozenset[str]]:
        """Nobody could look: the settlements, and the keys of the writes of which it is open what they lack.

        They are sent again as soon as a lead that was missed, not after the hour that a right is waited for.
        """
        unclear = frozenset(write.key for write in _asked(sent, answers))
        later = now + timedelta(seconds=self.settings.missing_wait_seconds)
        return [
            replace(item, not_before=later) if item.key in unclear and item.not_before else item
            for item in settled
        ], unclear

    def missed(self, writes: Sequence[Write], now: datetime) -> dict[str, Settlement]:
        """What becomes, by key, of writes that were refused as if somebody had changed their leads, where a look
        finds no such lead. In the bin it ends them. Where nobody can look there they wait as if it were empty."""
        in_bin: set[str] = set()
        with suppress(GatewayError):
            in_bin = {one for one, deleted in self._look([write.lead_id for write in writes]).items() if deleted}
        ends = [_deleted(write) if write.lead_id in in_bin else self._absent(write, now) for write in writes]
        return {write.key: replace(end, code=write.answer_code) for write, end in zip(writes, ends, strict=True)}

    def _look(self, lead_ids: Sequence[str]) -> dict[str, bool]:
        """The leads that can be seen, in the recycle bin too: is each of them deleted?"""
        fields = [self.leads.id, *([self.deleted] if self.deleted else [])]
        seen = {}
        ask = partial(self.org.query, deleted=bool(self.deleted))
        for rows in records_by_ids(ask, fields, self.leads.object_name, self.leads.id, lead_ids):
            for row in rows:
                seen[to_18(row[self.leads.id])] = bool(self.deleted) and row[self.deleted] is True
        return seen

    def _gone_accounts(self, writes: Sequence[Write]) -> frozenset[str]:
        object_name, id_field = self.account
        wanted = {str(one) for write in writes if (one := write.values.get(self.leads.link))}
        if not wanted or not object_name or not self.leads.link:
            return frozenset()
        there: set[str] = set()
        for rows in records_by_ids(self.org.query, [id_field], object_name, id_field, sorted(wanted)):
            there.update(to_18(row[id_field]) for row in rows)
        return frozenset(wanted) - there

    def _end(
        self, write: Write, deleted: bool | None, no_account: frozenset[str], now: datetime
    ) -> Settlement | None:
        """What became of one write; None when its records are all there."""
        if deleted is None:
            return self._absent(write, now)
        if deleted:
            return _deleted(write)
        if write.values.get(self.leads.link) in no_account:
            return Settlement(key=write.key, state=WriteState.SUPERSEDED, decide_anew=ACCOUNT_GONE)
        return None

    def _absent(self, write: Write, now: datetime) -> Settlement:
        """A lead that stays out of sight is tried hourly: it may be hidden. If it was deleted for good, its write
        ends when it is erased here."""
        again = bool(write.extra.get(MISSING))
        wait = self.settings.park_seconds if again else self.settings.missing_wait_seconds
        later = now + timedelta(seconds=wait)
        return Settlement(
            key=write.key, state=WriteState.PENDING, text=ABSENT, not_before=later, extra={MISSING: "yes"}
        )

    def _all_there(self, item: Settlement, write: Write, now: datetime) -> Settlement:
        """The first time they may have come into sight between write and look: it is soon sent once more."""
        if write.extra.get(MISSING):
            item = replace(item, extra={**item.extra, MISSING: ""})  # twice means twice in a row
        if item.code not in _EITHER or write.extra.get(IN_SIGHT):
            return item
        soon = now + timedelta(seconds=self.settings.short_pause_seconds)
        return replace(item, not_before=soon, extra={**item.extra, IN_SIGHT: "yes"})


def _asked(sent: Sequence[Write], answers: Sequence[RowAnswer]) -> list[Write]:
    """The writes whose answer may mean that their record is gone."""
    return [
        write for write, answer in zip(sent, answers, strict=True)
        if write.kind in (WriteKind.LEAD, WriteKind.TASK) and _may_be_gone(answer)
    ]  # fmt: skip


def _may_be_gone(answer: RowAnswer) -> bool:
    return answer.code in _EITHER or answer.verdict is Verdict.PARK


def _deleted(write: Write) -> Settlement:
    return Settlement(key=write.key, state=WriteState.SUPERSEDED, text=DELETED)


def _as_found(item: Settlement, found: Settlement) -> Settlement:
    """What the look found, with the org's code and, where it says nothing better, its sentence."""
    return replace(found, code=item.code, text=found.text or item.text)


def stands(item: Settlement) -> bool:
    """Is the write's refusal its own, and not due to a record that is gone?"""
    return item.state is WriteState.PENDING and not (item.extra.get(MISSING) or item.extra.get(IN_SIGHT))
