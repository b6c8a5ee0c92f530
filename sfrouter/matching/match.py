"""Decides which account a lead belongs to: link, contact, domain, alias, name, or a person where it is unclear."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from sfrouter.matching.calibrated import ENOUGH, GUARDED
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.name_score import score_name
from sfrouter.matching.question import Question, ask
from sfrouter.matching.reasons import ReviewReason, reason_of
from sfrouter.matching.settings import MatchSettings
from sfrouter.matching.signal import Signal
from sfrouter.matching.signals.alias import Alias
from sfrouter.matching.signals.contact import Contact
from sfrouter.matching.signals.domain import Domain
from sfrouter.matching.signals.ip import Ip, Use
from sfrouter.matching.signals.link import Link
from sfrouter.matching.signals.name import Name
from sfrouter.matching.tie import by_network, settle
from sfrouter.model import records
from sfrouter.model.evidence import NO_MATCH, Band, Finding, Match, Suspicion
from sfrouter.model.records import Account, Lead

DEFAULT_SIGNALS: tuple[Signal, ...] = (Link(), Contact(), Domain(), Alias(), Name(), Ip())
_MOST_SUSPICIONS = 5
_IP = "ip"
_CERTAIN = ("link", "contact")  # what a person said, not what a stranger typed
_LIFT = 5.0  # points a network adds within the review band
_SENT_FROM = "sent from a network of this company"
_BEATS = ("contact", "domain")  # before them other evidence gives way, and the trace says so (D02, R028)
_TIE = 3.0  # findings within so many points of the best fit equally

_Findings = tuple[Finding, ...]


def match(
    lead: Lead,
    index: AccountIndex,
    settings: MatchSettings,
    *,
    linked: Account | None = None,
    contacts: tuple[records.Contact, ...] = (),
) -> Match:
    """The account a lead belongs to, with all that spoke for it. The same input gives the same answer.

    `linked` is the account a person linked the lead to; it need not be in the index.
    `contacts` are those with the lead's address, with the living account each belongs to (D02).
    """
    question = ask(lead, settings, linked, contacts)
    found = _ask_all(question, index)
    return replace(
        _judge(question, index, found),
        findings=tuple(finding for findings in found for finding in findings),
        company_domain=question.company_domain,
        company_key=question.company_key,
    )


def match_each(lead: Lead, index: AccountIndex, each: Sequence[MatchSettings]) -> tuple[Match, ...]:
    """What several settings that differ only in their two limits make of a lead without a link (G05).

    The bands and accounts are those of `match` with each of them, but the evidence is asked again only where it
    depends on the limit; what is merely suspected beside an automatic match (C10) is told by the first.
    """
    asked: dict[float, list[_Findings]] = {}
    made = []
    for settings in each:
        question = ask(lead, settings)
        usual = asked.get(math.inf)
        key = settings.match_above if usual is None or _depends(question, index, usual) else math.inf
        if key not in asked:
            asked[key] = _ask_all(question, index)
            if settings.match_above >= GUARDED:
                asked.setdefault(math.inf, asked[key])
        made.append(replace(_judge(question, index, asked[key]), findings=tuple(chain(*asked[key]))))
    return tuple(made)


def _depends(question: Question, index: AccountIndex, found: Sequence[_Findings]) -> bool:
    """May a match limit change the evidence: by plain rules, on a shared domain, or under a guard?"""
    if len(index) < ENOUGH or {question.email_domain, question.website_domain} & question.settings.shared_domains:
        return True
    limit = question.settings.match_above
    return limit < GUARDED and any(limit < one.score <= GUARDED for findings in found for one in findings)


def _ask_all(question: Question, index: AccountIndex) -> list[_Findings]:
    """The findings of each signal in turn. After a person's link nothing else is asked."""
    found: list[_Findings] = []
    for signal in question.settings.signals or DEFAULT_SIGNALS:
        findings = signal.findings(question, index)
        if isinstance(signal, Link) and findings:
            return [findings]
        found.append(tuple(finding for finding in findings if not _forbidden(question, index, finding)))
    return found


def _forbidden(question: Question, index: AccountIndex, finding: Finding) -> bool:
    """Has a person said "never these two" (RV1)?"""
    if not question.settings.forbidden:
        return False
    entry = index.get(finding.account_id)
    return entry is not None and question.never(entry)


def _judge(question: Question, index: AccountIndex, found: Sequence[_Findings]) -> Match:
    settings = question.settings
    for place, findings in enumerate(found):
        if not findings or findings[0].score < settings.review_from or findings[0].signal == _IP:
            continue
        if findings[0].score <= settings.match_above:
            return _review(question, _lifted(question, findings, _supported(question, found)))
        later = [one for rest in found[place + 1 :] for one in rest if one.signal != _IP]
        return _decided(question, index, findings, later, _supported(question, found))
    if question.insufficient:
        return replace(NO_MATCH, words="insufficient data: neither a company domain nor a company name",
                       insufficient=True)  # fmt: skip
    return NO_MATCH


def _supported(question: Question, found: Sequence[_Findings]) -> frozenset[str]:
    """The accounts that the lead's network speaks for, where the policy lets it support other evidence (R037)."""
    parts = question.settings.signals or DEFAULT_SIGNALS
    if not any(isinstance(part, Ip) and part.use is Use.SUPPORT for part in parts):
        return frozenset()
    return frozenset(one.account_id for findings in found for one in findings if one.signal == _IP)


def _lifted(question: Question, findings: _Findings, supported: frozenset[str]) -> _Findings:
    """Scores within the review band, those the network speaks for higher, but never a match by that (R037)."""
    settings = question.settings
    return tuple(
        replace(
            one, score=max(one.score, min(one.score + _LIFT, settings.match_above)),
            words=f"{one.words}; {_SENT_FROM}", ids=(*one.ids, "R037"),
        )
        if one.account_id in supported and one.score >= settings.review_from else one
        for one in findings
    )  # fmt: skip


def _decided(
    question: Question,
    index: AccountIndex,
    findings: _Findings,
    later: Sequence[Finding],
    supported: frozenset[str],
) -> Match:
    """Some accounts fit: one of them is chosen, unless a person must."""
    best = findings[0]
    fitting = [finding for finding in findings if finding.score > question.settings.match_above]
    fitting = [finding for finding in fitting if best.score - finding.score <= _TIE]
    words = best.words
    if len(fitting) > 1:
        entries = [entry for finding in fitting if (entry := index.get(finding.account_id)) is not None]
        tie = settle(question, entries, _agreeing_names(question, index, entries, fitting))
        if tie.chosen is None:
            tie = by_network(tie, supported)
        if tie.chosen is None:
            return _for_a_person(fitting, ReviewReason.TIE, f"{best.words}; {tie.words}", ("T01",))
        best = next(finding for finding in fitting if finding.account_id == tie.chosen.id)
        words = f"{best.words}; {tie.words}"
    if _only_typed(question, best):
        return _free_mail(question, best, words)
    conflicts = _conflicts(question, index, best, fitting, later)
    return Match(
        band=Band.AUTO, account_id=best.account_id, score=best.score,
        words="; ".join((words, *conflicts)),
        suspicions=_suspected(index, conflicts) if best.signal == "domain" else (),  # a contact leaves no doubt
    )  # fmt: skip


def _agreeing_names(
    question: Question, index: AccountIndex, entries: Sequence[Entry], fitting: Sequence[Finding]
) -> dict[str, float]:
    """Of accounts that share a domain, those whose name is the lead's.

    Names that tie cannot settle the tie, but an account's own name goes before the other name of another.
    """
    if fitting[0].signal == "name":
        return {found.account_id: 1.0 for found in fitting if "R017" not in found.ids}
    # A contact's account may well have another domain than the address; the very name still agrees.
    by_contact = fitting[0].signal == "contact"
    very = {entry.id: 100.0 for entry in entries if by_contact and _same_name(question, entry)}
    scores = {entry.id: score_name(question, entry, index).score for entry in entries} | very
    return {account_id: score for account_id, score in scores.items() if score > question.settings.match_above}


def _same_name(question: Question, entry: Entry) -> bool:
    return question.name.usable and question.name.key in {one.name.key for one in (entry, *entry.others)}


def _only_typed(question: Question, finding: Finding) -> bool:
    """Does the finding rest on what anybody could type, beside an address that names no company (C01)?"""
    if finding.signal in _CERTAIN or not question.typed_only:
        return False
    return not (finding.signal == "domain" and finding.lead_value == question.email_domain)


def _free_mail(question: Question, best: Finding, words: str) -> Match:
    kind = "a personal address" if question.personal else "free mail"
    choice = question.settings.free_mail_with_name
    if choice == "auto":
        return Match(band=Band.AUTO, account_id=best.account_id, score=best.score, words=f"{words}; from {kind}")
    if choice == "off":
        return replace(NO_MATCH, score=best.score, words=f"{words}, but {kind} names no company")
    return _for_a_person([best], ReviewReason.FREE_MAIL, f"{words}, but from {kind}", ("C01",))


def _review(question: Question, findings: _Findings) -> Match:
    """The best finding lies between the limits (R019)."""
    if _only_typed(question, findings[0]) and question.settings.free_mail_with_name == "off":
        words = f"{findings[0].words}, but the address names no company"
        return replace(NO_MATCH, score=findings[0].score, words=words)
    doubtful = [finding for finding in findings if finding.score >= question.settings.review_from]
    return _for_a_person(doubtful, reason_of(findings[0]), findings[0].words, ("R019",))


def _for_a_person(findings: Sequence[Finding], why: ReviewReason, words: str, ids: tuple[str, ...]) -> Match:
    best = findings[0]
    return Match(
        band=Band.REVIEW,
        score=best.score,
        words=words,
        suspicions=tuple(
            Suspicion(
                account_id=finding.account_id, score=finding.score, why=str(why),
                ids=tuple(dict.fromkeys((*ids, *finding.ids))),
            )
            for finding in findings[:_MOST_SUSPICIONS]
        ),
    )  # fmt: skip


def _conflicts(
    question: Question, index: AccountIndex, best: Finding, fitting: Sequence[Finding], later: Sequence[Finding]
) -> dict[str, Finding]:
    """What the later signals say of other accounts, against the domain (C10), by the words for the trace."""
    if best.signal not in _BEATS:
        return {}
    fit = {finding.account_id for finding in fitting}
    others = [
        finding
        for finding in later
        if finding.account_id not in fit
        and (finding.score > question.settings.match_above or "C10" in finding.ids)
    ]
    wins = f"the {best.signal} wins"
    return {f"the {finding.signal} says {_name(index, finding)}: {wins}": finding for finding in others}


def _name(index: AccountIndex, finding: Finding) -> str:
    entry = index.get(finding.account_id)
    return entry.typed if entry is not None else finding.account_id


def _suspected(index: AccountIndex, conflicts: dict[str, Finding]) -> tuple[Suspicion, ...]:
    """A review item where the account that lost is a customer, strategic or named (C10)."""
    suspicions: dict[str, Suspicion] = {}
    for finding in conflicts.values():
        entry = index.get(finding.account_id)
        if entry is None or not (entry.account.customer or entry.account.strategic or entry.account.named):
            continue
        why, ids = str(ReviewReason.CONFLICT), ("C10", "R028")
        suspicion = Suspicion(account_id=finding.account_id, score=finding.score, why=why, ids=ids)
        suspicions.setdefault(finding.account_id, suspicion)
    return tuple(suspicions.values())[:_MOST_SUSPICIONS]
