"""Looks for open leads whose owner has left: each is reported or passed on, once for each departure (R099)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sfrouter.base.log import logger
from sfrouter.followup.sweep import sweep
from sfrouter.followup.watch import Subject
from sfrouter.journey.assembly import House
from sfrouter.journey.before import on_its_way, took_effect, turns_back
from sfrouter.journey.compared import policy_for
from sfrouter.journey.desk import Desk
from sfrouter.journey.dossier import Surroundings, look_up_surroundings
from sfrouter.journey.leavers_step import RULE, Orphan, handed_on, reported
from sfrouter.journey.once_more import overtaken, tried_enough, worth_a_look
from sfrouter.journey.one_by_one import carried_out
from sfrouter.journey.refresh import meet_org
from sfrouter.journey.standard_values import standard_account, standard_lead
from sfrouter.ledger.decisions import StoredDecision
from sfrouter.model.assignment import Rotation
from sfrouter.model.decision import Decision
from sfrouter.model.follow import Act, Action, SlaClock
from sfrouter.model.records import Lead
from sfrouter.model.write import WriteState
from sfrouter.writeback.plan import PlanSettings, plan_writes

_log = logger("journey")


def look_after_leavers(house: House) -> Mapping[str, int]:
    """One look at the open leads of everybody who left; nothing is asked as long as the mirror stays the same."""
    desk, watch = house.desk, house.desk.policy.departed_owner
    upto = desk.reader.change_number()
    if watch is None or desk.leavers_upto == upto:
        return {}
    around = look_up_surroundings(desk, house.gateway.server_now())
    counts: dict[str, int] = {}
    for subject, _watch, action in sweep(_subjects(house, around), (watch,), around.now):
        if house.must_end():
            return counts
        if carried_out(partial(_step, subject, action, house, around), subject.lead_id):
            name = "leaver_reported" if action.act is Act.REPORT else "leaver_replaced"
            counts[name] = counts.get(name, 0) + 1
    desk.leavers_upto = upto
    return counts


def _departures(house: House, now: datetime) -> Mapping[str, datetime]:
    """Who is gone since when. First seen today, the last change of his record is the day he left at the latest."""
    ledger, reader = house.ledger, house.desk.reader
    gone = {key for key, person in reader.people().items() if not person.active}
    known = dict(ledger.departures())
    fresh = gone - known.keys()
    changed = reader.users_changed_at(fresh) if fresh else {}
    left = {key: min(now, changed.get(key, now)) for key in fresh}
    back = known.keys() - gone
    if left or back:
        ledger.note_departures(left, back)
    return {key: at for key, at in (known | left).items() if key in gone}


def _subjects(house: House, around: Surroundings) -> list[Subject]:
    """Leads that were routed, and neither reported nor passed on since their owner left."""
    left = _departures(house, around.now)
    people = house.desk.reader.people()
    leads = {lead.id: lead for lead in house.desk.reader.open_leads_of(left.keys() - around.intake_ids)}
    found = []
    for lead_id, standing in house.ledger.standings(leads).items():
        lead = leads[lead_id]
        stored = house.ledger.decisions_of(lead_id)
        gone = people[str(lead.owner_id)]
        mine = [one for one in stored if one.decision.rule == RULE and one.decision.lead_owner_id == gone.id]
        if on_its_way(standing, lead) or _done(mine, left[gone.id]):
            continue
        if overtaken(standing, lead) and not worth_a_look(standing, lead, around.directory, around.now):
            continue
        found.append(
            Subject(
                lead_id=lead_id, lead=lead, owner=gone, left_at=left[gone.id], rule=stored[0].decision.rule,
                by_router=_last_owner(stored) == gone.id, fought=tried_enough(mine, RULE, around.now),
            )
        )  # fmt: skip
    return found


def _done(mine: Sequence[StoredDecision], left_at: datetime) -> bool:
    """Was a step taken since he left? One that was overtaken is none."""
    return any(one.decision.at >= left_at and one.lead_write is not WriteState.SUPERSEDED for one in mine)


def _last_owner(stored: Sequence[StoredDecision]) -> str:
    owners = (one.decision.owner for one in reversed(stored) if took_effect(one))
    return next((owner.id for owner in owners if owner), "")


def _step(subject: Subject, action: Action, house: House, around: Surroundings) -> bool:
    desk, lead, gone = house.desk, subject.lead, subject.owner
    if lead is None or gone is None:
        return False
    stored = house.ledger.decisions_of(lead.id)
    clock = house.ledger.sla_clock(lead.id)
    orphan = Orphan(
        lead=standard_lead(lead, desk.policy.standards), gone=gone, first=stored[0].decision,
        number=stored[-1].decision.number + 1, action=action, around=around,
        policy=policy_for(lead.id, desk.policy),
        clock=clock if clock and clock.stopped_at is None else None,
    )  # fmt: skip
    back, rotation = turns_back(stored, desk.rotation(), around.now)
    if action.act is Act.REPORT:
        decision, begun = reported(orphan), None
    else:
        decision, begun = _handed_on(orphan, rotation, desk)
    _keep(replace(decision, moves=(*back, *decision.moves)), begun, lead, house, around)
    return True


def _handed_on(orphan: Orphan, rotation: Rotation, desk: Desk) -> tuple[Decision, SlaClock | None]:
    account_id = orphan.first.match.account_id
    account = desk.reader.account(account_id) if account_id else None
    account = standard_account(account, desk.policy.standards) if account else None
    return handed_on(orphan, account, rotation, desk.open_leads())


def _keep(decision: Decision, clock: SlaClock | None, lead: Lead, house: House, around: Surroundings) -> None:
    desk = house.desk
    settings = PlanSettings(org_url=house.gateway.instance_url, time_zone=around.zone, write_link=False)
    org_id, read_at = meet_org(house).org_id, desk.reader.read_at(lead.id)
    writes = plan_writes(decision, lead, desk.mapping, org_id, read_at=read_at, settings=settings)
    desk.ledger.record(
        decision, writes, (), clock=replace(clock, decision_number=decision.number) if clock else None
    )
    if decision.alert:
        _log.warning("lead_needs_a_look", lead=lead.id, rule=decision.rule)
    else:
        _log.info("leaver_replaced", lead=lead.id)
