"""The clock of a first reply runs in the owner's working hours: his own, his pool's, or the watch's."""

from datetime import date

from sfrouter.base.business_time import BusinessTime
from sfrouter.base.working_week import read_week
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.roster import Colleague, Roster
from sfrouter.followup.watches.sla import Sla
from sfrouter.journey.first_reply import calendar_of
from sfrouter.model.dossier import Directory
from sfrouter.model.ids import to_18
from sfrouter.model.records import Person

BOB = Person(id=to_18("005000000000001"), name="Bob", email="bob@ours.example", time_zone="Europe/Berlin")
EVERYBODY = Directory(people={BOB.id: BOB}, queues={})
OFFICE = read_week({"mon-fri": "09:00-17:00"})
EARLY = {"mon-fri": "06:00-12:00"}


def hours(pool: Pool | None = None, sla: Sla | None = None, **own: object) -> BusinessTime:
    """Bob's calendar with what is written of his pool and of himself."""
    people = {"bob@ours.example": Colleague.model_validate(own)} if own else {}
    pools = (pool,) if pool else ()
    return calendar_of(sla or Sla(), BOB, pools, EVERYBODY, Roster(people=people))


def a_pool(**options: object) -> Pool:
    return Pool.model_validate({"name": "all", "members": ["bob@ours.example"], **options})


def test_the_hours_of_his_pool_count() -> None:
    assert hours(a_pool(hours=EARLY)).week == read_week(EARLY)


def test_his_own_hours_come_before_those_of_his_pool() -> None:
    assert hours(a_pool(hours=EARLY), hours={"mon": "10:00-11:00"}).week == read_week({"mon": "10:00-11:00"})


def test_who_has_only_days_away_keeps_the_hours_of_the_watch() -> None:
    found = hours(away="2026-11-23")
    assert (found.week, found.zone, found.days_off) == (OFFICE, "Europe/Berlin", frozenset({date(2026, 11, 23)}))


def test_a_pool_with_holidays_alone_keeps_the_hours_of_the_watch() -> None:
    found = hours(a_pool(holidays="DE-BY"), Sla(country="US"))
    assert (found.week, found.country, found.subdivision) == (OFFICE, "DE", "BY")
    assert hours(sla=Sla(country="US")).country == "US"


def test_clock_hours_are_clock_hours_for_everybody() -> None:
    assert hours(a_pool(hours=EARLY), Sla(hours="clock")) == BusinessTime()
