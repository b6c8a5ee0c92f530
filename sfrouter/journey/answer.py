"""Answers review items: accept links, routes again and teaches; reject says never; skip leaves it (RV1, R019)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sfrouter.base.errors import SfrouterError
from sfrouter.journey.desk import Desk
from sfrouter.journey.learn_offer import alias_of, teachable
from sfrouter.journey.reviews import Review, open_reviews, same_question
from sfrouter.journey.waiting import HELD
from sfrouter.matching.indexed_account import Entry, IndexedAccount, entry_of, indexed
from sfrouter.matching.question import ask
from sfrouter.matching.reasons import ReviewReason, named_in
from sfrouter.model.ids import to_18
from sfrouter.model.order import LinkOrder, OrderKind
from sfrouter.model.review import ReviewState, Verdict


class UnknownReviewError(SfrouterError):
    """No open item is called so."""

    def __init__(self, called: str, *, several: Sequence[str] = ()) -> None:
        what = f"no review item '{called}' is open"
        mend = "'sfrouter review list' shows what is"
        if several:
            what = f"lead {called} has {len(several)} open review items"
            mend = f"name one of them: {', '.join(several)}"
        super().__init__(what, mend=mend)


class NoAccountError(SfrouterError):
    """The item suspects an entry of the named-account list that is not on it any more."""

    def __init__(self, review: Review) -> None:
        super().__init__(
            f"{review.id} has no account to link, and its entry has left the named list ({review.item.why})",
            mend="put it under named_accounts in companies.yaml again, or skip the item",
        )


class TwiceAnsweredError(SfrouterError):
    """A lead cannot belong to two accounts."""

    def __init__(self, lead_id: str) -> None:
        super().__init__(f"two items of lead {lead_id} were to be accepted at once", mend="accept one of them")


def pick(desk: Desk, called: Iterable[str], *, company: str = "") -> tuple[Review, ...]:
    """The items named by "lead:account", by the lead alone where it has one, or by a pattern of its company.

    Raises UnknownReviewError.
    """
    at_hand = [one for state in (ReviewState.OPEN, ReviewState.SKIPPED) for one in open_reviews(desk, state=state)]
    found = {one.id: one for one in at_hand if company and one.item.state is ReviewState.OPEN}
    if company:
        found = {one.id: one for one in open_reviews(desk, company=company)}
    for name in called:
        one = _called(name, at_hand)
        found[one.id] = one
    return tuple(found.values())


def _called(name: str, at_hand: Sequence[Review]) -> Review:
    lead, _, account = name.strip().partition(":")
    try:
        wanted = (to_18(lead), to_18(account) if account else None)
    except ValueError:
        raise UnknownReviewError(name) from None
    fitting = [one for one in at_hand if one.lead.id == wanted[0] and wanted[1] in (None, one.item.account_id)]
    still_open = [one for one in fitting if one.item.state is ReviewState.OPEN]
    fitting = still_open or fitting
    if len(fitting) != 1:
        raise UnknownReviewError(name, several=[one.id for one in fitting])
    return fitting[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an answer comes to, before it is kept. `also` are items of the same question that it closes."""

    reviews: tuple[Review, ...]
    also: tuple[Review, ...]
    verdict: Verdict


def accept(desk: Desk, reviews: Sequence[Review], *, by: str, at: datetime, batch: str) -> Answer:
    """Link, route again, learn. An offer to learn only teaches. Raises NoAccountError, TwiceAnsweredError.

    For an entry of the named list without an account there is nothing to link: the lead is routed again as that
    entry's, and its name is learnt as another name of the entry's company (R073, RV1).
    """
    seen: set[str] = set()
    states: dict[tuple[str, str], ReviewState] = {}
    aliases: dict[str, str] = {}
    orders = []
    for one in reviews:
        entry = _entry(one, desk)
        states[one.item.pair] = ReviewState.ACCEPTED
        aliases.update(dict.fromkeys(_lesson(one, entry, desk), entry.id))
        if one.to_learn:
            continue
        if one.lead.id in seen:
            raise TwiceAnsweredError(one.lead.id)
        seen.add(one.lead.id)
        orders.append(_order(one, by=by, at=at, batch=batch))
    also = tuple(one for one in open_reviews(desk, learn=False) if one.lead.id in seen and one not in reviews)
    also = tuple(one for one in also if one.item.pair not in states)
    states |= {one.item.pair: ReviewState.CLOSED for one in also}
    verdict = Verdict(states=states, by=by, aliases=aliases, orders=tuple(orders))
    return Answer(reviews=tuple(reviews), also=also, verdict=verdict)


def reject(desk: Desk, reviews: Sequence[Review], *, by: str) -> Answer:
    """Never match these two again; the open items that ask the same are closed with it."""
    never = {pair for one in reviews for pair in never_pairs(one, desk)}
    given = {one.item.pair for one in reviews}
    named = {one for one in (_by_name(review, desk) for review in reviews) if one}
    also = tuple(
        one
        for one in open_reviews(desk, learn=False)
        if one.item.pair not in given and same_question(one) in named
    )
    states = dict.fromkeys(given, ReviewState.REJECTED) | {one.item.pair: ReviewState.REJECTED for one in also}
    verdict = Verdict(states=states, by=by, never=frozenset(never), anew=_released(desk, states))
    return Answer(reviews=tuple(reviews), also=also, verdict=verdict)


def skip(desk: Desk, reviews: Sequence[Review], *, by: str) -> Answer:
    """Leave it unanswered, out of the queue. It can be answered later all the same."""
    states = {one.item.pair: ReviewState.SKIPPED for one in reviews}
    return Answer(
        reviews=tuple(reviews), also=(), verdict=Verdict(states=states, by=by, anew=_released(desk, states))
    )


def never_pairs(one: Review, desk: Desk) -> frozenset[tuple[str, str]]:
    """What a rejection forbids for ever: the company's name, its domain where that is the question, or the lead.

    A name that is the account's own cannot be forbidden: the company itself comes under it. Then the answer is
    about this lead only. A person's link stands, whatever was rejected about learning from it.
    """
    if one.to_learn or one.target is None:
        return frozenset()
    account_id = one.target
    domain = ask(one.lead, desk.policy.matching).company_domain
    if one.item.why.startswith(ReviewReason.CONFLICT) and domain:
        return frozenset({(domain, account_id)})
    name = _by_name(one, desk)
    return frozenset({(one.lead.company.strip() if name else one.lead.id, account_id)})


def _by_name(one: Review, desk: Desk) -> tuple[str, str, str] | None:
    """The question in a form that other leads can share, where the company's name alone raised it."""
    if one.to_learn or one.target is None:
        return None
    question, entry = ask(one.lead, desk.policy.matching), _entry_of(one)
    shared = question.name.usable and question.name.key != entry.name.key and not question.name.generic
    return same_question(one) if shared else None


def _entry(one: Review, desk: Desk) -> Entry:
    listed = {entry.company for entry in desk.policy.named_entries}
    if one.account is None and named_in(one.item.why) not in listed:
        raise NoAccountError(one)
    return _entry_of(one)


def _entry_of(one: Review) -> Entry:
    """The other side of the question: the account, or the entry of the named list in the form of one."""
    if one.account is not None:
        return entry_of(indexed(one.account, has_open_opportunity=False))
    return entry_of(IndexedAccount(id=one.target or "", name=named_in(one.item.why)))


def _lesson(one: Review, entry: Entry, desk: Desk) -> tuple[str, ...]:
    settings = desk.policy.matching
    if one.to_learn:
        return teachable(one.lead, entry, settings)
    return tuple(filter(None, [alias_of(one.lead, entry, settings)]))


def _order(one: Review, *, by: str, at: datetime, batch: str) -> LinkOrder:
    return LinkOrder(
        lead_id=one.lead.id, kind=OrderKind.ACCEPTED, account_id=one.item.account_id or None,
        account_was=one.lead.account_id, owner_was=one.lead.owner_id, by=by, at=at, batch=batch,
    )  # fmt: skip


def _released(desk: Desk, states: Mapping[tuple[str, str], ReviewState]) -> tuple[str, ...]:
    """Held leads that nothing is asked about any more: they are decided now (RV1)."""
    leads = {lead_id for lead_id, _ in states}
    standing = desk.ledger.standings(leads)
    return tuple(
        sorted(
            lead_id
            for lead_id in leads
            if lead_id in standing
            and standing[lead_id].rule == HELD
            and all(
                item.pair in states or item.state is not ReviewState.OPEN
                for item in desk.ledger.reviews_of(lead_id)
            )
        )
    )
