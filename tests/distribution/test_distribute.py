"""The default layer: the first territory that fits, its pool, whoever can take a lead, and never nobody unsaid."""

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from sfrouter.distribution.distribute import Distribution, distribute
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.territories import Territory
from sfrouter.model.assignment import OwnerKind, Rotation
from sfrouter.model.decision import Outcome
from sfrouter.model.ids import to_18
from sfrouter.model.records import Barred, Person
from tests.routing.world import CLOSED, INTAKE, NOON, PARTNERS, directory, lead, person, user_id

WEST = Territory.model_validate(
    {"name": "West", "when": {"field": "lead.state", "op": "in", "value": ["CA"]}, "pool": "west"}
)
REST = Territory(name="Rest", pool="rest")


def pool(name: str, *members: Any, **values: Any) -> Pool:
    """A pool as an admin writes it."""
    return Pool.model_validate({"name": name, "members": list(members), **values})


def share(pools: list[Pool], people: list[Person], **values: Any) -> Distribution:
    """One lead of California shared out."""
    keywords = {name: values.pop(name) for name in ("open_leads", "pool", "never") if name in values}
    return distribute(
        values.get("lead", lead(state="CA")), None, values.get("territories", [WEST, REST]), pools,
        directory(people), values.get("rotation", Rotation()), NOON, **keywords,
    )  # fmt: skip


def test_the_first_territory_that_fits_takes_the_lead() -> None:
    pools = [pool("west", "p1@ours.example"), pool("rest", "p2@ours.example")]
    people = [person(1, "Bob"), person(2, "Ann")]
    west = share(pools, people)
    assert west.owner is not None
    assert (west.owner.name, west.territory, west.pool) == ("Bob", "West", "west")
    rest = share(pools, people, lead=lead(state="NY"))
    assert rest.owner is not None
    assert (rest.owner.name, rest.territory) == ("Ann", "Rest")
    passed = next(step for step in rest.steps if step.outcome is Outcome.PASSED)
    assert "West (lead.state 'NY'" in passed.words


def test_no_territory_fits_and_nobody_has_it() -> None:
    result = share([pool("west", "p1@ours.example")], [person(1)], territories=[WEST], lead=lead(state="NY"))
    assert (result.owner, result.move, result.words) == (None, None, "no territory fits")


def test_members_are_found_by_e_mail_and_by_either_form_of_their_id() -> None:
    people = [person(1), person(2), person(3)]
    mixed = pool("west", "P1@OURS.example ", user_id(2), user_id(3)[:15])
    turns: dict[str, int] = {}
    got = []
    for _ in range(3):
        result = share([mixed], people, rotation=Rotation(turns={"west": turns}))
        assert result.owner is not None
        assert result.move is not None
        got.append(result.owner.id)
        turns.update(result.move.turns)
    assert got == [user_id(1), user_id(2), user_id(3)]


def test_leavers_intake_users_and_strangers_are_no_candidates_and_the_trace_says_so() -> None:
    people = [
        person(1, "Gone", active=False), person(2, "Robot"), person(3, "Bob"),
        person(4, "Chatty", active=False, barred=Barred.UNLICENSED),
    ]  # fmt: skip
    mixed = pool(
        "west", "p1@ours.example", "p2@ours.example", "who@ours.example", "p4@ours.example", "p3@ours.example"
    )
    result = share([mixed], people, never=frozenset({user_id(2)}))
    assert result.owner is not None
    assert result.owner.name == "Bob"
    words = result.steps[-1].words
    assert "Gone (has left)" in words
    assert "Chatty (has no licence that may own leads)" in words
    assert "Robot (an intake user)" in words
    assert "who@ours.example (not a user here)" in words
    assert result.warnings == ("pool west: who@ours.example is not a user here",)


def test_a_person_listed_by_e_mail_and_by_id_has_one_turn_not_two() -> None:
    turns: dict[str, int] = {}
    got: Counter[str] = Counter()
    double = pool("west", "p1@ours.example", user_id(1), "p2@ours.example")
    for _ in range(10):
        result = share([double], [person(1), person(2)], rotation=Rotation(turns={"west": turns}))
        assert result.owner is not None
        assert result.move is not None
        got[result.owner.id] += 1
        turns.update(result.move.turns)
    assert got == {user_id(1): 5, user_id(2): 5}


def test_when_all_are_out_the_next_pool_takes_over_and_its_counters_move() -> None:
    pools = [pool("west", "p1@ours.example", otherwise="rest"), pool("rest", "p2@ours.example")]
    result = share(pools, [person(1, active=False), person(2, "Ann")])
    assert result.owner is not None
    assert result.owner.name == "Ann"
    assert result.move is not None
    assert (result.pool, result.move.pool, result.territory) == ("rest", "rest", "West")


def test_when_all_pools_are_out_the_queue_takes_it_without_moving_a_counter() -> None:
    pools = [pool("west", "p1@ours.example", otherwise="rest", queue="Partners"), pool("rest", "p2@ours.example")]
    result = share(pools, [person(1, active=False)])
    assert result.owner is not None
    assert (result.owner.id, result.owner.kind, result.move) == (PARTNERS.id, OwnerKind.QUEUE, None)


@pytest.mark.parametrize("queue", [CLOSED.name, INTAKE.name, "Nowhere"])
def test_a_queue_that_cannot_take_leads_takes_none_and_is_named(queue: str) -> None:
    result = share([pool("west", queue=queue)], [person(1)], never=frozenset({INTAKE.id}))
    assert result.owner is None
    assert queue in result.warnings[0]


def test_pools_in_a_circle_end_with_nobody() -> None:
    pools = [pool("west", "p1@ours.example", otherwise="rest"), pool("rest", "p1@ours.example", otherwise="west")]
    result = share(pools, [person(1, active=False)])
    assert result.owner is None
    assert "west or rest" in result.words


def test_a_pool_that_is_not_there_is_named() -> None:
    result = share([], [person(1)])
    assert result.owner is None
    assert result.warnings == ("there is no pool called west",)


def test_a_named_pool_skips_the_territories() -> None:
    pools = [pool("west", "p1@ours.example"), pool("win_back", "p2@ours.example")]
    result = share(pools, [person(1), person(2, "Ann")], pool="win_back")
    assert result.owner is not None
    assert (result.owner.name, result.territory) == ("Ann", "")


def test_the_least_loaded_counts_the_open_leads_it_is_given() -> None:
    by_load = pool("west", "p1@ours.example", "p2@ours.example", method="least_loaded")
    result = share([by_load], [person(1), person(2)], open_leads={user_id(1): 3, user_id(2): 2})
    assert result.owner is not None
    assert result.owner.id == user_id(2)


def test_the_order_of_the_people_read_changes_nothing() -> None:
    pools = [pool("west", "p2@ours.example", "p1@ours.example", "p3@ours.example")]
    people = [person(1), person(2), person(3)]
    assert share(pools, people) == share(pools, people[::-1])


def test_two_users_with_one_e_mail_and_one_has_left() -> None:
    old = Person(id=to_18("005000000000000"), name="Old Bob", email="p1@ours.example", active=False)
    result = share([pool("west", "p1@ours.example")], [old, person(1, "Bob")])
    assert result.owner is not None
    assert result.owner.name == "Bob"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"name": "a"}, "no members"),
        ({"name": "a", "members": ["x@y.z", "X@Y.z"]}, "lists a member twice"),
        ({"name": "a", "members": ["005000000000AbC", to_18("005000000000AbC")]}, "lists a member twice"),
        ({"name": "a", "members": ["x@y.z"], "otherwise": "a"}, "names itself"),
        ({"name": "a", "members": ["x@y.z"], "method": "round_robbin"}, "Did you mean 'round_robin'"),
        ({"name": "a", "members": ["x@y.z"], "method": {"weighted": {"odd": 1}}}, "odd"),
        ({"name": "a", "members": [{"who": "x@y.z", "weight": 0}]}, "greater than 0"),
        ({"name": "a", "members": ["x@y.z"], "metod": "weighted"}, "metod"),
        ({"name": "a", "members": ["x@y.z"], "when_all_out": "queue"}, "but no queue"),
        ({"name": "a", "members": ["x@y.z"], "hours": {"monn": "09:00-17:00"}}, "no day of the week"),
        ({"name": "a", "members": ["x@y.z"], "time_zone": "Berlin"}, "no time zone"),
        ({"name": "a", "members": ["x@y.z"], "holidays": "Germany"}, "two letters"),
        ({"name": "a", "members": ["x@y.z"], "holidays": "DE-XX"}, "no subdivision"),
        ({"name": "a", "members": ["x@y.z"], "days_off": ["2026-02-30"]}, "are no days"),
        ({"name": "a", "members": ["x@y.z"], "days_off": "2026-03-02 to 2026-03-01"}, "ends before"),
        ({"name": "a", "members": ["x@y.z"], "most_a_day": 0}, "greater than or equal to 1"),
        (
            {"name": "a", "members": ["x@y.z"], "skills": [{"skill": "x", "must": True, "weight": 2}]},
            "either must",
        ),
    ],
)
def test_a_fault_in_a_pool_is_named(written: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Pool.model_validate(written)
