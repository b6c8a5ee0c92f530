"""Nobody who left gets a lead: successor, then managers of the first leaver, then on down (R095-R098)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfrouter.model.records import Person
from sfrouter.routing.owners import Departed, Found, Way, find_owner
from sfrouter.routing.rule import Heirs, Role, Wanted
from tests.routing.dossiers import people
from tests.routing.world import CLOSED, INTAKE, RIVALS, directory, person, user_id


def found(*crowd: Person, heirs: Heirs = Heirs.CHAIN, wanted: str | None = None, **rest: object) -> Found:
    """Who takes what belongs to user 1."""
    asked = Wanted(role=Role.ACCOUNT_OWNER, record_id=wanted or user_id(1), heirs=heirs)
    table = rest.pop("table", None)
    assert table is None or isinstance(table, dict)
    never = rest.pop("never", frozenset())
    departed = rest.pop("departed", Departed())
    assert isinstance(never, frozenset)
    assert isinstance(departed, Departed)
    return find_owner(asked, directory(crowd, table), departed=departed, never=never)


def gone(number: int, **values: str) -> Person:
    """A leaver."""
    return person(number, active=False, **values)


def test_an_active_person_needs_no_words() -> None:
    result = found(person(1))
    assert result.owner is not None
    assert (result.owner.id, result.words, result.ids) == (user_id(1), None, ())


def test_the_field_on_the_user_comes_before_the_admins_table() -> None:
    result = found(gone(1, successor_id=user_id(2)), person(2), person(3), table={user_id(1): user_id(3)})
    assert result.owner is not None
    assert result.owner.id == user_id(2)


def test_a_recorded_successor_nobody_knows_leaves_the_table_to_speak() -> None:
    result = found(gone(1, successor_id=user_id(98)), person(3), table={user_id(1): user_id(3)})
    assert result.owner is not None
    assert result.owner.id == user_id(3)


def test_a_deleted_user_still_has_the_heir_of_the_admins_table() -> None:
    result = found(person(3), wanted=user_id(77), table={user_id(77): user_id(3)})
    assert result.owner is not None
    assert result.owner.id == user_id(3)


def test_the_managers_are_the_first_leavers_not_the_successors() -> None:
    result = found(
        gone(1, successor_id=user_id(2), manager_id=user_id(4)),
        gone(2, manager_id=user_id(3)),
        person(3),
        person(4),
    )
    assert result.owner is not None
    assert result.owner.id == user_id(4)
    assert "R096" in result.ids


def test_an_inactive_manager_is_passed_over_for_the_one_above() -> None:
    result = found(gone(1, manager_id=user_id(2)), gone(2, manager_id=user_id(3)), person(3))
    assert result.owner is not None
    assert result.owner.id == user_id(3)


def test_a_missing_manager_ends_the_search() -> None:
    result = found(gone(1, manager_id=user_id(55)))
    assert result.owner is None
    assert result.words is not None


def test_his_own_successor_and_manager_is_no_help() -> None:
    assert found(gone(1, successor_id=user_id(1), manager_id=user_id(1))).owner is None


@pytest.mark.parametrize(("heirs", "number"), [(Heirs.SUCCESSOR, 2), (Heirs.MANAGERS, 3), (Heirs.CHAIN, 2)])
def test_a_rule_may_ask_for_part_of_the_chain(heirs: Heirs, number: int) -> None:
    result = found(gone(1, successor_id=user_id(2), manager_id=user_id(3)), person(2), person(3), heirs=heirs)
    assert result.owner is not None
    assert result.owner.id == user_id(number)


def test_without_heirs_a_leaver_is_replaced_by_nobody() -> None:
    assert found(gone(1, successor_id=user_id(2)), person(2), heirs=Heirs.NONE).owner is None


@pytest.mark.parametrize(
    ("order", "number"),
    [((Way.SUCCESSOR, Way.MANAGERS), 2), ((Way.MANAGERS, Way.SUCCESSOR), 3), ((Way.ON_DOWN, Way.MANAGERS), None)],
)
def test_the_policy_sets_the_order(order: tuple[Way, ...], number: int | None) -> None:
    leaver = gone(1, successor_id=user_id(2), manager_id=user_id(3))
    result = found(leaver, person(2), person(3), departed=Departed(order=order))
    assert (result.owner.id if result.owner else None) == (user_id(number) if number else None)


def test_an_intake_user_works_no_leads_and_is_no_heir() -> None:
    never = frozenset({user_id(1), user_id(2)})
    assert found(person(1), never=never).owner is None
    result = found(gone(3, successor_id=user_id(2)), person(2), wanted=user_id(3), never=never)
    assert result.owner is None


@pytest.mark.parametrize("name", [CLOSED.name, INTAKE.name, "Nowhere"])
def test_a_queue_that_cannot_take_leads_warns(name: str) -> None:
    wanted = Wanted(role=Role.COMPETITOR_QUEUE, queue=name)
    result = find_owner(wanted, directory([]), never=frozenset({INTAKE.id}))
    assert result.owner is None
    assert result.warnings


def test_a_queue_is_found_by_its_name_whatever_the_case() -> None:
    result = find_owner(Wanted(role=Role.COMPETITOR_QUEUE, queue=" competitor LEADS"), directory([]))
    assert result.owner is not None
    assert result.owner.id == RIVALS.id


def test_an_e_mail_nobody_has_stands_in_the_warning_and_not_in_the_words_for_reps() -> None:
    result = find_owner(Wanted(role=Role.NAMED_OWNER, email="who@ours.example"), directory([person(1)]))
    assert result.owner is None
    assert "who@ours.example" not in str(result.words)
    assert "who@ours.example" in str(result.warnings[0])


@given(people(), st.sampled_from(list(Heirs)))
@settings(max_examples=150, deadline=None)
def test_whoever_is_found_is_active_and_any_circle_ends(crowd: tuple[Person, ...], heirs: Heirs) -> None:
    for one in crowd:
        result = found(*crowd, wanted=one.id, heirs=heirs)
        if result.owner is None:
            assert result.words is not None
        else:
            assert directory(crowd).people[result.owner.id].active
