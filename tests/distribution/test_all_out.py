"""When people are off, away, at a limit or lack a skill the lead goes to somebody else, and the trace says why."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.distribution.distribute import Distribution, distribute
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.roster import Colleague, Roster
from sfrouter.distribution.territories import Territory
from sfrouter.model.assignment import Rotation
from sfrouter.model.records import Person
from tests.routing.world import PARTNERS, directory, lead, person, user_id

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONDAY = SUNDAY + timedelta(days=1)
OFFICE = {"mon-fri": "09:00-17:00"}
ANN, BOB, CARL = person(1, "Ann"), person(2, "Bob"), person(3, "Carl")
WORLD = [Territory(name="World", pool="first")]


def pool(name: str = "first", *numbers: int, **written: Any) -> Pool:
    """A pool of the people with these numbers."""
    members = written.pop("members", [f"p{number}@ours.example" for number in numbers or (1, 2, 3)])
    return Pool.model_validate({"name": name, "members": members, **written})


def share(
    *pools: Pool, at: datetime = MONDAY, people: tuple[Person, ...] = (ANN, BOB, CARL), **more: Any
) -> Distribution:
    """One lead shared out."""
    roster = Roster(people={key: Colleague.model_validate(value) for key, value in more.get("roster", {}).items()})
    return distribute(
        more.get("lead", lead()), None, WORLD, pools, directory(people), more.get("rotation", Rotation()), at,
        open_leads=more.get("open_leads", {}), roster=roster,
    )  # fmt: skip


def who(found: Distribution) -> str:
    """Who has it."""
    return found.owner.name if found.owner else ""


def test_whoever_is_off_or_away_is_passed_over_and_the_trace_says_why_and_who_is_next() -> None:
    roster = {
        "p1@ours.example": {"away": "2026-11-23"},
        "p2@ours.example": {"hours": {"mon": "13:00-17:00"}, "time_zone": "Europe/Berlin"},
    }
    found = share(pool(), roster=roster, at=datetime(2026, 11, 23, 11, tzinfo=UTC))
    assert who(found) == "Carl"
    assert "Ann (away until 2026-11-23)" in found.steps[-1].words
    assert "Bob (off until Mon 2026-11-23 13:00 Europe/Berlin)" in found.steps[-1].words
    assert "after Ann: Bob (0 turns), Carl (0 turns)" in share(pool()).steps[-1].words


def test_all_out_goes_to_the_next_pool_then_the_queue_then_to_who_is_at_work_first() -> None:
    off: dict[str, Any] = {"hours": OFFICE}
    assert who(share(pool(**off, otherwise="second"), pool("second", 3), at=SUNDAY)) == "Carl"
    assert who(share(pool(**off, queue="Partners"), at=SUNDAY)) == PARTNERS.name
    early = {"p2@ours.example": {"hours": {"mon": "07:00-15:00"}}}
    found = share(pool(**off), at=SUNDAY, roster=early)
    assert who(found) == "Bob"
    assert "at work first (Mon 2026-11-23 07:00 UTC)" in found.words


def test_the_pool_may_ask_for_its_queue_or_the_first_at_work_before_other_pools() -> None:
    second = pool("second", 3)
    queue = pool("first", 1, 2, hours=OFFICE, otherwise="second", queue="Partners", when_all_out="queue")
    assert who(share(queue, second, at=SUNDAY)) == PARTNERS.name
    opening = pool("first", 1, 2, hours=OFFICE, otherwise="second", when_all_out="next_open")
    assert who(share(opening, second, at=SUNDAY)) == "Ann"


def test_the_leads_of_a_night_are_shared_in_turn_among_those_who_begin_at_the_same_time() -> None:
    turns: dict[str, int] = {}
    got: Counter[str] = Counter()
    for _ in range(9):
        found = share(
            pool(hours=OFFICE, when_all_out="next_open"), at=SUNDAY, rotation=Rotation(turns={"first": turns})
        )
        assert found.move is not None
        got[who(found)] += 1
        turns.update(found.move.turns)
    assert got == {"Ann": 3, "Bob": 3, "Carl": 3}


def test_limits_are_never_gone_over_not_even_when_nobody_else_is_there() -> None:
    given = {"first": {user_id(1): (MONDAY,)}}
    full = pool("first", 1, most_a_day=1, when_all_out="next_open")
    found = share(full, rotation=Rotation(given=given))
    assert found.owner is None
    assert "Ann (has 1 of 1 leads today)" in found.steps[-1].words
    assert who(share(pool(most_open=5), open_leads={user_id(1): 5})) == "Bob"


def test_nobody_who_left_or_is_away_without_an_end_is_at_work_first() -> None:
    people = (person(1, "Ann", active=False), person(2, "Bob", away=True))
    found = share(pool("first", 1, 2, hours=OFFICE), at=SUNDAY, people=people)
    assert found.owner is None


GERMAN = {"skill": "German", "when": {"field": "lead.language", "value": "de"}}
SPEAKERS = {"p3@ours.example": {"skills": ["german "]}}


def test_a_needed_skill_goes_first_when_somebody_there_has_it() -> None:
    german = lead(language="de")
    found = share(pool(skills=[GERMAN]), lead=german, roster=SPEAKERS)
    assert who(found) == "Carl"
    assert "Ann (others have the skill German)" in found.steps[-1].words
    assert who(share(pool(skills=[GERMAN]), lead=lead(language="en"), roster=SPEAKERS)) == "Ann"
    away = {"p3@ours.example": {"skills": ["german"], "away": "2026-11-23"}}
    assert who(share(pool(skills=[GERMAN]), lead=german, roster=away)) == "Ann"


def test_with_must_nobody_else_gets_it() -> None:
    german, must = lead(language="de"), {**GERMAN, "must": True}
    away = {"p3@ours.example": {"skills": ["german"], "away": "2026-11-23"}}
    pools = (pool(skills=[must], otherwise="second"), pool("second", 2))
    assert who(share(*pools, lead=german, roster=SPEAKERS)) == "Carl"
    assert who(share(*pools, lead=german, roster=away)) == "Bob"
    off = {
        "p3@ours.example": {"skills": ["german"], "hours": {"tue": "09:00-17:00"}},
        "p1@ours.example": {"hours": OFFICE},
    }
    found = share(pool("first", 1, 3, skills=[must]), lead=german, roster=off, at=SUNDAY)
    assert who(found) == "Carl", "whoever lacks the skill is not asked although he is at work first"


def test_a_skills_weight_makes_the_share_of_such_leads_larger() -> None:
    one = pool("first", 2, 3, method="weighted", skills=[{**GERMAN, "weight": 3}])
    turns: Mapping[str, int] = {}
    got: Counter[str] = Counter()
    for _ in range(40):
        found = share(one, lead=lead(language="de"), roster=SPEAKERS, rotation=Rotation(turns={"first": turns}))
        assert found.move is not None
        got[who(found)] += 1
        turns = {**turns, **found.move.turns}
    assert got == {"Carl": 30, "Bob": 10}


@given(st.lists(st.sets(st.integers(1, 3), max_size=3), min_size=1, max_size=30))
def test_whoever_is_there_or_not_the_lead_has_one_owner_or_nobody_could_take_it(days: list[set[int]]) -> None:
    """The same inputs give the same answer, and nobody who is away gets a lead while somebody is there."""
    turns: dict[str, int] = {}
    for away in days:
        roster = {f"p{number}@ours.example": {"away": "2026-11-23"} for number in away}
        found = share(pool(), roster=roster, rotation=Rotation(turns={"first": turns}))
        assert found == share(pool(), roster=roster, rotation=Rotation(turns={"first": turns}))
        assert found.owner is not None
        assert found.move is not None
        if len(away) < 3:
            assert found.owner.id not in {user_id(number) for number in away}
        turns = {**turns, **found.move.turns}


@pytest.mark.parametrize("when", ["next_pool", "next_open"])
def test_pools_whose_people_all_left_give_nobody_and_say_so(when: str) -> None:
    found = share(pool("first", 1, when_all_out=when), people=(person(1, "Ann", active=False),))
    assert found.owner is None
    assert "Ann (has left)" in found.steps[-1].words
