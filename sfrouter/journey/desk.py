"""The desk where decisions are made: policy, look-ups, the index of companies, and the ledger's memory."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from sfrouter.config.mapping import FieldMapping
from sfrouter.config.policy_value import Policy
from sfrouter.ledger.ledger import Ledger
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import indexed
from sfrouter.matching.named import NamedIndex
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from sfrouter.model.dossier import Directory

Stopwatch = Callable[[], float]


@dataclass(slots=True)
class Desk:
    """Everything needed to decide, nothing needed to write. `index_upto` says which mirror the index knows."""

    mapping: FieldMapping
    policy: Policy
    mirror: Mirror
    reader: Reader
    ledger: Ledger
    index: AccountIndex = field(default_factory=AccountIndex)
    named: NamedIndex = field(default_factory=lambda: NamedIndex(()))
    index_upto: int | None = None
    relinked_upto: int = 0  # the mirror change up to which relinked leads were looked for

    def refresh_index(self) -> int:
        """Bring the index up to the mirror, at first whole, then by what changed. Returns how many accounts."""
        with self.reader.snapshot() as view:
            with_deal = view.accounts_with_open_opportunity()
            if self.index_upto is None:
                self.named = NamedIndex(self.policy.named_entries)
                upto = view.change_number()
                self.index.put(indexed(account, account.id in with_deal) for account in view.accounts())
                self.index_upto = upto
                return len(self.index)
            changes = view.account_changes(self.index_upto)
            changed = view.accounts_by_id(changes.put).values()
            self.index.remove(changes.removed)
            self.index.put(indexed(account, account.id in with_deal) for account in changed)
            self.index_upto = changes.upto
            return len(changes.put) + len(changes.removed)

    def directory(self, now: datetime) -> Directory:
        """Everyone a lead can go to. Whom the org refused as inactive counts as gone until the mirror knows."""
        people = self.reader.people()
        suspended = self.ledger.suspended_people(now)
        emails = {person.email.casefold(): person.id for person in people.values()}
        heirs = self.policy.successors_by_email.items()
        successors = {
            emails[left.casefold()]: emails[heir.casefold()]
            for left, heir in heirs
            if left.casefold() in emails and heir.casefold() in emails
        }
        shown = {
            key: replace(person, active=False) if key in suspended else person for key, person in people.items()
        }
        return Directory(people=shown, queues=self.reader.queues(), successors=successors)

    def intake_ids(self, directory: Directory) -> frozenset[str]:
        """The queues and users whose leads wait to be routed (L01)."""
        queues = (directory.queue_named(name) for name in self.policy.intake.queues)
        users = (directory.by_email(mail) for mail in self.policy.intake.users)
        return frozenset(one.id for one in (*queues, *users) if one is not None)

    def time_zone(self) -> tzinfo:
        """The policy's time zone, else the org's, else UTC."""
        organization = self.reader.organization()
        name = self.policy.time_zone or (organization.time_zone if organization else "")
        return ZoneInfo(name) if name else UTC

    def open_leads(self) -> Mapping[str, int]:
        """How many open leads everyone has; counted only when a pool shares by load."""
        if not any(pool.method.needs_loads for pool in self.policy.pools):
            return {}
        return self.reader.open_lead_counts()


def reinstate_known(desk: Desk, suspended: Collection[str]) -> None:
    """The mirror knows by now who left: those need no suspension any more."""
    people = desk.reader.people()
    for person_id in suspended:
        person = people.get(person_id)
        if person is None or not person.active:
            desk.ledger.reinstate(person_id)
