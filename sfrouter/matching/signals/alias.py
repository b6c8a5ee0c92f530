"""The company is known to us under another name, too: "IBM" is International Business Machines (R017)."""

from pydantic import Field

from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.question import Question
from sfrouter.matching.signal import Signal
from sfrouter.model.evidence import Finding


class Alias(Signal):
    """The admin's table of other names.

    When: the lead's company name is listed as another name of an account.
    Then: that account.
    Why: no likeness of letters can find an abbreviation or a former name (R017).
    """

    score: float = Field(default=97.0, ge=0, le=100)

    def findings(self, question: Question, index: AccountIndex) -> tuple[Finding, ...]:
        if not question.name.usable:
            return ()
        found: dict[str, Entry] = {}
        for target in question.settings.alias_targets.get(question.name.key, ()):
            by_id = index.get(target)
            for entry in (by_id,) if by_id is not None else index.with_key(target):
                found[entry.id] = entry
        return tuple(self._finding(question, found[account_id]) for account_id in sorted(found))

    def _finding(self, question: Question, entry: Entry) -> Finding:
        said = question.lead.company.strip()
        return Finding(
            signal=self.signal_name, account_id=entry.id, score=self.score,
            words=f"'{said}' is listed as another name of {entry.account.name}",
            lead_value=said, account_value=entry.account.name, ids=("R017",),
        )  # fmt: skip
