"""Takes the next writes out of the ledger: ripe ones only, most urgent first, as many as one call carries."""

from dataclasses import dataclass, field
from datetime import timedelta

from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.settlement import Settlement
from sfrouter.ledger.silence import MOST_SILENT, SILENT
from sfrouter.model.write import Write, WriteKind
from sfrouter.writeback.guard import Standing, look, standing
from sfrouter.writeback.names import LeadNames
from sfrouter.writeback.org import Org
from sfrouter.writeback.readback import overtaken
from sfrouter.writeback.removal import AccountLook, kept
from sfrouter.writeback.settings import SendSettings
from sfrouter.writeback.verdicts import count

LOOK_FIRST = "look_first"


@dataclass(frozen=True, slots=True)
class Batch:
    """Writes for one call, and those found to be overtaken while looking. Both empty: nothing is due."""

    writes: tuple[Write, ...] = ()
    overtaken: tuple[Settlement, ...] = ()


@dataclass(frozen=True, slots=True)
class DueWrites:
    """Whose turn it is."""

    org: Org
    ledger: Ledger
    leads: LeadNames
    settings: SendSettings
    accounts: AccountLook | None = None
    looked: set[str] = field(default_factory=set)  # keys of writes whose leads were looked at a moment ago

    def take(self, kind: WriteKind) -> Batch:
        """The next batch of a kind. Raises GatewayError when a lead must be looked at first and cannot be."""
        if kind is WriteKind.LEAD:
            return self._leads()
        if kind is WriteKind.REMOVAL:
            return self._removals()
        return Batch(self._tasks() if kind is WriteKind.TASK else self._accounts())

    def _removals(self) -> Batch:
        """One at a time, each looked at right before: the org knows no condition for a removal."""
        now = self.org.server_now()
        due = self.ledger.due(WriteKind.REMOVAL, now, 1) if self.accounts is not None else ()
        if not due or self.accounts is None:
            return Batch()
        write = due[0]
        words = self.accounts.why_kept(write.record_id or "", write.extra.get("owner_was", ""))
        if not words:
            return Batch(due)
        lost = (kept(write, words),)
        self.ledger.settle(lost, now)
        return Batch((), lost)

    def _accounts(self) -> tuple[Write, ...]:
        return _few_after_silence(
            self.ledger.due(WriteKind.ACCOUNT, self.org.server_now(), self.settings.accounts_a_call)
        )

    def _tasks(self) -> tuple[Write, ...]:
        due = self.ledger.due(WriteKind.TASK, self.org.server_now(), self.settings.tasks_a_call)
        # Together by account and lead: a Task locks their rows for a moment (F33).
        by_key = sorted(_few_after_silence(due), key=lambda write: write.key)
        return _by_account(tuple(by_key), "")

    def _leads(self) -> Batch:
        now = self.org.server_now()
        ripe = now - timedelta(seconds=self.settings.quiet_seconds)
        due = self.ledger.due(WriteKind.LEAD, now, self.settings.leads_a_call, modified_before=ripe)
        due = _few_after_silence(due)
        if not any(self._is_young(write) for write in due):
            return Batch(_by_account(due, self.leads.link))
        many = self.ledger.due(WriteKind.LEAD, now, self.settings.looks_a_call, modified_before=ripe)
        lost = self._look_first([write for write in many if self._is_young(write)])
        gone = {settlement.key for settlement in lost}
        left = tuple(write for write in due if write.key not in gone)
        return Batch(_by_account(left, self.leads.link), lost)

    def _is_young(self, write: Write) -> bool:
        return LOOK_FIRST in write.extra and write.key not in self.looked

    def _look_first(self, young: list[Write]) -> tuple[Settlement, ...]:
        """Leads that were read in the very second of their change are looked at once more, now that it is over.

        Whoever changes one afterwards is met by the write's own condition: one look is enough, and serves many.
        """
        seen = look(self.org, self.leads, young)
        lost = []
        for write in young:
            how = standing(write, seen.get(write.lead_id), self.leads, maybe_ours=False)
            if how in (Standing.MOVED, Standing.EDITED, Standing.CONVERTED):
                lost.append(overtaken(write, how))
        if lost:
            self.ledger.settle(lost, self.org.server_now())
        self.looked.clear()
        self.looked.update(write.key for write in young)
        return tuple(lost)


def _by_account(writes: tuple[Write, ...], link: str) -> tuple[Write, ...]:
    """By account, then by lead: rows that need the same lock follow each other and do not meet (F33)."""
    return tuple(sorted(writes, key=lambda write: (_account(write, link), write.lead_id)))


def _account(write: Write, link: str) -> str:
    return str(write.values.get(link) or write.extra.get("link_was") or write.extra.get("account") or "")


def _few_after_silence(due: tuple[Write, ...]) -> tuple[Write, ...]:
    """A call that got no answer is made smaller. Who may share the one after that, the ledger knows (F34)."""
    silences = count(due[0], SILENT) if due else 0
    return due if silences >= MOST_SILENT else due[: max(1, len(due) >> silences)]
