"""Accounts the router made or would make, for people: to list, to agree to, to turn down (R066-R072)."""

from datetime import datetime

from sfrouter.base.errors import SfrouterError
from sfrouter.journey.assembly import House
from sfrouter.journey.desk import Desk
from sfrouter.journey.refresh import meet_org
from sfrouter.ledger.new_accounts import AccountState, AskedAccount, NoSuchNewAccountError
from sfrouter.matching.profiles import clues_of
from sfrouter.matching.question import ask
from sfrouter.mirror.reader import Company
from sfrouter.model.ids import is_user
from sfrouter.model.new_company import Action, NewCompany
from sfrouter.model.records import Lead
from sfrouter.routing.owners import find_owner
from sfrouter.routing.rule import Role, Wanted
from sfrouter.writeback.plan_account import account_write

__all__ = ["agree", "leave", "list_accounts", "owner_of", "turn_down"]

_ANSWERABLE = (AccountState.PROPOSED, AccountState.SKIPPED)


class NobodyOwnsError(SfrouterError):
    """None of the leads' owners is an active person, and an account needs one."""

    def __init__(self, domain: str) -> None:
        super().__init__(
            f"nobody could own the account for {domain}: no active person has one of its leads",
            mend="give its first lead to a person in the CRM, then answer again",
        )


def list_accounts(desk: Desk) -> tuple[AskedAccount, ...]:
    """Every account that was asked for, newest first."""
    return tuple(reversed(desk.ledger.asked_accounts()))


def turn_down(desk: Desk, domain: str) -> AskedAccount:
    """Never make an account for this domain. Raises NoSuchNewAccountError unless proposed or refused."""
    found = _asked(desk, domain, *_ANSWERABLE, AccountState.REFUSED, AccountState.LOST)
    desk.ledger.end_account(found.domain, AccountState.DISMISSED)
    return _asked(desk, domain, AccountState.DISMISSED)


def leave(desk: Desk, domain: str) -> AskedAccount:
    """Leave a proposed account unanswered, out of the queue. Raises NoSuchNewAccountError unless proposed."""
    found = _asked(desk, domain, *_ANSWERABLE)
    desk.ledger.end_account(found.domain, AccountState.SKIPPED)
    return _asked(desk, domain, AccountState.SKIPPED)


def agree(house: House, domain: str) -> AskedAccount:
    """Make a proposed account; the daemon's next round sends it. Raises NoSuchNewAccountError.

    Its owner is whoever has the first lead now (R068), else whoever has the last.
    """
    desk = house.desk
    found = _asked(desk, domain, *_ANSWERABLE)
    owner_id = owner_of(desk, found, house.gateway.server_now())
    if owner_id is None:
        raise NobodyOwnsError(found.domain)
    later = _came_since(desk, found)
    company = NewCompany(
        domain=found.domain, name=found.name, action=Action.CREATE, lead_ids=(*found.lead_ids, *later)
    )
    decision = desk.ledger.decisions_of(found.lead_id)[found.decision_number - 1].decision
    write = account_write(decision, company, owner_id, found.turn, desk.mapping, meet_org(house).org_id)
    desk.ledger.order_account(found, write, owner_id, later)
    return _asked(desk, domain, AccountState.ON_ITS_WAY)


def _came_since(desk: Desk, found: AskedAccount) -> tuple[str, ...]:
    """Open leads of the company that came after the proposal: they are linked with the others (R067).

    Leads about which a person is still asked stay out, as they would have when it was proposed.
    """
    leads = [one for one in desk.reader.company_leads(Company(domains=(found.domain,))) if _stands(one)]
    in_review = desk.ledger.in_review(one.id for one in leads)
    new = [one for one in leads if one.id not in in_review and one.id not in found.lead_ids]
    said = (clues_of(ask(one, desk.policy.matching)) for one in new)
    return tuple(one.lead_id for one in said if one.domain == found.domain and one.person)


def _stands(lead: Lead) -> bool:
    return not (lead.converted or lead.closed_lost or lead.account_id)


def _asked(desk: Desk, domain: str, *states: AccountState) -> AskedAccount:
    found = desk.ledger.asked_account(domain.strip().lower())
    if found is None or found.state not in states:
        raise NoSuchNewAccountError(domain, found.state if found else None)
    return found


def owner_of(desk: Desk, found: AskedAccount, now: datetime) -> str | None:
    """Who would own it: whoever has the first lead now (R068), else the last; None where nobody of them works."""
    directory = desk.directory(now)
    leads = sorted(desk.reader.leads(found.lead_ids).values(), key=lambda lead: (lead.created_at, lead.id))
    never = desk.intake_ids(directory)
    for lead in (*leads[:1], *reversed(leads[1:])):
        wanted = Wanted(role=Role.LEAD_OWNER, record_id=lead.owner_id)
        owner = find_owner(wanted, directory, departed=desk.policy.departed, never=never).owner
        if owner is not None and is_user(owner.id):
            return owner.id
    return None
