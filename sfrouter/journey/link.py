"""Links leads to accounts from the command line, singly or by company pattern, and undoes it (R041, R043)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sfrouter.base.errors import SfrouterError
from sfrouter.journey.desk import Desk
from sfrouter.journey.explain import UnknownLeadError
from sfrouter.journey.ordered import former_owner
from sfrouter.journey.reviews import fits
from sfrouter.matching.names import normalise
from sfrouter.model.decision import Decision
from sfrouter.model.dossier import Directory
from sfrouter.model.ids import to_18
from sfrouter.model.order import LinkOrder, OrderKind, OrderState
from sfrouter.model.records import Account, Lead
from sfrouter.model.write import LIVE_STATES


class UnknownAccountError(SfrouterError):
    """No account, or more than one, is called so."""

    def __init__(self, said: str, fitting: Sequence[Account]) -> None:
        what = f"no account '{said}' is known here"
        mend = "give its id or its name as the CRM has it; 'sfrouter sync' reads new accounts"
        if fitting:
            what = f"{len(fitting)} accounts are called '{said}'"
            mend = f"give the id of one of them: {', '.join(account.id for account in fitting[:10])}"
        super().__init__(what, mend=mend)


class UnknownBatchError(SfrouterError):
    """Nothing was ordered under this name."""

    def __init__(self, batch: str) -> None:
        super().__init__(f"no batch is called '{batch}'", mend="'sfrouter link --batches' shows them")


def account_called(desk: Desk, said: str) -> Account:
    """The account with this id or, if only one has it, this name. Raises UnknownAccountError."""
    try:
        account = desk.reader.account(desk.reader.surviving_account(to_18(said.strip())) or "")
    except ValueError:
        account = None
    if account is not None:
        return account
    key = normalise(said).key
    named = desk.reader.accounts_with_key(key) if key else ()
    exact = [one for one in named if one.name.casefold() == said.strip().casefold()]
    fitting = exact or list(named)
    if len(fitting) != 1:
        raise UnknownAccountError(said, fitting)
    return fitting[0]


def leads_called(desk: Desk, said: str) -> tuple[Lead, ...]:
    """The lead with this id, or every open lead whose company fits the pattern. Raises UnknownLeadError."""
    try:
        key = to_18(said.strip())
    except ValueError:
        found = (lead for lead in desk.reader.all_leads() if fits(lead.company, said))
        return tuple(lead for lead in found if not lead.converted)
    lead = desk.reader.lead(key)
    if lead is None or lead.deleted or lead.converted:
        raise UnknownLeadError(key, mirror_empty=desk.mirror.pulled_at("lead") is None)
    return (lead,)


def link_orders(
    leads: Iterable[Lead], account: Account, *, by: str, at: datetime, batch: str
) -> tuple[LinkOrder, ...]:
    """Orders for those of the leads that are not linked so already."""
    return tuple(
        LinkOrder(
            lead_id=lead.id, kind=OrderKind.LINKED, account_id=account.id, account_was=lead.account_id,
            owner_was=lead.owner_id, by=by, at=at, batch=batch,
        )
        for lead in leads
        if lead.account_id != account.id
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """One order of a batch that is to be undone. `order` does it; None: it cannot be done, `words` says why."""

    lead_id: str
    company: str
    words: str
    order: LinkOrder | None = None
    owner_now: str | None = None


def undo_batch(desk: Desk, batch: str, directory: Directory, intake_ids: frozenset[str], *, by: str, at: datetime,
               new_batch: str) -> tuple[TakeBack, ...]:  # fmt: skip
    """What undoing a batch comes to, lead by lead. Raises UnknownBatchError."""
    orders = [one for one in desk.ledger.orders_in(batch) if one.kind is not OrderKind.UNDONE]
    if not orders:
        raise UnknownBatchError(batch)
    leads = desk.reader.leads(one.lead_id for one in orders)
    found = []
    for one in orders:
        lead = leads.get(one.lead_id)
        undo, words = _undo(desk, one, lead, directory, intake_ids)
        if undo is not None:
            undo = replace(undo, by=by, at=at, batch=new_batch)
        found.append(
            TakeBack(
                lead_id=one.lead_id, company=lead.company if lead else "", words=words, order=undo,
                owner_now=lead.owner_id if lead else None,
            )
        )  # fmt: skip
    return tuple(found)


def _undo(
    desk: Desk, order: LinkOrder, lead: Lead | None, directory: Directory, intake_ids: frozenset[str]
) -> tuple[LinkOrder | None, str]:
    if lead is None or lead.deleted or lead.converted:
        return None, "the lead is gone or converted"
    if order.state is OrderState.OPEN:
        return _as_undo(order, lead, None, OrderState.WITHDRAWN), "not carried out yet: withdrawn"
    if order.state is not OrderState.TAKEN:
        return None, "it was never carried out"
    last = desk.ledger.last_decision(lead.id)
    if last is None or last.decision.number != order.decision_number:
        return None, "the lead was decided again since"
    if last.lead_write in LIVE_STATES:
        return None, "its write is still on the way: try again in a minute"
    if _touched(lead, order, last.decision):
        return None, "somebody changed the lead's owner or link since"
    former = last.decision.lead_owner_id
    if former in intake_ids:
        return None, "it came straight from the intake and would be routed again"
    if former != lead.owner_id and former_owner(former, directory) is None:
        return None, "its former owner can take no leads any more"
    return _as_undo(order, lead, former, OrderState.OPEN), "gets back the owner and the link it had"


def _touched(lead: Lead, order: LinkOrder, decision: Decision) -> bool:
    owner = decision.owner.id if decision.owner else decision.lead_owner_id
    return (lead.owner_id, lead.account_id) != (owner, decision.link_account_id or order.account_id)


def _as_undo(order: LinkOrder, lead: Lead, former: str | None, state: OrderState) -> LinkOrder:
    return LinkOrder(
        lead_id=lead.id, kind=OrderKind.UNDONE, account_id=order.account_was, account_was=lead.account_id,
        owner_was=lead.owner_id, owner_id=former, by="", at=order.at, batch="", state=state,
    )  # fmt: skip
