"""What happens in a story after the lead has its owner: time goes by, somebody answers or nobody does (R152)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sfrouter.base.business_time import NeverOpenError, add_minutes
from sfrouter.config.policy_value import Policy
from sfrouter.distribution.learn import NO_RESULTS, Results
from sfrouter.distribution.roster import Roster
from sfrouter.followup.watch import Subject
from sfrouter.followup.watches.sla import Sla
from sfrouter.journey.first_reply import calendar_of, clock_for
from sfrouter.journey.follow_up_step import Late, escalated, passed_on, reminded
from sfrouter.journey.story_form import LaterForm, at
from sfrouter.journey.story_policy import StoryError
from sfrouter.model.assignment import Rotation
from sfrouter.model.decision import Decision, Notice
from sfrouter.model.dossier import Dossier
from sfrouter.model.follow import Act, Action, SlaClock
from sfrouter.model.records import Lead, Person

ANSWERED = "answered in this story"
_MOST_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """How things stand at one moment of the story, and who was told since the one before."""

    moment: datetime
    owner_id: str
    notices: tuple[Notice, ...] = ()


@dataclass(slots=True)
class _Course:
    """The story as it goes on: the lead, its clock, its newest decision."""

    dossier: Dossier
    policy: Policy
    rotation: Rotation
    sla: Sla
    first: Decision
    lead: Lead
    clock: SlaClock
    newest: Decision
    results: Mapping[str, Results]

    def until(self, moment: datetime, told: list[Notice]) -> None:
        """All that the watch wants up to a moment, at the very time it wants it."""
        for _ in range(_MOST_STEPS):
            due = self._next(moment)
            if due is None:
                return
            action = self.sla.look(Subject(lead_id=self.lead.id, lead=self.lead, clock=self.clock), due)
            if action is None or not self._carried_out(action, due, told):
                return

    def _next(self, moment: datetime) -> datetime | None:
        """The next time at which there is something to do."""
        times = (self.clock.remind_at, self.clock.passes_at, moment)
        for due in sorted(max(one, self.newest.at) for one in times):  # nothing happens before it was decided
            subject = Subject(lead_id=self.lead.id, lead=self.lead, clock=self.clock)
            if due <= moment and self.sla.look(subject, due) is not None:
                return due
        return None

    def _carried_out(self, action: Action, now: datetime, told: list[Notice]) -> bool:
        if action.act is Act.STOP:
            self.clock = replace(self.clock, stopped_at=now, stopped_because=action.why)
            return False
        late = Late(
            lead=self.lead, clock=self.clock, before=self.newest, first=self.first, action=action, now=now,
            directory=self.dossier.directory, policy=self.policy, intake_ids=self.dossier.intake_ids,
            roster=roster_of(self.policy), results=self.results,
        )  # fmt: skip
        if action.act is Act.REMIND:
            done = reminded(late)
        elif action.act is Act.HAND_ON:
            done = passed_on(late, self.dossier.account, self.rotation, {}) or escalated(late)
        else:
            done = escalated(late)
        if done is None:
            return False
        self.newest, self.clock = done
        told.extend(self.newest.notices)
        if self.newest.owner:
            self.lead = replace(self.lead, owner_id=self.newest.owner.id)
        return True


def afterwards(
    later: tuple[LaterForm, ...],
    dossier: Dossier,
    decision: Decision,
    policy: Policy,
    rotation: Rotation,
    results: Mapping[str, Results] = NO_RESULTS,
) -> Iterator[Afterwards]:
    """What becomes of the lead at each of the story's later moments, in their order. Raises StoryError."""
    if not later:
        return
    sla = policy.sla
    owner = dossier.directory.people.get(decision.owner.id) if decision.owner else None
    clock = clock_for(
        policy, dossier.lead, owner, decision.number, dossier.now, directory=dossier.directory,
        roster=roster_of(policy),
    )  # fmt: skip
    if sla is None or owner is None or clock is None:
        raise StoryError("'later' needs the watch 'sla' (policy: followup) and a person who gets the lead")
    lead = replace(dossier.lead, owner_id=owner.id)
    course = _Course(
        dossier=dossier, policy=policy, rotation=rotation, sla=sla, first=decision, lead=lead, clock=clock,
        newest=decision, results=results,
    )  # fmt: skip
    for form in later:
        moment, told = _moment(form, sla, owner, course), list[Notice]()
        if form.answered:
            course.until(moment - timedelta(microseconds=1), told)
            course.lead = replace(course.lead, status=ANSWERED)
        course.until(moment, told)
        yield Afterwards(moment=moment, owner_id=course.lead.owner_id or "", notices=tuple(told))


def roster_of(policy: Policy) -> Roster:
    """Who works when, by the policy alone; the story's org has no time zone of its own."""
    return Roster(people=policy.people, zone=policy.time_zone or "UTC")


def _moment(form: LaterForm, sla: Sla, owner: Person, course: _Course) -> datetime:
    """The moment that the story means, counted from when the lead came in."""
    created = course.dossier.lead.created_at
    given = [one for one in (form.at, form.minutes, form.business_minutes) if one is not None]
    if len(given) != 1:
        raise StoryError("each entry of 'later' has one of 'minutes', 'business_minutes' and 'at'")
    if form.at is not None:
        return at(form.at)
    if form.minutes is not None:
        return created + timedelta(minutes=form.minutes)
    directory, policy = course.dossier.directory, course.policy
    calendar = calendar_of(sla, owner, policy.pools, directory, roster_of(policy))
    try:
        return add_minutes(calendar, created, form.business_minutes or 0)
    except NeverOpenError:
        raise StoryError(f"{owner.name} never works, so no business minutes go by") from None
