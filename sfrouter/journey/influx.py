"""Counts the leads that came from one e-mail domain around a lead, where the policy watches for floods (R084)."""

from bisect import bisect_left, bisect_right
from datetime import datetime

from sfrouter.journey.company_leads import Came, CameSince, SoFar
from sfrouter.journey.desk import Desk
from sfrouter.matching.search_keys import company_domain_of
from sfrouter.mirror.reader import Reader
from sfrouter.model.influx import Influx
from sfrouter.model.records import Lead
from sfrouter.routing.flood import FLOOD

_LAST = "\uffff"  # after every id
_MOST_READ = 200  # domains whose leads are kept at hand in a round


def look_up_influx(lead: Lead, desk: Desk, view: Reader, so_far: SoFar) -> Influx | None:
    """When the other leads of the domain came; None while no flood is watched for, and over free mail.

    A shared domain is nobody's company either: many honest people write from it (R029, R030).
    """
    flood = desk.policy.flood
    domain = company_domain_of(lead.email, desk.policy.matching) if flood and lead.email else ""
    if flood is None or not domain or domain in desk.policy.matching.shared_domains:
        return None
    came = _came(domain, lead.created_at - flood.window, view, so_far)
    mine = (lead.created_at, lead.id)
    here, beyond = bisect_left(came, mine), bisect_right(came, mine)
    first = bisect_left(came, (lead.created_at - flood.window, ""))
    end = bisect_right(came, (lead.created_at + flood.window, _LAST))
    before, after = came[max(first, here - flood.leads) : here], came[beyond : min(end, beyond + flood.leads)]
    near = [lead_id for _, lead_id in (*before, mine, *after)]
    return Influx(
        domain=domain,
        before=tuple(moment for moment, _ in before),
        after=tuple(moment for moment, _ in after),
        told=len(before) >= flood.leads and _told(near, desk, so_far),
    )


def _came(domain: str, since: datetime, view: Reader, so_far: SoFar) -> Came:
    """Read once a round for all leads of the domain: they are decided in the order of their creation."""
    change, known = view.change_number(), so_far.came.get(domain)
    if known is None or known.change != change or since < known.since:
        if len(so_far.came) >= _MOST_READ:
            so_far.came.clear()
        known = CameSince(change=change, since=since, came=view.leads_came(domain, since))
        so_far.came[domain] = known
    return known.came


def _told(near: list[str], desk: Desk, so_far: SoFar) -> bool:
    """Was one of these leads held back, in this round or before? Then the flood is known."""
    if not so_far.flooded.isdisjoint(near):
        return True
    return any(one.rule == FLOOD for one in desk.ledger.standings(near).values())
