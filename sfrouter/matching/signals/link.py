"""A person linked the lead to an account by hand: that is certain (R039, R044)."""

from sfrouter.matching.index import AccountIndex
from sfrouter.matching.question import Question
from sfrouter.matching.signal import Signal
from sfrouter.model.evidence import Finding


class Link(Signal):
    """A link made in the CRM.

    When: the lead's account link names an account.
    Then: that account, with certainty; no other evidence is weighed against it.
    Why: a person knew something the data does not say (R039), and a person's word is never undone (R044).
    """

    def findings(self, question: Question, index: AccountIndex) -> tuple[Finding, ...]:
        account = question.linked
        if account is None:
            return ()
        words = f"linked by hand to {account.name}"
        return (
            Finding(
                signal=self.signal_name, account_id=account.id, score=100.0, words=words,
                lead_value=account.id, account_value=account.name, ids=("R039",),
            ),
        )  # fmt: skip
