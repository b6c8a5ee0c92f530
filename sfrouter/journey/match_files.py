"""Matches a file of leads to a file of accounts, without any org: an admin tries the matching on two exports."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from sfrouter.matching.index import AccountIndex
from sfrouter.matching.match import match
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.evidence import Band, Match
from sfrouter.model.records import Lead

Stopwatch = Callable[[], float]
Row = tuple[str, str, float, str, str]


@dataclass(slots=True)
class Timings:
    """How long each lead took, in seconds."""

    seconds: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """The time that this share of the leads stayed within."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def match_leads(
    leads: Iterable[Lead], index: AccountIndex, settings: MatchSettings, watch: Stopwatch, timings: Timings
) -> Iterator[Row]:
    """One row a lead: lead_id, account_id, score, band, why. A review names the likeliest account."""
    for lead in leads:
        start = watch()
        found = match(lead, index, settings)
        timings.seconds.append(watch() - start)
        yield row_of(lead, found)


def row_of(lead: Lead, found: Match) -> Row:
    """A match as a line of the file. Below the review limit the best that was found still has its score."""
    account_id, score = found.account_id or "", found.score
    if found.band is Band.REVIEW and found.suspicions:
        account_id = found.suspicions[0].account_id
    elif found.band is Band.NONE and found.findings:
        best = max(found.findings, key=lambda finding: finding.score)
        account_id, score = best.account_id, best.score
    return lead.id, account_id, round(score, 1), str(found.band), found.words
