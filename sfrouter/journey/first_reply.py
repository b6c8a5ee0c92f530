"""How long the owner of a lead has for a first reply: by the policy, the person's title, and his working hours."""

from datetime import datetime

from sfrouter.base.business_time import BusinessTime, NeverOpenError
from sfrouter.config.policy_value import Policy
from sfrouter.distribution.roster import Roster, working
from sfrouter.followup.watches.sla import Sla
from sfrouter.model.follow import SlaClock
from sfrouter.model.records import Lead, Person
from sfrouter.routing.titles import is_executive


def clock_for(
    policy: Policy, lead: Lead, owner: Person | None, number: int, now: datetime, *, before: SlaClock | None = None
) -> SlaClock | None:
    """The clock of a lead that goes to a person; None when the policy watches no replies, or for a queue.

    `before` is the clock of the owner who did not answer.
    """
    sla = policy.sla
    if sla is None or owner is None:
        return None
    calendar = calendar_of(sla, owner, policy)
    executive = is_executive(lead.title)
    try:
        return sla.clock(lead, owner.id, number, now, executive=executive, calendar=calendar, before=before)
    except NeverOpenError:  # no hours at all: nobody can be late
        return None


def calendar_of(sla: Sla, person: Person, policy: Policy) -> BusinessTime:
    """The person's working hours: those of teams.yaml where it names any, else the watch's, in his zone."""
    if sla.hours == "clock":
        return BusinessTime()
    own = working(person, Roster(people=policy.people, zone=policy.time_zone or "UTC"))
    return sla.calendar(own.calendar.zone) if own.no_hours else own.calendar
