"""Proposed accounts as questions of the review queue: may the router make an account of these leads (R066)?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sfrouter.journey.accounts import owner_of
from sfrouter.journey.desk import Desk
from sfrouter.journey.outlook import owner_name
from sfrouter.journey.reviews import Review, Stake, fits, open_reviews
from sfrouter.ledger.new_accounts import AccountState, AskedAccount
from sfrouter.model.records import Lead
from sfrouter.model.review import ReviewState

PREFIX = "new:"
_STATES = {ReviewState.OPEN: AccountState.PROPOSED, ReviewState.SKIPPED: AccountState.SKIPPED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposed account. `leads` are those that still stand; `owner` is the name of who would own it."""

    asked: AskedAccount
    leads: tuple[Lead, ...]
    stake: Stake
    owner: str

    @property
    def id(self) -> str:
        """What the commands call it."""
        return f"{PREFIX}{self.asked.domain}"

    @property
    def why(self) -> str:
        """Why a person is asked."""
        return f"{len(self.leads)} leads at {self.asked.domain} and no account: make one?"


Question = Review | Proposal


def open_proposals(
    desk: Desk, now: datetime, *, state: ReviewState = ReviewState.OPEN, company: str = ""
) -> tuple[Proposal, ...]:
    """The proposed accounts in a state whose leads still wait for one; `company` is a pattern of their name."""
    wanted = [one for one in desk.ledger.asked_accounts() if one.state is _STATES.get(state)]
    wanted = [one for one in wanted if fits(one.name, company)]
    return tuple(found for found in (_proposal(desk, one, now) for one in wanted) if found.leads)


def _proposal(desk: Desk, asked: AskedAccount, now: datetime) -> Proposal:
    leads = sorted(desk.reader.leads(asked.lead_ids).values(), key=lambda lead: (lead.created_at, lead.id))
    stand = tuple(one for one in leads if not (one.deleted or one.converted or one.account_id))
    owner = owner_name(desk.directory(now), owner_of(desk, asked, now))
    return Proposal(asked=asked, leads=stand, stake=Stake(leads=len(stand)), owner=owner)


def open_questions(desk: Desk, now: datetime, *, learn: bool = False, company: str = "") -> tuple[Question, ...]:
    """Everything a person is asked, most at stake first: doubtful matches and proposed accounts together."""
    proposals = () if learn else open_proposals(desk, now, company=company)
    return tuple(sorted((*open_reviews(desk, learn=learn, company=company), *proposals), key=_first))


def _first(one: Question) -> tuple[object, ...]:
    if isinstance(one, Review):
        return one.order
    return (*one.stake.order, 0.0, one.asked.at, one.id)


def pick_proposals(
    desk: Desk, now: datetime, called: Iterable[str], *, company: str = ""
) -> tuple[tuple[Proposal, ...], Sequence[str]]:
    """The proposals among the items called (skipped ones too) or of a company pattern, and the other names."""
    names = [name.strip() for name in called]
    at_hand = {one.id: one for state in _STATES for one in open_proposals(desk, now, state=state)}
    picked = {name.casefold(): at_hand[name.casefold()] for name in names if name.casefold() in at_hand}
    if company:
        picked |= {one.id: one for one in open_proposals(desk, now, company=company)}
    return tuple(picked.values()), [name for name in names if name.casefold() not in at_hand]
