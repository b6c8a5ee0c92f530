"""The form was sent from a company's own network: a hint that supports other evidence, never decides alone."""

from enum import StrEnum

from pydantic import Field, field_validator

from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.networks import companies_at
from sfrouter.matching.places import country_code
from sfrouter.matching.question import Question
from sfrouter.matching.signal import Signal
from sfrouter.model.evidence import Finding

_BELOW_REVIEW = 0.1


class Use(StrEnum):
    """What a network address is good for."""

    OFF = "off"
    FLAG = "flag"  # the owner is told
    SUPPORT = "support"  # the owner is told; it breaks a declared tie and lifts a score within the review band


class Ip(Signal):
    """The lead's network address, looked up in the admin's own table.

    When: the address lies in a network that companies.yaml gives to a company, and that company is an account.
    Then: that account, always below the review limit; by `use` it only tells the owner, or also breaks a tie that
    nothing else can (T01) and lifts a name's score within the review band.
    Why: an office network says something (R033), a home or VPN address nothing (R035). Personal data: `off_in`
    lists countries where it is not looked at, and the mirror forgets it after `keep_days` (R038).
    """

    use: Use = Use.FLAG
    score: float = Field(default=65.0, ge=60, le=70)  # R036
    off_in: tuple[str, ...] = ()
    keep_days: int = Field(default=30, ge=0, le=3650)

    @field_validator("off_in")
    @classmethod
    def _are_countries(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(country_code(one) or one for one in value)

    def findings(self, question: Question, index: AccountIndex) -> tuple[Finding, ...]:
        if self.use is Use.OFF or not question.lead.ip or question.country in self.off_in:
            return ()
        score = min(self.score, question.settings.review_from - _BELOW_REVIEW)
        found: dict[str, Entry] = {}
        for company in companies_at(question.lead.ip, question.settings.networks):
            by_id = index.get(company.account)
            for entry in (by_id,) if by_id is not None else index.with_key(company.key):
                found[entry.id] = entry
        return tuple(self._finding(found[one], max(0.0, score)) for one in sorted(found))

    def _finding(self, entry: Entry, score: float) -> Finding:
        return Finding(
            signal=self.signal_name, account_id=entry.id, score=score,
            words=f"sent from a network of {entry.account.name}",
            lead_value="its network", account_value=entry.account.name, ids=("R033", "R037"),
        )  # fmt: skip
