"""Finds the leads that wait for a decision in this round, and forgets the marks of those that wait no more."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.journey.before import on_its_way
from sfrouter.journey.contests import contested_leads
from sfrouter.journey.dossier import Surroundings
from sfrouter.journey.intake_condition import leads_by_condition
from sfrouter.journey.ordered import Wish, overtaken, wishes
from sfrouter.journey.refresh import meet_org
from sfrouter.journey.waiting import Scene, Waiting, Why, waiting
from sfrouter.ledger.decisions import Standing
from sfrouter.model.ids import is_user
from sfrouter.model.order import LinkOrder, OrderState
from sfrouter.model.records import Lead
from sfrouter.model.write import LIVE_STATES
from sfrouter.writeback.verdicts import ACCOUNT_GONE

_log = logger("journey")
MOST_A_DAY = 3  # decisions of one lead; more means that something fights us (F37)
REFUSED_AGAIN = timedelta(hours=1)
"""After so many decisions a lead whose write was refused each time is tried so rarely, until the org takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The leads to decide, first created first. `on_their_way` counts, by owner, leads not yet seen with him.

    `wishes` says, by lead, what people want for it (RV1, R041).
    """

    items: tuple[Waiting, ...]
    wishes: Mapping[str, Wish] = field(default_factory=dict)
    on_their_way: Counter[str] = field(default_factory=Counter)


def find_waiting(house: House, around: Surroundings, *, keep: bool) -> Found:
    """Look at every lead that may wait. With `keep` it is remembered what was looked at.

    Asks the org for changed accounts when a lead's link depends on them; raises what that raises.
    """
    desk, router_id = house.desk, meet_org(house).user_id
    upto = desk.reader.change_number()
    anew = desk.ledger.to_decide_anew()
    linked_ids = desk.reader.linked_lead_ids(after=desk.relinked_upto, but_by=router_id)
    linked = desk.reader.leads(desk.ledger.standings(linked_ids))  # only what was decided can be relinked
    leads = {lead.id: lead for lead in desk.reader.leads_waiting(around.intake_ids)}
    by_condition = {lead.id: lead for lead in leads_by_condition(desk)}
    leads |= by_condition
    orders = desk.ledger.open_orders()
    leads |= desk.reader.leads({*anew, *orders, *desk.look_again}) | linked
    last = desk.ledger.standings(leads)
    void = {key for key, order in orders.items() if _void(order, leads.get(key), last.get(key))}
    scene = Scene(
        intake_ids=around.intake_ids, anew=anew, router_id=router_id,
        can_catch=around.catch_all is not None, survivor=desk.reader.surviving_account,
        ordered=orders.keys() - void, contested=contested_leads(desk),
        by_condition=by_condition.keys(),
        held_before=around.now - timedelta(hours=desk.policy.reviews.hold_hours),
    )  # fmt: skip
    items = _by_known_links(waiting(leads.values(), last, scene), leads, last, scene, house)
    if keep:
        # One out of sight may come back as it was; when it has gone for good, its erasure takes the mark.
        in_sight = {lead_id for lead_id in anew if (lead := leads.get(lead_id)) and not lead.deleted}
        for lead_id in in_sight - {item.lead.id for item in items}:
            desk.ledger.drop_decide_anew(lead_id)
        for key in sorted(void):
            _leave(orders[key], house)
        desk.relinked_upto = upto
        desk.look_again = _to_look_again(items, linked.keys() | desk.look_again, last)
    items = _within_cap(items, last, house, around)
    wanted = wishes(
        items, last, desk.ledger.newest_orders(item.lead.id for item in items), around.intake_ids,
        link_writable=desk.policy.write_account_link and desk.mapping.of("lead").has("account_id"),
    )  # fmt: skip
    return Found(items=items, wishes=wanted, on_their_way=_on_their_way(leads, last))


def _void(order: LinkOrder, lead: Lead | None, before: Standing | None) -> bool:
    """Was a person there since? As long as our own write is on its way the lead's present state says nothing."""
    if before is not None and lead is not None and on_its_way(before, lead):
        return False
    return overtaken(order, lead, before)


def _leave(order: LinkOrder, house: House) -> None:
    if order.seq is not None:
        house.ledger.end_order(order.seq, OrderState.LEFT)
        _log.info("order_left", lead=order.lead_id, why="a person was first, or the lead is gone")


def _by_known_links(
    items: tuple[Waiting, ...],
    leads: Mapping[str, Lead],
    last: Mapping[str, Standing],
    scene: Scene,
    house: House,
) -> tuple[Waiting, ...]:
    """Leads that a person linked are decided on accounts as they are now: the account may be a minute old.

    The same for leads whose account was deleted before they could be linked to it.
    A relink to an account nobody can see leads nowhere; the lead stays where it is.
    """
    stale = any(scene.anew.get(item.lead.id) == ACCOUNT_GONE for item in items)
    if not stale and not any(item.why is Why.RELINKED or _unknown_link(item.lead, scene) for item in items):
        return items
    house.puller.pull("account")
    house.desk.refresh_index()
    again = waiting(leads.values(), last, scene)
    return tuple(item for item in again if item.why is not Why.RELINKED or not _unknown_link(item.lead, scene))


def _unknown_link(lead: Lead, scene: Scene) -> bool:
    return lead.account_id is not None and scene.survivor(lead.account_id) is None


def _to_look_again(items: Iterable[Waiting], linked: Collection[str], last: Mapping[str, Standing]) -> set[str]:
    """Linked leads that must be seen again although they do not change: decided later, or still in the outbox."""
    later = {item.lead.id for item in items if item.why is Why.RELINKED}
    return later | {one for one in linked if one in last and last[one].lead_write in LIVE_STATES}


def _within_cap(
    items: Iterable[Waiting], last: Mapping[str, Standing], house: House, around: Surroundings
) -> tuple[Waiting, ...]:
    """Without those that were decided too often within a day; that is said once.

    They wait until tomorrow; where the org refused the last write nobody fights us, and an hour is enough.
    """
    desk, since = house.desk, around.now - timedelta(days=1)
    allowed, left_alone = [], set()
    for item in items:
        unlimited = item.why in (Why.NEW, Why.ORDERED)
        if unlimited or desk.ledger.decision_count(item.lead.id, since) < MOST_A_DAY:
            allowed.append(item)
            continue
        before = last[item.lead.id].at
        if item.why is Why.ANEW and (before is None or before <= around.now - REFUSED_AGAIN):
            allowed.append(item)
            continue
        left_alone.add(item.lead.id)
        if item.lead.id not in desk.left_alone:
            _log.error("lead_left_alone", lead=item.lead.id, why="decided three times within a day")
    desk.left_alone = left_alone
    return tuple(allowed)


def _on_their_way(leads: Mapping[str, Lead], last: Mapping[str, Standing]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for lead_id, before in last.items():
        if before.owner_id and is_user(before.owner_id) and on_its_way(before, leads[lead_id]):
            counts[before.owner_id] += 1
    return counts
