"""The lead's address is that of a person the org already knows at an account (D02)."""

from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.question import Question
from sfrouter.matching.signal import Signal
from sfrouter.model.evidence import Finding


class Contact(Signal):
    """The same person is a contact in the CRM.

    When: a contact with the lead's very e-mail address belongs to an account.
    Then: that account, with certainty, whatever the domain or the company name say; free mail counts as well.
    Why: somebody has put this person there (D02). Of several accounts one is chosen as in any tie (T01).
    """

    def findings(self, question: Question, index: AccountIndex) -> tuple[Finding, ...]:
        known = {one.account_id: one.id for one in question.contacts if one.account_id}
        entries = (index.get(account_id) for account_id in sorted(known))
        return tuple(self._finding(entry, known[entry.id]) for entry in entries if entry is not None)

    def _finding(self, entry: Entry, contact_id: str) -> Finding:
        return Finding(
            signal=self.signal_name, account_id=entry.id, score=100.0,
            words=f"a contact of {entry.account.name or 'a private person'} has this e-mail address",
            lead_value="its e-mail address", account_value=f"contact {contact_id}", ids=("D02",),
        )  # fmt: skip
