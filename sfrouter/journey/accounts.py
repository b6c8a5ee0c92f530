"""Accounts the router made or would make, for people: to list, to agree to, to turn down (R066-R072)."""

from sfrouter.journey.assembly import House
from sfrouter.journey.desk import Desk
from sfrouter.journey.refresh import meet_org
from sfrouter.ledger.new_accounts import AccountState, AskedAccount, NoSuchNewAccountError
from sfrouter.model.ids import is_user
from sfrouter.model.new_company import Action, NewCompany
from sfrouter.routing.owners import find_owner
from sfrouter.routing.rule import Role, Wanted
from sfrouter.writeback.plan_account import account_write

__all__ = ["agree", "list_accounts", "turn_down"]


def list_accounts(desk: Desk) -> tuple[AskedAccount, ...]:
    """Every account that was asked for, newest first."""
    return tuple(reversed(desk.ledger.asked_accounts()))


def turn_down(desk: Desk, domain: str) -> AskedAccount:
    """Never make an account for this domain. Raises NoSuchNewAccountError unless proposed or refused."""
    found = _asked(desk, domain, AccountState.PROPOSED, AccountState.REFUSED, AccountState.LOST)
    desk.ledger.end_account(found.domain, AccountState.DISMISSED)
    return _asked(desk, domain, AccountState.DISMISSED)


def agree(house: House, domain: str) -> AskedAccount:
    """Make a proposed account; the daemon's next round sends it. Raises NoSuchNewAccountError.

    Its owner is whoever has the first lead now (R068), else whoever has the last.
    """
    desk = house.desk
    found = _asked(desk, domain, AccountState.PROPOSED)
    owner_id = _owner(house, found)
    company = NewCompany(domain=found.domain, name=found.name, action=Action.CREATE, lead_ids=found.lead_ids)
    decision = desk.ledger.decisions_of(found.lead_id)[found.decision_number - 1].decision
    write = account_write(decision, company, owner_id, found.turn, desk.mapping, meet_org(house).org_id)
    desk.ledger.order_account(found, write, owner_id)
    return _asked(desk, domain, AccountState.ON_ITS_WAY)


def _asked(desk: Desk, domain: str, *states: AccountState) -> AskedAccount:
    found = desk.ledger.asked_account(domain.strip().lower())
    if found is None or found.state not in states:
        raise NoSuchNewAccountError(domain, found.state if found else None)
    return found


def _owner(house: House, found: AskedAccount) -> str:
    desk, now = house.desk, house.gateway.server_now()
    directory = desk.directory(now)
    leads = sorted(desk.reader.leads(found.lead_ids).values(), key=lambda lead: (lead.created_at, lead.id))
    never = desk.intake_ids(directory)
    for lead in (*leads[:1], *reversed(leads[1:])):
        wanted = Wanted(role=Role.LEAD_OWNER, record_id=lead.owner_id)
        owner = find_owner(wanted, directory, departed=desk.policy.departed, never=never).owner
        if owner is not None and is_user(owner.id):
            return owner.id
    raise NoSuchNewAccountError(found.domain, found.state)
