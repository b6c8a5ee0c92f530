"""Decides every lead that waits, one by one, each in its own transaction; an odd one stops nobody else."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.journey.before import Before, before_of, moved
from sfrouter.journey.degraded import with_degraded
from sfrouter.journey.dossier import Surroundings, gather, look_up_surroundings
from sfrouter.journey.first_reply import clock_for
from sfrouter.journey.learn_offer import offer
from sfrouter.journey.look_around import find_waiting
from sfrouter.journey.new_companies import ask_for_account
from sfrouter.journey.ordered import Wish, as_wished, held, must_wait
from sfrouter.journey.refresh import meet_org, read_lost_queues
from sfrouter.journey.reread import with_fresh_figures
from sfrouter.journey.rescore import rescore
from sfrouter.journey.route_lead import route_lead
from sfrouter.journey.waiting import Waiting
from sfrouter.model.assignment import OwnerKind, Rotation
from sfrouter.model.decision import Decision
from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Lead
from sfrouter.model.review import ReviewItem
from sfrouter.model.stuck import Stuck
from sfrouter.routing.decide import RuleFailedError
from sfrouter.writeback.plan import PlanSettings, plan_writes

_log = logger("journey")
BUDGET = 0.2
"""Seconds that working out one decision may take. Counts bound the work, not this clock: a decision that depended
on how busy the machine is could not be replayed. One that takes longer is told."""
A_SLICE = 100  # leads decided before they are sent: the first of ten thousand shall not wait for the last


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideReport:
    """The decisions in their order, and the leads that could not be decided."""

    decisions: tuple[Decision, ...] = ()
    failed: tuple[str, ...] = ()


def decide_waiting(house: House, *, keep: bool, after_slice: Callable[[], None] = lambda: None) -> DecideReport:
    """Decide all leads that wait. With `keep` each decision enters the ledger with all it asks for."""
    desk = house.desk
    taught = desk.learn()
    desk.refresh_index()
    if keep:
        read_lost_queues(house)
    around = surroundings(house)
    if taught and keep:
        rescore(desk, around.now)
    found = find_waiting(house, around, keep=keep)
    state = _State(rotation=desk.rotation(), open_leads=Counter(desk.open_leads()) + found.on_their_way)
    decisions: list[Decision] = []
    known = {one.lead_id: one.stuck for one in desk.ledger.stuck_leads()}
    failed: dict[str, Stuck] = {}
    untried = {item.lead.id for item in found.items}
    fresh = with_fresh_figures(house, found.items, found.wishes, slice_of=A_SLICE)
    for place, item in enumerate(fresh, 1):
        if house.stopping() or (place > 1 and house.must_end()):  # however short a round is, it decides one lead
            break
        untried.discard(item.lead.id)
        try:
            decisions.append(_decide(item, house, around, state, found.wishes.get(item.lead.id), keep=keep))
        except Exception as failure:
            # One odd lead or record must delay only itself (L3); it is tried again at the next round.
            if isinstance(failure, SfrouterError) and failure.exit_code is not ExitCode.FAILED:
                raise
            failed[item.lead.id] = why = _why_stuck(failure)
            if known.get(item.lead.id) != why:  # said once: it is tried again at every poll
                _log.exception("lead_not_decided", lead=item.lead.id, rule=why.rule)
        if place % A_SLICE == 0:
            after_slice()
    over = known.keys() - failed.keys() - untried
    if keep and (over or any(known.get(lead_id) != why for lead_id, why in failed.items())):
        desk.ledger.note_stuck(failed, over)
    return DecideReport(decisions=tuple(decisions), failed=tuple(failed))


def _why_stuck(failure: Exception) -> Stuck:
    """In words that hold nothing of the lead."""
    if isinstance(failure, RuleFailedError):
        return Stuck(rule=failure.rule, why=failure.what)
    return Stuck(rule="", why=f"deciding it fails ({type(failure).__name__})")


def surroundings(house: House) -> Surroundings:
    """What is the same for every lead of this round; the time is the org's."""
    return look_up_surroundings(house.desk, house.gateway.server_now())


@dataclass(slots=True)
class _State:
    """What one decision leaves for the next: whose turn it is, and who has how much."""

    rotation: Rotation
    open_leads: Counter[str]

    def after(self, decision: Decision) -> None:
        self.rotation = moved(self.rotation, decision.moves, decision.at)
        if decision.owner and decision.owner.kind is OwnerKind.PERSON:
            self.open_leads[decision.owner.id] += 1


def _decide(
    item: Waiting, house: House, around: Surroundings, state: _State, wish: Wish | None, *, keep: bool
) -> Decision:
    desk, began = house.desk, house.clock.monotonic()
    dossier = gather(item.lead, desk, around, ordered=wish.account_id if wish else None, known=item.company)
    before = Before()
    if item.decisions:
        before = before_of(item, desk, around.directory, around.intake_ids, state.rotation)
    rotation = moved(state.rotation, before.given_back, around.now)
    number = item.decisions + 1
    decision = route_lead(
        dossier, desk.policy, rotation, number=number, open_leads=state.open_leads, catch_all=around.catch_all,
        before=before, roster=around.roster, results=around.results,
    )  # fmt: skip
    if wish:
        decision = as_wished(decision, wish, item.lead, around.directory, before.given_back)
    elif must_wait(decision, item, desk, around.intake_ids):
        decision = held(decision, before.given_back)
    decision = with_degraded(decision, around.degraded)
    took = house.clock.monotonic() - began
    if took > BUDGET:
        _log.warning("decision_slow", lead=item.lead.id, rule=decision.rule, milliseconds=round(took * 1000))
    if keep:
        _keep(decision, dossier, house, around, wish)
        desk.look_again.discard(item.lead.id)
    state.after(decision)
    around.so_far.add(decision)
    _log.info("decided", lead=item.lead.id, why=str(item.why), rule=decision.rule, place=decision.place)
    if decision.alert:
        _log.warning("lead_needs_a_look", lead=item.lead.id, rule=decision.rule)
    return decision


def _keep(decision: Decision, dossier: Dossier, house: House, around: Surroundings, wish: Wish | None) -> None:
    desk = house.desk
    settings = PlanSettings(
        org_url=house.gateway.instance_url, time_zone=around.zone, write_link=desk.policy.write_account_link
    )
    writes = plan_writes(
        decision, dossier.lead, desk.mapping, meet_org(house).org_id, account=dossier.account,
        read_at=desk.reader.read_at(dossier.lead.id), settings=settings,
    )  # fmt: skip
    asking = ask_for_account(decision, dossier, desk, meet_org(house).org_id)
    owner = around.directory.people.get(decision.owner.id) if decision.owner and decision.answer_by else None
    clock = clock_for(
        desk.policy, dossier.lead, owner, decision.number, decision.at, directory=around.directory,
        roster=around.roster,
    )  # fmt: skip
    questions = (*_reviews(decision, dossier.lead), *offer(decision, dossier, desk))
    desk.ledger.record(
        decision, (*asking.writes, *writes), questions, profile=dossier.profile, asked=asking.asked, clock=clock,
        order=wish.order.seq if wish else None,
    )  # fmt: skip


def _reviews(decision: Decision, lead: Lead) -> tuple[ReviewItem, ...]:
    return tuple(
        ReviewItem(lead_id=lead.id, account_id=one.account_id, score=one.score, why=one.why, raised_at=decision.at)
        for one in decision.match.suspicions
    )
