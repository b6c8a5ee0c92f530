"""Counts what each pair of limits would have done to leads whose account is known (G05). It changes nothing."""

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sfrouter.journey.calibration_figures import Figures
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.match import match_each
from sfrouter.matching.question import ask
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.evidence import Band, Match
from sfrouter.model.records import Lead

_ABOVE = (60, 65, 70, 75, *range(76, 98))
_FROM = (50, 60, 65, 70, 75, 80, 85, 90)
_MOST_EXAMPLES = 20

Limits = tuple[float, float]
"""`match_above` and `review_from`."""


@dataclass(frozen=True, slots=True)
class Known:
    """A lead and the truth about it: its account, "" when there was none, None when nobody knows.

    `recent`: it counts for the review load of a day. `made` is the account that its conversion made, if any.
    """

    lead: Lead
    truth: str | None
    recent: bool = False
    made: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A label that the matching contradicts at today's limits: worth a look, the label may be wrong, too."""

    lead_id: str
    company: str
    matched: str
    labelled: str  # "" when the lead had no account
    made: str  # the account that the conversion made
    why: str


@dataclass(slots=True)
class Counts:
    """All that is counted while leads pass by, for each pair of limits; each half by a hash of the lead's id."""

    settings: MatchSettings
    limits: tuple[Limits, ...]
    halves: tuple[Counter[tuple[Limits, str]], Counter[tuple[Limits, str]]] = field(
        default_factory=lambda: (Counter(), Counter())
    )
    evidence: Counter[tuple[str, bool]] = field(default_factory=Counter)
    wrong: list[Wrong] = field(default_factory=list)
    asked: int = 0
    _each: tuple[MatchSettings, ...] = ()

    def __post_init__(self) -> None:
        names = ("match_above", "review_from")
        copies = (self.settings.model_copy(update=dict(zip(names, one, strict=True))) for one in self.limits)
        self._each = tuple(copies)

    def take(self, known: Known, index: AccountIndex) -> None:
        """Match one lead with every pair of limits, without the link a person made, and count."""
        half = self.halves[zlib.crc32(known.lead.id.encode()) % 2]
        matches = match_each(known.lead, index, self._each)
        self.asked += known.recent
        labelled = known.truth is not None
        half.update({((0, 0), "leads"): labelled, ((0, 0), "with_account"): bool(known.truth)})
        for limits, found in zip(self.limits, matches, strict=True):
            half.update((limits, word) for word in _words(known, found))
        if labelled:
            self._note(known, matches[0], index)

    def _note(self, known: Known, found: Match, index: AccountIndex) -> None:
        """The evidence behind an automatic link at today's limits, and what contradicts the label."""
        if found.band is not Band.AUTO:
            return
        right = found.account_id == known.truth
        self.evidence[_evidence(known.lead, found, self.settings), right] += 1
        if not right and len(self.wrong) < _MOST_EXAMPLES:
            entry = index.get(found.account_id or "")
            matched = f"{entry.account.name} ({entry.id})" if entry else ""
            lead = known.lead
            self.wrong.append(Wrong(lead.id, lead.company, matched, known.truth or "", known.made, found.words))

    def figures(self, limits: Limits, half: int | None = None, leads_a_day: float | None = None) -> Figures:
        """What these limits did, on all leads or on one half."""
        some = self.halves if half is None else (self.halves[half],)
        got = {word: sum(one[limits, word] for one in some) for word in _COUNTED}
        of = {word: sum(one[(0, 0), word] for one in some) for word in ("leads", "with_account")}
        to_review, asked = (got["to_review"], self.asked) if self.asked else (got["review"], of["leads"])
        return Figures(
            match_above=limits[0], review_from=limits[1], **of, asked=asked, to_review=to_review,
            reviews_a_day=to_review / asked * leads_a_day if leads_a_day is not None and asked else None,
            **{word: got[word] for word in _COUNTED if word != "to_review"},
        )  # fmt: skip


_COUNTED = ("auto", "right", "strangers", "review", "review_right", "to_review")


def _words(known: Known, found: Match) -> Iterable[str]:
    """What one lead adds to the counts."""
    asked = found.band is Band.REVIEW or bool(found.suspicions)
    if asked and known.recent:
        yield "to_review"
    if known.truth is None:
        return
    if asked:
        yield "review"
        if known.truth and any(one.account_id == known.truth for one in found.suspicions[:1]):
            yield "review_right"
    if found.band is Band.AUTO:
        yield "auto"
        if found.account_id == known.truth:
            yield "right"
        elif not known.truth:
            yield "strangers"


def _evidence(lead: Lead, found: Match, settings: MatchSettings) -> str:
    """What an automatic link rests on: a website by itself may have been copied by the conversion."""
    decisive = [one for one in found.findings if one.account_id == found.account_id and one.score == found.score]
    if not decisive:
        return "name"
    if decisive[0].signal == "domain" and ask(lead, settings).email_domain != decisive[0].lead_value:
        return "website"
    return decisive[0].signal


def limits_tried(settings: MatchSettings) -> tuple[Limits, ...]:
    """Every pair that is tried, today's first; high ones before low ones."""
    today = (settings.match_above, settings.review_from)
    above = sorted({*map(float, _ABOVE), settings.match_above}, reverse=True)
    lower = sorted({*map(float, _FROM), settings.review_from})
    pairs = ((one, from_here) for one in above for from_here in (*lower, one) if from_here <= one)
    return tuple(dict.fromkeys((today, *pairs)))
