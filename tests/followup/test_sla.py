"""The procedure for late replies: reminder, another owner, a word to the manager; an answer ends it (R152)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.base.business_time import BusinessTime
from sfrouter.followup.sweep import sweep
from sfrouter.followup.watch import Subject
from sfrouter.followup.watches.sla import Sla
from sfrouter.model.follow import Act, Action, SlaClock
from tests.routing.world import NOON, lead, user_id

MINUTE = timedelta(minutes=1)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)  # in London
SLA = Sla(hours="clock")


def clock(sla: Sla = SLA, *, executive: bool = False, now: datetime = NOON, **values: Any) -> SlaClock:
    """The clock of a lead that came at noon and that the first user has."""
    begun = sla.clock(
        lead(status="New"), user_id(1), 1, now, executive=executive, calendar=sla.calendar("Europe/London")
    )
    return replace(begun, **values)


def look(at: datetime, running: SlaClock, sla: Sla = SLA, **values: Any) -> Action | None:
    """What the watch wants at a moment."""
    standing = lead(**{"owner_id": user_id(1), "status": "New", **values})
    return sla.look(Subject(lead_id=standing.id, lead=standing, clock=running), at)


def act(at: datetime, running: SlaClock, sla: Sla = SLA, **values: Any) -> Act | None:
    """The same, only the kind."""
    found = look(at, running, sla, **values)
    return found.act if found else None


@pytest.mark.parametrize(("executive", "minutes"), [(True, 5), (False, 120)])
def test_executives_have_five_minutes_and_others_two_hours(executive: bool, minutes: int) -> None:
    """R090, R091: one second before it is not late, at the end it is."""
    running = clock(executive=executive, reminded_at=NOON)
    assert running.due_at == NOON + minutes * MINUTE
    assert act(running.due_at - timedelta(seconds=1), running) is None
    found = look(running.due_at, running)
    assert found is not None
    assert (found.act, found.ids) == (Act.HAND_ON, ("R152", "R090" if executive else "R091"))


def test_the_clock_runs_from_the_leads_creation_but_nobody_loses_a_lead_he_has_just_got() -> None:
    """R085: decided three hours late it is overdue at once; passed on only when its owner had his full time."""
    running = clock(now=NOON + timedelta(hours=3), reminded_at=NOON)
    assert running.due_at == NOON + timedelta(hours=2)
    assert running.late(NOON + timedelta(hours=3))
    assert act(NOON + timedelta(hours=3), running) is None
    assert act(NOON + timedelta(hours=5), running) is Act.HAND_ON


def test_business_hours_are_the_owners_and_skip_the_night_and_the_weekend() -> None:
    sla = Sla()
    friday = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    assert sla.due(friday, False, sla.calendar("Europe/London")) == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    assert sla.due(friday, False, sla.calendar("America/New_York")) == friday + timedelta(hours=2)
    assert Sla(hours="clock").due(friday, False, BusinessTime()) == friday + timedelta(hours=2)


def test_a_reminder_comes_once_before_the_time_is_over() -> None:
    running = clock()
    assert act(NOON + 89 * MINUTE, running) is None
    assert act(NOON + 90 * MINUTE, running) is Act.REMIND
    assert act(NOON + 90 * MINUTE, replace(running, reminded_at=NOON)) is None
    assert act(NOON + 90 * MINUTE, running, Sla(hours="clock", remind_after_percent=0)) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [({"status": "Working"}, "status"), ({"owner_id": user_id(2)}, "owner"), ({"converted": True}, "converted"),
     ({"extra": {"last_activity_on": "2026-11-21"}}, "activity"), ({"deleted": True}, "gone")],
)  # fmt: skip
def test_an_answer_of_a_person_stops_the_clock_even_when_it_is_late(change: dict[str, Any], why: str) -> None:
    found = look(NOON + timedelta(hours=9), clock(), **change)
    assert found is not None
    assert found.act is Act.STOP
    assert why in found.why


def test_an_edit_that_answers_nothing_stops_nothing() -> None:
    """Near miss: another city, another title."""
    assert act(NOON + timedelta(hours=9), clock(), city="Bonn", title="Clerk") is Act.HAND_ON


def test_a_lead_is_passed_on_so_often_and_no_oftener_then_the_manager_is_told_once() -> None:
    late = NOON + timedelta(hours=9)
    assert act(late, clock(passed_on=0)) is Act.HAND_ON
    assert act(late, clock(passed_on=1)) is Act.ESCALATE
    assert act(late, clock(passed_on=1, escalated_at=late)) is None
    assert act(late, clock(passed_on=1), Sla(hours="clock", at_most=2)) is Act.HAND_ON
    assert act(late, clock(), Sla(hours="clock", hand_to="nobody")) is Act.ESCALATE
    assert act(late, clock(), Sla(hours="clock", hand_to="nobody", tell_manager=False)) is None


def test_the_next_owners_time_begins_when_he_gets_the_lead() -> None:
    late = NOON + timedelta(hours=2)
    again = SLA.clock(
        lead(), user_id(2), 2, late, executive=False, calendar=BusinessTime(), before=clock(passed_on=0)
    )
    assert (again.started_at, again.due_at, again.passed_on) == (late, late + timedelta(hours=2), 1)


@given(st.lists(st.integers(1, 300), max_size=12), st.integers(0, 3))
def test_the_procedure_ends_whatever_the_times_of_looking(steps: list[int], most: int) -> None:
    """At most one reminder an owner, `at_most` owners more, one word to the manager; then silence."""
    sla = Sla(hours="clock", at_most=most)
    running, now, acts = clock(sla), NOON, []
    for minutes in [*steps, *([500] * (most + 3))]:
        now += minutes * MINUTE
        wanted = act(now, running, sla)
        acts.append(wanted)
        if wanted is Act.REMIND:
            running = replace(running, reminded_at=now)
        elif wanted is Act.HAND_ON:
            running = sla.clock(
                lead(status="New"), user_id(1), 1, now, executive=False, calendar=BusinessTime(), before=running
            )
        elif wanted is Act.ESCALATE:
            running = replace(running, escalated_at=now)
    assert acts.count(Act.HAND_ON) == most
    assert acts.count(Act.ESCALATE) == 1
    assert acts.count(Act.REMIND) <= most + 1
    assert acts[-1] is None


def test_a_sweep_does_one_thing_a_lead() -> None:
    standing = lead(owner_id=user_id(1), status="New")
    subject = Subject(lead_id=standing.id, lead=standing, clock=clock())
    assert len(sweep([subject], (SLA, SLA), NOON + timedelta(hours=9))) == 1


def test_holidays_of_a_state_are_free_as_in_a_pool() -> None:
    """Corpus Christi, 4 June 2026, is free in Bavaria and worked in Berlin."""
    morning = datetime(2026, 6, 4, 8, tzinfo=UTC)
    watch = Sla(country="DE-BY")
    assert watch.due(morning, True, watch.calendar("Europe/Berlin")) == datetime(2026, 6, 5, 7, 5, tzinfo=UTC)
    other = Sla(country="DE-BE")
    assert other.due(morning, True, other.calendar("Europe/Berlin")) == datetime(2026, 6, 4, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize("country", ["Bayern", "DE-XY", "XX"])
def test_a_country_without_known_holidays_is_refused(country: str) -> None:
    with pytest.raises(ValueError, match=r"no holidays are known|no subdivision"):
        Sla(country=country)


def test_working_hours_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="no hours"):
        Sla.model_validate({"working_hours": {"mon": "nine to five"}})
