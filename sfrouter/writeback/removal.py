"""Looks at an account before it is taken back: only one that nobody touched since it was made may go (R069)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sfrouter.ledger.settlement import Settlement
from sfrouter.model.ids import to_18
from sfrouter.model.write import Write, WriteState
from sfrouter.salesforce.by_ids import records_by_ids
from sfrouter.salesforce.soql import compare, select
from sfrouter.writeback.names import AccountNames, LeadNames
from sfrouter.writeback.org import Org

SAME_MOMENT = timedelta(seconds=2)  # the org's own automation may change an account in the act of making it


@dataclass(frozen=True, slots=True)
class AccountLook:
    """Asks the org, right before a removal. There is no conditional delete: the bin holds what slips through."""

    org: Org
    leads: LeadNames
    accounts: AccountNames

    def why_kept(self, account_id: str, owner_was: str) -> str:
        """What speaks against deleting it, "" for nothing. One that is gone already has nothing against it.

        Raises GatewayError when the org cannot be asked.
        """
        return self.why_touched(account_id, owner_was) or self._linked(account_id)

    def why_touched(self, account_id: str, owner_was: str) -> str:
        """The same, but for leads that are linked to it."""
        if not self.accounts.modified or not self.accounts.deleted:
            return "the mapping lacks account.modified_at or account.deleted, so nobody can say who touched it"
        row = self.row(account_id)
        if row is None:
            return ""
        if row[self.accounts.flag] != self.accounts.mark:
            return "it is not marked as made by the router any more"
        if owner_was and to_18(row[self.accounts.owner]) != owner_was:
            return "somebody gave it another owner"
        if _moment(row[self.accounts.modified]) - _moment(row[self.accounts.created]) > SAME_MOMENT:
            return "somebody changed it since it was made"
        hanging = self.org.hanging_on(self.accounts.object_name, account_id)
        return f"records hang on it: {', '.join(hanging)}" if hanging else ""

    def row(self, account_id: str) -> Mapping[str, Any] | None:
        """The account as it stands, None when it is deleted."""
        names = self.accounts
        fields = [names.id, names.owner, names.flag, names.created, names.modified]
        found = select(fields, names.object_name, where=[compare(names.id, "=", account_id)])
        return next(iter(self.org.query(found)), None)

    def gone(self, account_ids: Sequence[str]) -> frozenset[str]:
        """Those of these accounts that are deleted, or removed from the bin as well."""
        names = self.accounts
        there: set[str] = set()
        for rows in records_by_ids(self.org.query, [names.id], names.object_name, names.id, account_ids):
            there.update(to_18(row[names.id]) for row in rows)
        return frozenset(account_ids) - there

    def _linked(self, account_id: str) -> str:
        """Linked leads, converted ones too."""
        if not self.leads.link:
            return ""
        asked = select([self.leads.id], self.leads.object_name, where=[compare(self.leads.link, "=", account_id)])
        linked = sum(1 for _ in self.org.query(asked))
        return f"{linked} leads are linked to it" if linked else ""


def kept(write: Write, words: str) -> Settlement:
    """The account stays: somebody uses it."""
    return Settlement(key=write.key, state=WriteState.SUPERSEDED, text=words)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
