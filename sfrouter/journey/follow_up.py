"""Looks again at the leads that have an owner: reminds, passes on, tells the manager, raises a priority."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from sfrouter.journey.follow_up_step import RULE as SLA
from sfrouter.journey.follow_up_step import Late, escalated, passed_on, reminded
from sfrouter.journey.leavers import look_after_leavers
from sfrouter.journey.once_more import overtaken, tried_enough, worth_a_look
from sfrouter.journey.one_by_one import carried_out
from sfrouter.journey.refresh import meet_org
from sfrouter.journey.reprioritise import reprioritise
from sfrouter.journey.standard_values import standard_account, standard_lead
from sfrouter.ledger.decisions import AFTERWARDS, Standing, StoredDecision
from sfrouter.mirror.forget import only_missed
from sfrouter.model.assignment import Rotation
from sfrouter.model.decision import Decision
from sfrouter.model.follow import Act, Action, SlaClock
from sfrouter.model.records import Lead
from sfrouter.model.write import WriteState
from sfrouter.writeback.plan import PlanSettings, plan_writes

_log = logger("journey")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What one look came to: actions by kind."""

    counts: Mapping[str, int]

    @property
    def acted(self) -> int:
        """How many leads were acted on."""
        return sum(self.counts.values())


def follow_up(house: House) -> FollowUp:
    """One look at every lead whose owner owes a first reply. Each step is a decision of its own, kept like one."""
    raised = reprioritise(house)
    counts: dict[str, int] = {"reprioritised": raised} if raised else {}
    counts |= look_after_leavers(house)
    if house.desk.policy.sla is None or not house.ledger.running_clocks():
        return FollowUp(counts=counts)
    around = look_up_surroundings(house.desk, house.gateway.server_now())
    subjects, stopped = _subjects(house, around)
    for subject, _watch, action in sweep(subjects, (house.desk.policy.sla,), around.now):
        if house.must_end():
            break
        if action.act is Act.STOP:
            stopped[subject.lead_id] = action.why
        elif not carried_out(partial(_step, subject, action, house, around), subject.lead_id):
            continue
        counts[action.act.value] = counts.get(action.act.value, 0) + 1
    if stopped:
        house.ledger.stop_clocks(stopped, around.now)
    if counts:
        _log.info("followed_up", **counts)
    return FollowUp(counts=counts)


def _subjects(house: House, around: Surroundings) -> tuple[list[Subject], dict[str, str]]:
    """The leads to look at (those whose writes are on their way wait), and clocks of decisions never written."""
    clocks = house.ledger.running_clocks()
    leads = house.desk.reader.leads(clock.lead_id for clock in clocks)
    standings = house.ledger.standings(clock.lead_id for clock in clocks)
    set_by = house.ledger.clock_standings()
    deleted = [lead.id for lead in leads.values() if lead.deleted]
    hidden = only_missed(house.desk.mirror, deleted) if deleted else ()
    subjects, stopped = [], {}
    for clock in clocks:
        if clock.lead_id in hidden:
            continue  # it may come back, and its erasure ends the clock
        lead, standing = leads.get(clock.lead_id), standings.get(clock.lead_id)
        setter = set_by.get(clock.lead_id)
        if standing is not None and on_its_way(standing, lead):
            continue
        if lead is not None and setter is not None and overtaken(setter, lead):
            if worth_a_look(setter, lead, around.directory, around.now):
                stored = house.ledger.decisions_of(lead.id)
                former = _of_former_owner(clock, setter, lead, stored)
                fought = tried_enough(stored, SLA, around.now)
                subjects.append(_subject(lead, former, around, fought=fought))
        elif standing is None or _never_written(standing):
            stopped[clock.lead_id] = "the owner was never written"
        else:
            subjects.append(_subject(lead, clock, around))
    return subjects, stopped


def _subject(lead: Lead | None, clock: SlaClock, around: Surroundings, *, fought: bool = False) -> Subject:
    owner = around.directory.people.get(clock.owner_id)
    return Subject(lead_id=clock.lead_id, lead=lead, owner=owner, clock=clock, fought=fought)


def _never_written(standing: Standing) -> bool:
    """Of a decision that leaves the owner as he is nothing about him was to be written."""
    ended = standing.lead_write in (WriteState.REFUSED, WriteState.SUPERSEDED, WriteState.DEAD)
    return ended and standing.owner_id is not None


def _of_former_owner(clock: SlaClock, setter: Standing, lead: Lead, stored: Sequence[StoredDecision]) -> SlaClock:
    """The clock as if the lead had not been passed on: whoever was to get it never got it, whatever came later."""
    former = replace(clock, owner_id=lead.owner_id or "")
    if setter.rule != SLA:
        return former  # he had left, and was not late
    started, due = _times_of(lead, stored[: setter.number - 1]) or (clock.started_at, clock.started_at)
    return replace(
        former, started_at=started, remind_at=due, due_at=due, passes_at=clock.started_at,
        passed_on=max(clock.passed_on - 1, 0),
    )  # fmt: skip


def _times_of(lead: Lead, stored: Sequence[StoredDecision]) -> tuple[datetime, datetime] | None:
    """Since when the lead's owner owes the reply and until when, by the decision that gave him the lead.

    None where its words were erased.
    """
    for one in reversed(stored):
        decision = one.decision
        if decision.answer_by is not None and took_effect(one):
            return (decision.at if decision.rule in AFTERWARDS else lead.created_at), decision.answer_by
    return None


def _step(subject: Subject, action: Action, house: House, around: Surroundings) -> bool:
    lead, clock = subject.lead, subject.clock
    stored = house.ledger.decisions_of(subject.lead_id)
    if lead is None or clock is None or not stored:
        return False
    desk = house.desk
    late = Late(
        lead=standard_lead(lead, desk.policy.standards), clock=clock, before=stored[-1].decision,
        first=stored[0].decision,
        action=action, now=around.now, directory=around.directory, policy=policy_for(lead.id, desk.policy),
        intake_ids=around.intake_ids, roster=around.roster, results=around.results,
    )  # fmt: skip
    back, rotation = turns_back(stored, desk.rotation(), late.now)
    if action.act is Act.REMIND:
        done: tuple[Decision, SlaClock] | None = reminded(late)
    elif action.act is Act.HAND_ON:
        done = _passed_on(late, rotation, desk) or escalated(late)
    else:
        done = escalated(late)
    if done is None:
        return False
    _keep(replace(done[0], moves=(*back, *done[0].moves)), done[1], lead, house, around)
    return True


def _passed_on(late: Late, rotation: Rotation, desk: Desk) -> tuple[Decision, SlaClock] | None:
    account_id = late.first.match.account_id
    account = desk.reader.account(account_id) if account_id else None
    account = standard_account(account, desk.policy.standards) if account else None
    return passed_on(late, account, rotation, desk.open_leads())


def _keep(decision: Decision, clock: SlaClock, lead: Lead, house: House, around: Surroundings) -> None:
    desk = house.desk
    settings = PlanSettings(org_url=house.gateway.instance_url, time_zone=around.zone, write_link=False)
    writes = plan_writes(
        decision,
        lead,
        desk.mapping,
        meet_org(house).org_id,
        read_at=desk.reader.read_at(lead.id),
        settings=settings,
    )
    desk.ledger.record(decision, writes, (), clock=replace(clock, decision_number=decision.number))
    _log.info("watched", lead=lead.id, rule=decision.rule, owner_changes=decision.owner is not None)


def clock_words(clock: SlaClock, now: datetime) -> str:
    """How a clock stands, in a word: running, late, answered, answered late."""
    if clock.stopped_at is None:
        return "late" if clock.late(now) else "running"
    return "answered late" if clock.late(now) else "answered"
