"""Who works when: the nearest setting counts, limits hold, and the words say why somebody cannot take a lead."""

from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from sfrouter.base.working_week import ROUND_THE_CLOCK, read_week
from sfrouter.distribution.availability import Available, available, given_today
from sfrouter.distribution.lineup import calendar_of
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.roster import Colleague, Roster, Working, working
from sfrouter.distribution.shift import Shift
from tests.routing.world import directory, person

OFFICE = {"mon-fri": "09:00-12:00, 13:00-17:00"}
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
BOB = person(1, "Bob")
NOBODY: MappingProxyType[str, Any] = MappingProxyType({})


def shift(**written: Any) -> Shift:
    """Settings as an admin writes them."""
    return Shift.model_validate(written)


def roster(**written: Any) -> Roster:
    """A roster in which Bob has settings."""
    return Roster(people={BOB.email: Colleague.model_validate(written)}, zone="Europe/London")


def look(how: Working, at: datetime = MONDAY, **known: Any) -> Available:
    """Can Bob take a lead?"""
    return available(BOB.id, how, at, given=known.get("given", NOBODY), open_leads=known.get("open_leads", NOBODY))


def test_without_settings_everybody_is_there_round_the_clock() -> None:
    how = working(BOB, Roster())
    assert how.no_hours
    assert look(how) == Available()
    assert how.calendar.week == ROUND_THE_CLOCK


def test_the_members_setting_goes_before_the_persons_and_the_pools() -> None:
    everywhere = roster(hours={"mon": "08:00-09:00"}, time_zone="Asia/Tokyo")
    pool, member = shift(hours=OFFICE, time_zone="Europe/Berlin"), shift(hours={"tue": "10:00-11:00"})
    assert working(BOB, Roster(), pool=pool).calendar.week == read_week(OFFICE)
    assert working(BOB, everywhere, pool=pool).calendar.week == read_week({"mon": "08:00-09:00"})
    how = working(BOB, everywhere, pool=pool, member=member)
    assert how.calendar.week == read_week({"tue": "10:00-11:00"})
    assert how.calendar.zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("of_pool", "of_user", "expected"),
    [
        ("Europe/Berlin", "America/New_York", "Europe/Berlin"),
        ("", "America/New_York", "America/New_York"),
        ("", "", "Europe/London"),
        ("", "Mars/Olympus", "Europe/London"),
    ],
)
def test_the_time_zone_is_the_files_then_the_users_then_the_orgs(
    of_pool: str, of_user: str, expected: str
) -> None:
    how = working(person(1, "Bob", time_zone=of_user), roster(), pool=shift(time_zone=of_pool))
    assert how.calendar.zone == expected


def test_off_hours_say_until_when() -> None:
    how = working(BOB, roster(), pool=shift(hours=OFFICE, time_zone="Europe/Berlin"))
    assert look(how).why == ""
    found = look(how, MONDAY + timedelta(hours=1, minutes=30))  # half past twelve in Berlin
    assert found.why == "off until Mon 2026-11-23 13:00 Europe/Berlin"
    assert found.opens_at == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_holidays_of_the_state_and_own_days() -> None:
    epiphany = datetime(2027, 1, 6, 10, tzinfo=UTC)
    bavaria = shift(hours=OFFICE, time_zone="Europe/Berlin", holidays="DE-BY")
    assert "off until Thu 2027-01-07" in look(working(BOB, roster(), pool=bavaria), epiphany).why
    assert not look(working(BOB, roster(), pool=shift(hours=OFFICE, holidays="DE")), epiphany).why
    assert not look(working(BOB, roster(days_on="2027-01-06"), pool=bavaria), epiphany).why
    assert not look(working(BOB, roster(holidays="none"), pool=bavaria), epiphany).why
    bridge = shift(days_off=["2026-11-23 to 2026-11-24"])
    assert "off until Wed 2026-11-25 00:00" in look(working(BOB, roster(), pool=bridge)).why


def test_days_away_from_the_file_and_from_the_crm() -> None:
    how = working(BOB, roster(away="2026-11-20 to 2026-11-24"), pool=shift(hours=OFFICE))
    assert look(how) == Available(why="away until 2026-11-24", opens_at=datetime(2026, 11, 25, 9, tzinfo=UTC))
    crm = person(1, "Bob", away_from=date(2026, 11, 23), away_until=date(2026, 11, 23))
    assert look(working(crm, Roster())).why == "away until 2026-11-23"
    assert not look(working(crm, Roster()), MONDAY + timedelta(days=1)).why
    assert not look(working(crm, Roster()), MONDAY - timedelta(days=1)).why


def test_the_crms_tick_alone_means_away_with_no_end_known() -> None:
    assert look(working(person(1, away=True), Roster())) == Available(why="away")
    ended = person(1, away=True, away_until=date(2026, 11, 22))
    assert not look(working(ended, Roster())).why
    since = person(1, away_from=date(2026, 11, 1))
    assert look(working(since, Roster())) == Available(why="away")


def test_the_limit_of_a_day_is_the_days_by_ones_own_clock() -> None:
    """23:30 of Sunday in New York is Monday in UTC: it counts for Sunday there."""
    given = {"west": {BOB.id: (datetime(2026, 11, 23, 4, 30, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC))}}
    east = working(person(1, time_zone="America/New_York"), Roster(), pool_name="west", pool=shift(most_a_day=2))
    assert given_today(BOB.id, east, MONDAY, given) == 1
    assert not look(east, given=given).why
    utc = working(BOB, Roster(), pool_name="west", pool=shift(most_a_day=2))
    assert look(utc, given=given) == Available(why="has 2 of 2 leads today")
    assert not look(utc, MONDAY + timedelta(days=1), given=given).why


def test_a_persons_limit_counts_all_pools_and_a_pools_its_own() -> None:
    given = {"west": {BOB.id: (MONDAY,)}, "east": {BOB.id: (MONDAY,)}}
    of_pool = working(BOB, roster(), pool_name="west", pool=shift(most_a_day=2))
    assert not look(of_pool, given=given).why
    of_person = working(BOB, roster(most_a_day=2), pool_name="west", pool=shift(most_a_day=5))
    assert look(of_person, given=given).why == "has 2 of 2 leads today"


def test_the_lowest_limit_of_open_leads_counts() -> None:
    how = working(BOB, roster(most_open=10), pool=shift(most_open=3))
    assert look(how, open_leads={BOB.id: 3}).why == "has 3 of 3 open leads"
    assert not look(how, open_leads={BOB.id: 2}).why


def test_for_other_clocks_a_person_has_the_hours_of_his_first_pool_with_any() -> None:
    pools = [
        Pool.model_validate({"name": "open", "members": [BOB.email]}),
        Pool.model_validate({"name": "office", "members": [BOB.email], "hours": OFFICE, "holidays": "DE"}),
    ]
    people = directory([BOB])
    calendar = calendar_of(BOB, pools, people, Roster(zone="Europe/Berlin"))
    assert (calendar.week, calendar.country, calendar.zone) == (read_week(OFFICE), "DE", "Europe/Berlin")
    assert calendar_of(BOB, pools, people, roster(hours={"mon": "08:00-09:00"})).week == read_week(
        {"mon": "08:00-09:00"}
    )
    assert calendar_of(person(2), pools, people, Roster()).week == ROUND_THE_CLOCK
