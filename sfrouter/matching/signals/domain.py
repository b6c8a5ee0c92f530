"""The lead's e-mail domain, or the website it names, is one of an account's domains (R025-R031)."""

from pydantic import Field

from sfrouter.matching.email_domains import domain_of
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.name_score import score_name
from sfrouter.matching.question import Question
from sfrouter.matching.signal import Signal
from sfrouter.model.evidence import Finding


class Domain(Signal):
    """The company's own domain, the primary evidence.

    When: the registrable domain of the lead's e-mail, else of its website, is recorded on one account or several.
    Then: these accounts; on a domain listed as shared, only those whose name agrees count fully.
    Why: an address on the company's domain is the one thing a stranger cannot simply type (R025, R030).
    """

    email_score: float = Field(default=98.0, ge=0, le=100)
    website_score: float = Field(default=95.0, ge=0, le=100)
    shared_score: float = Field(default=75.0, ge=0, le=100)  # a shared domain whose name does not agree

    def findings(self, question: Question, index: AccountIndex) -> tuple[Finding, ...]:
        for domain, score, source in (
            (question.email_domain, self.email_score, "e-mail domain"),
            (question.website_domain, self.website_score, "website"),
        ):
            entries = index.with_domain(domain) if domain else ()
            if entries:
                found = (self._finding(question, entry, index, domain, score, source) for entry in entries)
                return tuple(sorted(found, key=lambda finding: (-finding.score, finding.account_id)))
        return ()

    def _finding(
        self, question: Question, entry: Entry, index: AccountIndex, domain: str, score: float, source: str
    ) -> Finding:
        words = f"{source} {domain} is {entry.account.name}'s"
        ids: tuple[str, ...] = ("R025",)
        if domain in question.settings.shared_domains:
            ids = ("R025", "R030")
            named = score_name(question, entry, index)
            if named.score > question.settings.match_above:
                words += ", a shared domain, and the name agrees"
            else:
                score = min(score, self.shared_score, question.settings.match_above)
                words += ", but the domain is shared and the name does not agree"
        return Finding(
            signal=self.signal_name, account_id=entry.id, score=score, words=words, lead_value=domain,
            account_value=_as_recorded(entry, domain), ids=ids,
        )  # fmt: skip


def _as_recorded(entry: Entry, domain: str) -> str:
    """The account's own value that leads to this domain, as the org spells it; of an address only its domain."""
    texts = (text for text in entry.account.domains if "@" not in text and domain_of(text) == domain)
    return next(texts, domain)
