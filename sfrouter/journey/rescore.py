"""Looks at open review items again after people's answers taught something new, so that nobody is asked twice."""

from datetime import datetime

from sfrouter.base.log import logger
from sfrouter.journey.company_match import known_contacts
from sfrouter.journey.desk import Desk
from sfrouter.journey.standard_values import standard_lead
from sfrouter.journey.waiting import HELD
from sfrouter.matching.match import match
from sfrouter.matching.named import match_named
from sfrouter.matching.question import ask
from sfrouter.matching.reasons import ReviewReason, named_in
from sfrouter.model.evidence import Band
from sfrouter.model.order import LinkOrder, OrderKind
from sfrouter.model.records import Lead
from sfrouter.model.review import ReviewItem, ReviewState, Verdict

_log = logger("journey")
TAUGHT = "learnt"
"""Who answered: an earlier answer did."""
_MOST = 5_000  # items looked at in one round


def rescore(desk: Desk, now: datetime) -> int:
    """Answer the open items that an earlier answer settles. Returns how many.

    Needs the whole index of accounts.
    """
    items = [
        one
        for one in desk.ledger.reviews(limit=_MOST)
        if (one.account_id or named_in(one.why)) and not one.why.startswith(ReviewReason.LEARN)
    ]
    leads = desk.reader.leads({one.lead_id for one in items})
    settled = 0
    for item in items:
        verdict = _verdict(item, leads.get(item.lead_id), desk, now)
        if verdict is not None:
            desk.ledger.keep_verdict(verdict)
            settled += 1
    if settled:
        _log.info("reviews_settled_by_earlier_answers", count=settled)
    return settled


def _verdict(item: ReviewItem, lead: Lead | None, desk: Desk, now: datetime) -> Verdict | None:
    if lead is None or lead.deleted or lead.converted:
        return Verdict(states={item.pair: ReviewState.CLOSED}, by=TAUGHT)
    lead = standard_lead(lead, desk.policy.standards)
    if not item.account_id:
        return _of_the_list(item, lead, desk, now)
    found = match(lead, desk.index, desk.policy.matching, contacts=known_contacts(lead, desk.reader))
    if found.band is Band.AUTO and found.account_id == item.account_id:
        return _accepted(item, lead, now)
    entry = desk.index.get(item.account_id)
    if entry is not None and ask(lead, desk.policy.matching).never(entry):
        return _closed(item, lead, desk)
    return None


def _of_the_list(item: ReviewItem, lead: Lead, desk: Desk, now: datetime) -> Verdict | None:
    """The same where the question is an entry of the named list that has no account (R073)."""
    found, doubts = match_named(lead, None, desk.named, desk.policy.matching)
    if found is not None and found.company == named_in(item.why):
        return _accepted(item, lead, now)
    return None if any(one.why == item.why for one in doubts) else _closed(item, lead, desk)


def _accepted(item: ReviewItem, lead: Lead, now: datetime) -> Verdict:
    order = LinkOrder(
        lead_id=lead.id, kind=OrderKind.ACCEPTED, account_id=item.account_id or None, account_was=lead.account_id,
        owner_was=lead.owner_id, by=TAUGHT, at=now, batch=TAUGHT,
    )  # fmt: skip
    return Verdict(states={item.pair: ReviewState.ACCEPTED}, by=TAUGHT, orders=(order,))


def _closed(item: ReviewItem, lead: Lead, desk: Desk) -> Verdict:
    held = desk.ledger.standings([lead.id])[lead.id].rule == HELD
    return Verdict(states={item.pair: ReviewState.CLOSED}, by=TAUGHT, anew=(lead.id,) if held else ())
