"""The lead's company name is, or nearly is, the name of an account (R015-R024, S01)."""

from pydantic import Field

from sfrouter.matching.calibrated import ENOUGH, calibrated_findings
from sfrouter.matching.candidates import readings_of
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.name_score import NameScore, in_company, score_name
from sfrouter.matching.other_keys import asked_keys
from sfrouter.matching.question import Question
from sfrouter.matching.signal import Signal
from sfrouter.model.evidence import Finding


class Name(Signal):
    """The company name, word by word.

    When: the normalised names are equal, or share rare words.
    Then: each such account with a score; equal names near 100, likely slips of the pen above 80, a name that
    begins another one, or that stands in another country, in the review band.
    In a table of some size the score is calibrated: rarity of the words on both sides, country, and how far behind
    the next account is, weighed by coefficients that were learnt from labelled pairs.
    Why: one number for likeness misleads (S01); what counts is which words agree, and how rare they are.
    """

    most: int = Field(default=10, ge=1, le=100)  # findings kept of one lead
    least: float = Field(default=40.0, ge=0, le=100)  # a lower score is not worth a line

    def findings(self, question: Question, index: AccountIndex) -> tuple[Finding, ...]:
        if not question.name.usable:
            return ()
        if len(index) >= ENOUGH:
            return calibrated_findings(question, index, most=self.most, least=self.least)
        entries = {entry.id: entry for entry in self._entries(question, index)}
        scores = {entry.id: score_name(question, entry, index) for entry in entries.values()}
        found = [
            self._finding(question, entries[account_id], score)
            for account_id, score in in_company(question, scores).items()
        ]
        worth = [finding for finding in found if finding.score >= self.least]
        return tuple(sorted(worth, key=lambda finding: (-finding.score, finding.account_id))[: self.most])

    def _entries(self, question: Question, index: AccountIndex) -> tuple[Entry, ...]:
        name = question.name
        looks = name.imitates
        same = (*index.with_key(looks), *index.called(f"other {looks}")) if looks else ()
        called = [
            entry
            for one in readings_of(question)
            for found in (index.with_key(one.key), *(index.called(key) for key in asked_keys(one)))
            for entry in found
        ]
        close = index.candidates(name.tokens)
        return tuple({entry.id: entry for entry in (*same, *called, *close)}.values())

    def _finding(self, question: Question, entry: Entry, graded: NameScore) -> Finding:
        return Finding(
            signal=self.signal_name, account_id=entry.id, score=round(graded.score, 1), words=graded.words,
            lead_value=question.lead.company.strip(), account_value=graded.typed, ids=graded.ids,
        )  # fmt: skip
