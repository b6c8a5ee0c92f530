"""One step of the procedure for late replies, as a decision: a reminder, another owner, a word to the manager."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sfrouter import __version__
from sfrouter.config.policy_value import Policy
from sfrouter.distribution.distribute import Distribution, distribute
from sfrouter.distribution.learn import NO_RESULTS, Results
from sfrouter.distribution.roster import Roster, working
from sfrouter.journey.first_reply import clock_for
from sfrouter.model.assignment import Owner, OwnerKind, Rotation
from sfrouter.model.decision import Decision, Notice, Outcome, Step
from sfrouter.model.dossier import Directory
from sfrouter.model.follow import Action, SlaClock
from sfrouter.model.records import Account, Lead, Person
from sfrouter.routing.explain import Phrase, language_of, say, text

RULE, PLACE = "sla", "after"
SHARED_OUT = "default_pool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """All that a step may look at. `first` is the decision that routed the lead, `before` its newest one."""

    lead: Lead
    clock: SlaClock
    before: Decision
    first: Decision
    action: Action
    now: datetime
    directory: Directory
    policy: Policy
    intake_ids: frozenset[str]
    roster: Roster
    results: Mapping[str, Results] = field(default_factory=lambda: NO_RESULTS)

    @property
    def owner(self) -> Person | None:
        """Who owes the reply."""
        return self.directory.people.get(self.clock.owner_id)

    def due(self, reader: Person) -> str:
        """Until when the reply was due, by the reader's own clock."""
        zone = working(reader, self.roster).calendar.zone
        try:
            return self.clock.due_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
        except (ValueError, LookupError, OSError):
            return self.clock.due_at.strftime("%Y-%m-%d %H:%M UTC")


def reminded(late: Late) -> tuple[Decision, SlaClock] | None:
    """A Task to the owner before his time is over."""
    owner = late.owner
    if owner is None or not owner.active:
        return None
    words = say("task.reminder", company=_company(late), due=late.due(owner))
    notice = _notice(late, owner, "sla_reminder", "task.subject.reminder", words)
    decision = _decision(late, say("sla.reminded", owner=owner.name), None, (notice,))
    return decision, replace(late.clock, reminded_at=late.now)


def escalated(late: Late) -> tuple[Decision, SlaClock] | None:
    """A Task to the nearest active manager, once. Without one the trace says so, once."""
    owner = late.owner
    name = owner.name if owner else late.clock.owner_id
    manager = nearest_manager(owner, late.directory, late.intake_ids)
    if manager is None:
        decision = _decision(late, say("sla.unescalated", owner=name), None, ())
        return replace(decision, alert=decision.reason), replace(late.clock, escalated_at=late.now)
    words = say("task.escalation", company=_company(late), due=late.due(manager), owner=name)
    notice = _notice(late, manager, "sla_escalation", "task.subject.late", words)
    decision = _decision(late, say("sla.escalated", owner=manager.name), None, (notice,))
    return decision, replace(late.clock, escalated_at=late.now)


def passed_on(
    late: Late, account: Account | None, rotation: Rotation, open_leads: Mapping[str, int]
) -> tuple[Decision, SlaClock] | None:
    """Another owner, a Task to him and one to whoever had it; None when nobody else can take the lead.

    A lead that a relationship gave to somebody goes to his manager, never to strangers of a pool.
    """
    found = _from_pool(late, account, rotation, open_leads) or _to_manager(late)
    if found is None:
        return None
    heir, why, turn = found
    clock = clock_for(
        late.policy, late.lead, heir, late.before.number + 1, late.now, directory=late.directory,
        roster=late.roster, before=late.clock,
    )  # fmt: skip
    if clock is None:
        return None
    notices = [_taking(late, heir, why, clock.due_at)]
    if late.owner is not None and late.owner.active:
        words = say("task.passed_on", company=_company(late), owner=heir.name)
        notices.append(_notice(late, late.owner, "sla_passed_on", "task.subject.passed_on", words))
    owner = Owner(id=heir.id, kind=OwnerKind.PERSON, name=heir.name)
    decision = _decision(late, why, owner, tuple(notices), count=clock.passed_on)
    spoken = text(why, language_of(heir.language, late.policy.language))
    if turn is not None:
        moves = (turn.move,) if turn.move else ()
        decision = replace(
            decision, moves=moves, learnt=turn.learnt, steps=(*turn.steps, *decision.steps), warnings=turn.warnings
        )
    return replace(decision, answer_by=clock.due_at, reason_for_owner=spoken), clock


def _from_pool(
    late: Late, account: Account | None, rotation: Rotation, open_leads: Mapping[str, int]
) -> tuple[Person, Phrase, Distribution | None] | None:
    sla = late.policy.sla
    if sla is None or sla.hand_to != "pool" or late.first.rule != SHARED_OUT:
        return None
    turn = distribute(
        late.lead, account, late.policy.territories, late.policy.pools, late.directory, rotation, late.now,
        open_leads=open_leads, never=late.intake_ids, had_it=frozenset({late.clock.owner_id}), roster=late.roster,
        results=late.results,
    )  # fmt: skip
    heir = late.directory.people.get(turn.owner.id) if turn.owner else None
    return (heir, say("sla.turn", owner=heir.name), turn) if heir else None


def _to_manager(late: Late) -> tuple[Person, Phrase, Distribution | None] | None:
    manager = nearest_manager(late.owner, late.directory, late.intake_ids)
    return (manager, say("sla.manager", owner=manager.name), None) if manager else None


def nearest_manager(person: Person | None, directory: Directory, never: frozenset[str]) -> Person | None:
    """The nearest active manager up the chain; circles and gaps are survived."""
    seen = {person.id} if person else set()
    while person is not None and person.manager_id and person.manager_id not in seen:
        seen.add(person.manager_id)
        person = directory.people.get(person.manager_id)
        if person is not None and person.active and person.id not in never:
            return person
    return None


def _taking(late: Late, heir: Person, why: Phrase, due_at: datetime) -> Notice:
    words = say("task.new_owner", company=_company(late), why=why)
    return replace(_notice(late, heir, "new_owner", "task.subject.new", words), due_at=due_at)


def _notice(late: Late, person: Person, kind: str, subject: str, words: Phrase) -> Notice:
    language = language_of(person.language, late.policy.language)
    address = late.lead.ip.strip()
    lines = [text(say(subject, company=_company(late)), language), text(words, language)]
    head, body = (line.replace(address, "…") if address else line for line in lines)  # R038
    return Notice(
        kind=kind, person_id=person.id, subject=head, text=body, ids=late.action.ids, high=True, language=language
    )


def _company(late: Late) -> str | Phrase:
    return late.lead.company.strip() or say("the_company")


def _decision(
    late: Late, why: Phrase, owner: Owner | None, notices: tuple[Notice, ...], *, count: int | None = None
) -> Decision:
    sla = late.policy.sla
    span = say("minutes", count=sla.minutes(late.clock.executive) if sla else 0)
    due = f"{late.clock.due_at:%Y-%m-%d %H:%M} UTC"
    said = [say("sla.due", due=due, span=span), why]
    if count is not None and sla is not None:
        said.append(say("sla.count", count=count, most=sla.at_most))
    steps = tuple(
        Step(place=PLACE, rule=RULE, outcome=Outcome.DECIDED, words=str(one), ids=late.action.ids) for one in said
    )
    reason = say("reason", owner=owner.name, why=why) if owner else say("reason.keep", why=why)
    return Decision(
        lead_id=late.lead.id, number=late.before.number + 1, at=late.now, rule=RULE, place=PLACE,
        ids=late.action.ids, reason=str(reason), owner=owner, match=late.first.match, steps=steps, notices=notices,
        lead_stamp=late.lead.stamp, lead_owner_id=late.lead.owner_id, lead_account_id=late.lead.account_id,
        policy_hash=late.policy.hash, engine=__version__,
    )  # fmt: skip
