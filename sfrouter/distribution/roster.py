"""Who works when: what teams.yaml says of pools, members and people, and what the CRM says, taken together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from sfrouter.base.business_time import BusinessTime, zone_named
from sfrouter.base.working_week import ROUND_THE_CLOCK
from sfrouter.distribution.shift import NO_HOLIDAYS, Shift, Spans, days_of
from sfrouter.model.records import Person


class Colleague(Shift):
    """One person in whatever pool: hours, limits over all pools, days away (`away`), and skills."""

    away: Spans = ()
    skills: tuple[str, ...] = ()


NOBODY_SPECIAL = Colleague()
ALL_DAY = Shift()


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The people of teams.yaml, by e-mail or 18-character id, folded. `zone` is for whoever has no other."""

    people: Mapping[str, Colleague] = field(default_factory=lambda: MappingProxyType({}))
    zone: str = "UTC"

    def of(self, person: Person) -> Colleague:
        """What the file says of a person; what holds for everybody when it does not name him."""
        by_id = self.people.get(person.id.casefold())
        return by_id or self.people.get(person.email.strip().casefold(), NOBODY_SPECIAL)


NO_ROSTER = Roster()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most leads a day: over all pools, or (`pool` set) those of one pool."""

    most: int
    pool: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """How one person works in one pool. `calendar` leaves out the days `away` too; `no_hours` is clock time;
    `own_hours`: somebody wrote down from when to when."""

    calendar: BusinessTime
    away: tuple[tuple[date, date | None], ...] = ()
    daily: tuple[Limit, ...] = ()
    most_open: int | None = None
    no_hours: bool = False
    own_hours: bool = False


def working(
    person: Person, roster: Roster, *, pool_name: str = "", pool: Shift = ALL_DAY, member: Shift = ALL_DAY
) -> Working:
    """The nearest setting counts: the member's in his pool, then the person's, then the pool's; the time zone is
    then the user's own in the CRM, then the org's. Days off of all of them add up, and every limit holds."""
    own = roster.of(person)
    asked = (member, own, pool)
    zone = next((one.time_zone for one in asked if one.time_zone), "") or _zone_of(person, roster)
    away = (*own.away, *_away_in_crm(person))
    daily = [Limit(most=one.most_a_day, pool=pool_name) for one in (member, pool) if one.most_a_day is not None][
        :1
    ]
    if own.most_a_day is not None:
        daily.append(Limit(most=own.most_a_day))
    most_open = [one.most_open for one in asked if one.most_open is not None]
    return Working(
        calendar=_calendar(asked, zone, tuple((first, last) for first, last in away if last is not None)),
        away=away, daily=tuple(daily), most_open=min(most_open, default=None),
        no_hours=not away and not any(one.limits_hours for one in asked),
        own_hours=any(one.hours is not None for one in asked),
    )  # fmt: skip


def _zone_of(person: Person, roster: Roster) -> str:
    for name in filter(None, (person.time_zone, roster.zone)):
        try:
            return zone_named(name).key
        except ValueError:  # the org may know a zone that this machine does not
            continue
    return "UTC"


def _away_in_crm(person: Person) -> tuple[tuple[date, date | None], ...]:
    if not person.away and person.away_from is None and person.away_until is None:
        return ()
    # A tick without dates means: away now, nobody knows until when. A day without a first one: since ever.
    first = date.min if person.away or person.away_from is None else person.away_from
    return ((first, person.away_until),)


def _calendar(asked: tuple[Shift, ...], zone: str, away: tuple[tuple[date, date], ...]) -> BusinessTime:
    hours = next((one.hours for one in asked if one.hours is not None), ROUND_THE_CLOCK)
    written = next((one.holidays for one in asked if one.holidays), NO_HOLIDAYS)
    country, _, subdivision = written.partition("-") if written != NO_HOLIDAYS else ("", "", "")
    off = tuple(span for one in asked for span in one.days_off)
    on = tuple(span for one in asked for span in one.days_on)
    return BusinessTime(
        week=hours, zone=zone or "UTC", country=country, subdivision=subdivision, days_off=_days((*off, *away)),
        days_on=_days(on),
    )  # fmt: skip


@lru_cache(maxsize=2_000)
def _days(spans: tuple[tuple[date, date], ...]) -> frozenset[date]:
    # Two years at most: a day without a first one ("since ever") would be a million.
    return days_of(tuple((max(first, date(last.year - 2, 1, 1)), last) for first, last in spans))
