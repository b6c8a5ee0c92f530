"""How long the owner of a lead has for a first reply: by the policy, the person's title, and his working hours."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sfrouter.base.business_time import BusinessTime, NeverOpenError
from sfrouter.config.policy_value import Policy
from sfrouter.distribution.lineup import works
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.roster import Roster
from sfrouter.followup.watches.sla import Sla
from sfrouter.model.dossier import Directory
from sfrouter.model.follow import SlaClock
from sfrouter.model.records import Lead, Person
from sfrouter.routing.titles import is_executive


def clock_for(
    policy: Policy, lead: Lead, owner: Person | None, number: int, now: datetime, *, directory: Directory,
    roster: Roster, before: SlaClock | None = None,
) -> SlaClock | None:  # fmt: skip
    """The clock of a lead that goes to a person; None when the policy watches no replies, or for a queue.

    `before` is the clock of the owner who did not answer.
    """
    sla = policy.sla
    if sla is None or owner is None:
        return None
    calendar = calendar_of(sla, owner, policy.pools, directory, roster)
    executive = is_executive(lead)
    try:
        return sla.clock(lead, owner.id, number, now, executive=executive, calendar=calendar, before=before)
    except NeverOpenError:  # no hours at all: nobody can be late
        return None


def calendar_of(
    sla: Sla, person: Person, pools: Sequence[Pool], directory: Directory, roster: Roster
) -> BusinessTime:
    """The person's working hours: his own, else his pool's; where neither has any, the watch's, in his time zone
    and without the days he is off."""
    if sla.hours == "clock":
        return BusinessTime()
    how = works(person, pools, directory, roster)
    if how.own_hours:
        return how.calendar
    office, own = sla.calendar(how.calendar.zone), how.calendar
    return replace(own, week=office.week, country=own.country or office.country)
