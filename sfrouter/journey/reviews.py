"""The review queue: possible matches that a person decides, those first where most is at stake (RV1)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fnmatch import fnmatchcase

from sfrouter.journey.desk import Desk
from sfrouter.journey.learnt import NAMED
from sfrouter.matching.names import normalise
from sfrouter.matching.reasons import ReviewReason, named_in
from sfrouter.model.records import Account, Lead, Opportunity, Relationship
from sfrouter.model.review import ReviewItem, ReviewState
from sfrouter.routing.money import in_base

MOST = 100_000  # items looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """What is lost when this lead goes to the wrong person. `amount` is in the policy's base currency.

    `leads` counts those that one answer settles.
    """

    strategic: bool = False
    named: bool = False
    customer: bool = False
    amount: Decimal = Decimal(0)
    leads: int = 1

    @property
    def order(self) -> tuple[object, ...]:
        """What the queue is ordered by: the greatest stake has the least."""
        return (not (self.strategic or self.named), -self.amount, not self.customer, -self.leads)

    @property
    def words(self) -> str:
        """In a few words."""
        named = (("strategic", self.strategic), ("named", self.named), ("customer", self.customer))
        worth = [f"{self.amount:,.0f}"] if self.amount else []
        several = [f"{self.leads} leads"] if self.leads > 1 else []
        return ", ".join([*(word for word, holds in named if holds), *worth, *several])


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One item with both of its sides. `alike` counts the open items that ask the same of other leads."""

    item: ReviewItem
    lead: Lead
    account: Account | None
    stake: Stake
    alike: int = 0

    @property
    def id(self) -> str:
        """What the commands call it."""
        return f"{self.item.lead_id}:{self.item.account_id}"

    @property
    def order(self) -> tuple[object, ...]:
        """Its place in the queue, the least first."""
        return (*self.stake.order, -self.item.score, self.item.raised_at, self.id)

    @property
    def target(self) -> str | None:
        """What accepting ties the lead to: the account's id, or NAMED and the company of an entry of the named
        list that has no account; None when neither is there."""
        if self.account is not None:
            return self.item.account_id
        company = "" if self.item.account_id else named_in(self.item.why)
        return NAMED + company if company else None

    @property
    def suspected(self) -> str:
        """The name of that company."""
        return self.account.name if self.account is not None else (self.target or "").removeprefix(NAMED)

    @property
    def to_learn(self) -> bool:
        """Is it only about learning from a link that a person made (R039)?"""
        return self.item.why.startswith(ReviewReason.LEARN)


def open_reviews(
    desk: Desk, *, state: ReviewState = ReviewState.OPEN, learn: bool | None = None, company: str = ""
) -> tuple[Review, ...]:
    """The items in a state, most at stake first; items of leads that are gone or converted are left out.

    `learn` picks the offers to learn, or all others; `company` is a pattern such as "Acme Labs*".
    """
    items = desk.ledger.reviews(state, limit=MOST)
    leads = desk.reader.leads({item.lead_id for item in items})
    accounts = desk.reader.accounts_by_id({item.account_id for item in items if item.account_id})
    rates = desk.rates()
    stakes = {key: stake_of(account, desk, rates) for key, account in accounts.items()}
    found = [
        Review(
            item=item,
            lead=lead,
            account=accounts.get(item.account_id),
            stake=_with_list(stakes.get(item.account_id, Stake()), item),
        )
        for item in items
        if (lead := leads.get(item.lead_id)) is not None and _stands(item, lead, accounts)
    ]
    wanted = (one for one in _counted(found) if learn in (None, one.to_learn) and fits(one.lead.company, company))
    return tuple(sorted(wanted, key=lambda one: one.order))


def _stands(item: ReviewItem, lead: Lead, accounts: Mapping[str, Account]) -> bool:
    gone = lead.deleted or lead.converted
    return not gone and (not item.account_id or item.account_id in accounts)


def _with_list(stake: Stake, item: ReviewItem) -> Stake:
    """Who is perhaps on the list of named accounts is as precious as who is flagged as one."""
    return replace(stake, named=stake.named or item.why.startswith(ReviewReason.NAMED_LIST))


def fits(name: str, pattern: str) -> bool:
    """Does a company name fit a pattern with * and ?, whatever its capitals and blanks? No pattern fits all."""
    return not pattern or fnmatchcase(_plain(name), _plain(pattern))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _counted(found: Sequence[Review]) -> Iterable[Review]:
    questions = Counter(same_question(one) for one in found)
    for one in found:
        leads = questions[same_question(one)]
        yield replace(one, alike=leads - 1, stake=replace(one.stake, leads=leads))


def same_question(one: Review) -> tuple[str, str, str]:
    """Items that ask the same: the same company name, the same account, for the same reason."""
    return normalise(one.lead.company).key or one.lead.id, one.item.account_id, one.item.why


def stake_of(account: Account, desk: Desk, rates: Mapping[str, Decimal]) -> Stake:
    """An account's weight: its flags, and contract value and open deals in the base currency.

    An amount in a currency without a rate counts as nothing.
    """
    deals = desk.reader.open_opportunities(account.id)
    return Stake(
        strategic=account.strategic,
        named=account.named or account.named_owner_id is not None,
        customer=account.relationship is Relationship.CUSTOMER,
        amount=sum((worth(deal, rates) for deal in deals), start=worth(account, rates)),
    )


def worth(of: Account | Opportunity, rates: Mapping[str, Decimal]) -> Decimal:
    """Contract value or amount in the policy's base currency; 0 without a value or a rate."""
    amount = of.contract_value if isinstance(of, Account) else of.amount
    return in_base(amount, of.currency, rates) or Decimal(0)
