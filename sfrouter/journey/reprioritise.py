"""Gives a lead another priority when somebody has noted another title or role; its owner stays (R094)."""

from types import MappingProxyType

from sfrouter import __version__
from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.journey.once_more import tried_enough
from sfrouter.journey.refresh import meet_org
from sfrouter.journey.standard_values import standard_lead
from sfrouter.ledger.decisions import Standing, StoredDecision
from sfrouter.ledger.erased import ERASED
from sfrouter.model.decision import Decision, Outcome, Step
from sfrouter.model.ids import is_user
from sfrouter.model.records import Lead
from sfrouter.model.write import LIVE_STATES, WriteState
from sfrouter.routing.explain import Phrase, say
from sfrouter.writeback.plan import PlanSettings, plan_writes

RULE, PLACE, IDS = "priority", "after", ("R094", "R093")
NO_PRIORITY = frozenset({"competitor", "catch_all", "flood"})
_log = logger("journey")


def reprioritise(house: House) -> int:
    """Look at the leads that people changed since the last look; only what deserves more is changed.

    The first look of a process only marks its place: leads of long ago are nobody's surprise.
    """
    desk = house.desk
    if not desk.policy.priority.needed():
        return 0
    upto = desk.reader.change_number()
    after, desk.prioritised_upto = desk.prioritised_upto, upto
    if after is None or after == upto:
        return 0
    changed = {one.id: one for one in desk.reader.changed_leads(after=after, but_by=meet_org(house).user_id)}
    again, desk.prioritise_again = desk.prioritise_again, {}
    leads = dict(desk.reader.leads(again.keys() - changed.keys())) | changed
    standings = desk.ledger.standings(leads)
    return sum(_looked_at(leads[one], standing, again.get(one), house) for one, standing in standings.items())


def _looked_at(lead: Lead, standing: Standing, had_then: str | None, house: House) -> bool:
    """`had_then`: the lead's priority in the org when this process last decided to change it, if it did."""
    policy = house.desk.policy
    deserved = policy.priority.of(standard_lead(lead, policy.standards))
    ours = standing.owner_id or standing.lead_owner_id
    gone = lead.deleted or lead.converted or lead.closed_lost
    if deserved is None or gone or ours is None:
        return False
    if standing.lead_write in LIVE_STATES or _unseen(standing, lead):
        house.desk.prioritise_again[lead.id] = had_then
        return False
    if lead.owner_id is None or not is_user(lead.owner_id):
        return False
    stored = house.ledger.decisions_of(lead.id)
    had = next((one.decision.changes["priority"] for one in reversed(stored) if _set(one)), _forgotten(stored))
    if had in (deserved[0], None) or stored[0].decision.rule in NO_PRIORITY:
        return False
    if had_then is not None and had_then != _in_org(lead) and _overtaken(stored):
        house.desk.prioritise_again[lead.id] = had_then
        return False  # whoever overtook it has set another one; it stands while this process knows of it
    if tried_enough(stored, RULE, house.gateway.server_now()):
        return False
    _keep(_decision(lead, stored, deserved[0], deserved[1], house), lead, house)
    house.desk.prioritise_again[lead.id] = _in_org(lead)
    return True


def _unseen(standing: Standing, lead: Lead) -> bool:
    """Was the last change of the priority overtaken by something that the mirror has not seen yet?"""
    ours = standing.rule == RULE and standing.lead_write is WriteState.SUPERSEDED
    return ours and not standing.older_than(lead)


def _set(stored: StoredDecision) -> bool:
    """What the org refused is not asked for again; what was overtaken is."""
    return "priority" in stored.decision.changes and stored.lead_write is not WriteState.SUPERSEDED


def _forgotten(stored: tuple[StoredDecision, ...]) -> str | None:
    """None where a decision's words were erased: it may have set a priority that a person has lowered since."""
    return None if any(one.decision.reason == ERASED for one in stored) else ""


def _overtaken(stored: tuple[StoredDecision, ...]) -> bool:
    ours = next((one for one in reversed(stored) if "priority" in one.decision.changes), None)
    return ours is not None and ours.lead_write is WriteState.SUPERSEDED


def _in_org(lead: Lead) -> str:
    return str(lead.extra.get("priority") or "")


def _decision(lead: Lead, stored: tuple[StoredDecision, ...], word: str, why: Phrase, house: House) -> Decision:
    reason = str(say("priority.stays", why=why))
    step = Step(place=PLACE, rule=RULE, outcome=Outcome.DECIDED, words=reason, ids=IDS)
    return Decision(
        lead_id=lead.id, number=stored[-1].decision.number + 1, at=house.gateway.server_now(), rule=RULE,
        place=PLACE, ids=IDS, reason=reason, owner=None, match=stored[0].decision.match, steps=(step,),
        changes=MappingProxyType({"priority": word}), lead_stamp=lead.stamp, lead_owner_id=lead.owner_id,
        lead_account_id=lead.account_id, policy_hash=house.desk.policy.hash, engine=__version__,
    )  # fmt: skip


def _keep(decision: Decision, lead: Lead, house: House) -> None:
    desk = house.desk
    settings = PlanSettings(org_url=house.gateway.instance_url, write_link=False)
    org_id, read_at = meet_org(house).org_id, desk.reader.read_at(lead.id)
    desk.ledger.record(
        decision, plan_writes(decision, lead, desk.mapping, org_id, read_at=read_at, settings=settings), ()
    )
    _log.info("reprioritised", lead=lead.id)
