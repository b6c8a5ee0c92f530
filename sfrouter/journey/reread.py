"""Reads formulas and roll-ups again right before a decision: no stamp tells of their change (F07)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.journey.company_match import CompanyMatch, company_match
from sfrouter.journey.desk import Desk
from sfrouter.journey.ordered import Wish
from sfrouter.journey.standard_values import standard_lead
from sfrouter.journey.waiting import Waiting

MOST_SUSPECTS = 10  # accounts a lead; where more fit, it is not their formulas that tell them apart
_log = logger("journey")


def with_fresh_figures(
    house: House, items: Sequence[Waiting], wishes: Mapping[str, Wish], *, slice_of: int
) -> Iterator[Waiting]:
    """The leads to decide; before each slice of them what the org works out by itself is read again.

    One query each for the leads, for the accounts that fit them, and for those accounts' open deals; none where
    the mapping names no formula of them. A lead's company that was found for that goes with it. A lead that proves
    to have changed is left to the next round.
    """
    for start in range(0, len(items), slice_of):
        yield from _fresh(house, items[start : start + slice_of], wishes)


def _fresh(house: House, items: Sequence[Waiting], wishes: Mapping[str, Wish]) -> Sequence[Waiting]:
    desk = house.desk
    if _read_again(house, "lead", [item.lead.id for item in items]):
        leads = desk.reader.leads(item.lead.id for item in items)
        items = [
            replace(item, lead=now) for item in items
            if (now := leads.get(item.lead.id)) is not None and now.stamp == item.lead.stamp
        ]  # fmt: skip
    if not any(house.puller.calculates(noun) for noun in ("account", "opportunity")):
        return items
    items = [replace(item, company=_company(item, desk, wishes.get(item.lead.id))) for item in items]
    suspects = {one for item in items for one in _suspects(item.company, desk)}
    if _read_again(house, "account", sorted(suspects)):
        desk.refresh_index()
    deals = {deal.id for one in suspects for deal in desk.reader.open_opportunities(one)}
    if _read_again(house, "opportunity", sorted(deals)):
        desk.refresh_index()
    return items


def _read_again(house: House, noun: str, ids: Sequence[str]) -> bool:
    """Was anything read? What cannot be read now is decided as the mirror knows it, as of the last sweep."""
    if not ids or not house.puller.calculates(noun):
        return False
    try:
        house.puller.read_again(noun, ids)
    except SfrouterError as failure:
        if failure.exit_code is not ExitCode.FAILED:  # the org, the sign-in or the disk
            raise
        _log.warning("formulas_not_read", noun=noun, what=failure.what)
        return False
    return True


def _company(item: Waiting, desk: Desk, wish: Wish | None) -> CompanyMatch | None:
    with desk.reader.snapshot() as view:
        lead = standard_lead(item.lead, desk.policy.standards)
        try:
            return company_match(lead, desk, view, ordered=wish.account_id if wish else None)
        except Exception:
            return None  # the decision itself will fail the same way, and says of which lead (L3)


def _suspects(company: CompanyMatch | None, desk: Desk) -> list[str]:
    """The accounts that the decision on a lead may rest on: those that fit, and the parents of the chosen one."""
    if company is None:
        return []
    found = company.match
    with desk.reader.snapshot() as view:
        account = view.account(found.account_id) if found.account_id else None
        fitting = dict.fromkeys(one.account_id for one in found.findings)
        parents = [one.id for one in view.ancestors(account)] if account else []
        return [*([account.id] if account else []), *parents, *list(fitting)[:MOST_SUSPECTS]]
