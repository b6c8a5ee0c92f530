"""Takes back accounts that the router made: shown first, only where nobody has touched them since (R069, G18)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.journey.ordered import LINK_ONLY
from sfrouter.journey.refresh import meet_org
from sfrouter.ledger.decisions import Standing
from sfrouter.ledger.new_accounts import AskedAccount, NoSuchNewAccountError
from sfrouter.ledger.removals import CAN_GO, Removal
from sfrouter.model.ids import to_18
from sfrouter.model.order import LinkOrder, OrderKind, OrderState
from sfrouter.model.records import Lead
from sfrouter.model.write import LIVE_STATES, WriteState
from sfrouter.writeback.names import AccountNames, LeadNames
from sfrouter.writeback.plan_account import removal_write
from sfrouter.writeback.removal import AccountLook

_log = logger("journey")
_LINK_STAYED = frozenset({WriteState.REFUSED, WriteState.SUPERSEDED, WriteState.DEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """An account that is to be taken back. `why_not`: what speaks against it, "" for nothing."""

    asked: AskedAccount
    leads: tuple[Lead, ...]
    why_not: str = ""


def accounts_to_undo(house: House, said: str = "") -> tuple[TakeBack, ...]:
    """The account of a domain or with an id, or all that the router made; the org itself is asked about each.

    Raises NoSuchNewAccountError, GatewayError, NotMappedError.
    """
    asked = house.ledger.asked_accounts()
    found = [one for one in asked if one.state in CAN_GO and (not said or _is(one, said))]
    if said and not found:
        raise NoSuchNewAccountError(said, next((one.state for one in reversed(asked) if _is(one, said)), None))
    return tuple(_judged(house, one) for one in found)


def undo(house: House, wanted: Iterable[TakeBack], *, by: str, at: datetime, batch: str) -> int:
    """Order it for those that nothing speaks against; the daemon unlinks the leads, then deletes. Gives how many.

    Raises NoSuchNewAccountError when somebody else ordered it a moment ago.
    """
    going = [one for one in wanted if not one.why_not]
    for one in going:
        orders = [_unlinked(one.asked.account_id, lead, by, at, batch) for lead in one.leads]
        house.ledger.order_removal(one.asked, orders, by=by, batch=batch)
    return len(going)


def remove_undone(house: House) -> int:
    """Put the removals into the outbox whose leads are unlinked by now. Gives how many."""
    count = 0
    for removal in house.ledger.open_removals():
        ready, words = _unlinking(house, removal)
        if words:
            house.ledger.keep_account(removal, words)
            _log.warning("account_kept", account=removal.account_id, why=words)
        elif ready:
            asked, desk = removal.asked, house.desk
            write = removal_write(
                asked.lead_id, asked.decision_number, removal.account_id, asked.owner_id, removal.tries,
                desk.mapping, meet_org(house).org_id,
            )  # fmt: skip
            house.ledger.send_removal(removal, write)
            count += 1
    return count


def forget_removed(house: House) -> None:
    """An account is deleted: the matching forgets it at once, before a further lead is linked to it."""
    house.puller.pull("account")
    house.desk.refresh_index()


def _is(asked: AskedAccount, said: str) -> bool:
    plain = said.strip()
    if asked.domain == plain.lower():
        return True
    try:
        return asked.account_id == to_18(plain)
    except ValueError:
        return False


def _judged(house: House, asked: AskedAccount) -> TakeBack:
    """The org is asked first: while it answers, the daemon may read and write, and what was read before is old."""
    touched = _touched(house, asked)
    ledger, reader, account_id = house.ledger, house.desk.reader, asked.account_id or ""
    standings = dict(ledger.standings({*asked.lead_ids, *ledger.leads_linked_to(account_id)}))
    known = reader.leads(standings)
    leads = reader.leads_of_account(account_id)
    standings |= ledger.standings(lead.id for lead in leads if lead.id not in standings)
    if not touched and _on_its_way(account_id, standings, known):
        touched = "a write of one of its leads is still on the way: try again in a minute"
    return TakeBack(asked=asked, leads=leads, why_not=touched or _touched_lead(house, asked, leads, standings))


def _touched(house: House, asked: AskedAccount) -> str:
    """What speaks against it at the account itself."""
    mapping = house.desk.mapping
    names = AccountNames.of(mapping)
    if house.gateway.describe(names.object_name).get("deletable") is not True:
        return "the router's user may not delete accounts in the org"
    look = AccountLook(house.gateway, LeadNames.of(mapping), names)
    return look.why_touched(asked.account_id or "", asked.owner_id or "")


def _on_its_way(account_id: str, standings: Mapping[str, Standing], known: Mapping[str, Lead]) -> bool:
    """Is one of our writes under way, or has the mirror still to see one of our own links to the account?"""
    if any(one.lead_write in LIVE_STATES for one in standings.values()):
        return True
    return any(
        lead.account_id != account_id
        and standings[lead.id].link_account_id == account_id
        and standings[lead.id].unseen_in(lead)
        for lead in known.values()
    )


def _touched_lead(
    house: House, asked: AskedAccount, leads: tuple[Lead, ...], standings: Mapping[str, Standing]
) -> str:
    """Did a person link, convert or change one of its leads since?"""
    router_id = meet_org(house).user_id
    for lead in leads:
        before = standings.get(lead.id)
        if lead.converted:
            return f"lead {lead.id} was converted"
        if before is None or before.link_account_id != asked.account_id or before.rule == LINK_ONLY:
            return f"somebody else linked lead {lead.id} to it"
        if lead.modified_by_id != router_id and lead.modified_at > asked.at:
            return f"somebody changed lead {lead.id} since"
    return ""


def _unlinked(account_id: str | None, lead: Lead, by: str, at: datetime, batch: str) -> LinkOrder:
    """The lead keeps its owner and loses the link, unless a person is there first."""
    return LinkOrder(
        lead_id=lead.id, kind=OrderKind.UNDONE, account_id=None, account_was=account_id, owner_was=lead.owner_id,
        owner_id=lead.owner_id, by=by, at=at, batch=batch,
    )  # fmt: skip


def _unlinking(house: House, removal: Removal) -> tuple[bool, str]:
    """Are all of its leads unlinked; and if that cannot be, why the account stays."""
    orders = [one for one in house.ledger.orders_in(removal.batch) if one.account_was == removal.account_id]
    standings = house.ledger.standings(one.lead_id for one in orders)
    for one in orders:
        if one.state in (OrderState.LEFT, OrderState.WITHDRAWN):
            return False, f"somebody was first at lead {one.lead_id}"
        before = standings.get(one.lead_id)
        if before is not None and before.number == one.decision_number and before.lead_write in _LINK_STAYED:
            return False, f"the link of lead {one.lead_id} could not be emptied"
    done = all(
        one.state is OrderState.TAKEN and (before := standings.get(one.lead_id)) is not None
        and before.lead_write not in LIVE_STATES
        for one in orders
    )  # fmt: skip
    return done, ""
