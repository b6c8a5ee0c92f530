"""Decides every lead that waits, one by one, each in its own transaction; an odd one stops nobody else."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType

from sfrouter.base.errors import SfrouterError
from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.journey.dossier import Surroundings, gather
from sfrouter.journey.refresh import meet_org
from sfrouter.journey.route_lead import route_lead
from sfrouter.journey.waiting import Waiting, Why, waiting
from sfrouter.model.assignment import OwnerKind, Rotation
from sfrouter.model.decision import Decision
from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Lead
from sfrouter.model.review import ReviewItem
from sfrouter.writeback.plan import PlanSettings, plan_writes

_log = logger("journey")
MOST_A_DAY = 3  # decisions of one lead; more means that something fights us (F37)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideReport:
    """The decisions in their order, and the leads that could not be decided."""

    decisions: tuple[Decision, ...] = ()
    failed: tuple[str, ...] = ()


def decide_waiting(house: House, *, keep: bool) -> DecideReport:
    """Decide all leads that wait. With `keep` each decision enters the ledger with all it asks for."""
    desk = house.desk
    desk.refresh_index()
    around = surroundings(house)
    state = _State(rotation=desk.ledger.rotation(), open_leads=Counter(desk.open_leads()))
    decisions: list[Decision] = []
    failed: list[str] = []
    for item in _due(house, around):
        try:
            decisions.append(_decide(item, house, around, state, keep=keep))
        except SfrouterError:
            raise
        except Exception:
            # One odd lead or record must delay only itself (L3); it is tried again at the next round.
            _log.exception("lead_not_decided", lead=item.lead.id)
            failed.append(item.lead.id)
    return DecideReport(decisions=tuple(decisions), failed=tuple(failed))


def surroundings(house: House) -> Surroundings:
    """What is the same for every lead of this round; the time is the org's."""
    now = house.gateway.server_now()
    directory = house.desk.directory(now)
    return Surroundings(
        directory=directory, intake_ids=house.desk.intake_ids(directory), zone=house.desk.time_zone(), now=now
    )


@dataclass(slots=True)
class _State:
    """What one decision leaves for the next: whose turn it is, and who has how much."""

    rotation: Rotation
    open_leads: Counter[str]

    def after(self, decision: Decision) -> None:
        turns: dict[str, Mapping[str, int]] = dict(self.rotation.turns)
        for move in decision.moves:
            turns[move.pool] = {**turns.get(move.pool, {}), **move.turns}
        self.rotation = replace(self.rotation, turns=MappingProxyType(turns))
        if decision.owner and decision.owner.kind is OwnerKind.PERSON:
            self.open_leads[decision.owner.id] += 1


def _due(house: House, around: Surroundings) -> Iterator[Waiting]:
    desk, identity = house.desk, meet_org(house)
    upto = desk.reader.change_number()
    anew = desk.ledger.to_decide_anew()
    candidates = {lead.id: lead for lead in desk.reader.leads_waiting(around.intake_ids)}
    candidates |= desk.reader.leads(anew)
    candidates |= {lead.id: lead for lead in desk.reader.linked_leads(after=desk.relinked_upto)}
    last = desk.ledger.last_decisions(candidates)
    found = waiting(candidates.values(), last, intake_ids=around.intake_ids, anew=anew, router_id=identity.user_id)
    for item in found:
        since = around.now - timedelta(days=1)
        if item.why is Why.ANEW and desk.ledger.decision_count(item.lead.id, since) >= MOST_A_DAY:
            _log.error("lead_left_alone", lead=item.lead.id, why="decided three times within a day")
            desk.ledger.drop_decide_anew(item.lead.id)
            continue
        yield item
    desk.relinked_upto = upto


def _decide(item: Waiting, house: House, around: Surroundings, state: _State, *, keep: bool) -> Decision:
    desk = house.desk
    dossier = gather(item.lead, desk, around)
    number = item.decisions + 1
    decision = route_lead(dossier, desk.policy, state.rotation, number=number, open_leads=state.open_leads)
    if keep:
        _keep(decision, dossier, house, around)
    state.after(decision)
    _log.info("decided", lead=item.lead.id, why=str(item.why), rule=decision.rule, place=decision.place)
    if decision.alert:
        _log.warning("lead_needs_a_look", lead=item.lead.id, rule=decision.rule)
    return decision


def _keep(decision: Decision, dossier: Dossier, house: House, around: Surroundings) -> None:
    desk = house.desk
    settings = PlanSettings(
        org_url=house.gateway.instance_url, time_zone=around.zone, write_link=desk.policy.write_account_link
    )
    writes = plan_writes(
        decision, dossier.lead, desk.mapping, meet_org(house).org_id, account=dossier.account,
        read_at=desk.reader.read_at(dossier.lead.id), settings=settings,
    )  # fmt: skip
    desk.ledger.record(decision, writes, _reviews(decision, dossier.lead))


def _reviews(decision: Decision, lead: Lead) -> tuple[ReviewItem, ...]:
    return tuple(
        ReviewItem(lead_id=lead.id, account_id=one.account_id, score=one.score, why=one.why, raised_at=decision.at)
        for one in decision.match.suspicions
    )
