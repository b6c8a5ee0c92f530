"""T01: when several accounts fit, the order in which they are told apart."""

from datetime import date, timedelta
from typing import Any

import pytest

from sfrouter.matching.index import AccountIndex
from sfrouter.matching.question import ask
from sfrouter.matching.tie import Tie, settle
from tests.matching.samples import NOON, SHIPPED, account, lead


def settled(first: dict[str, Any], second: dict[str, Any], names: dict[str, float] | None = None) -> Tie:
    index = AccountIndex([account("a", "Acme", **first), account("b", "Acme", **second)])
    return settle(ask(lead("Acme", country="DE", city="Berlin"), SHIPPED), index.with_key("acme"), names or {})


ORDER: list[dict[str, Any]] = [
    {"strategic": True},
    {"customer": True},
    {"open_opportunity": True},
    {"country": "Deutschland"},
    {"city": "berlin"},
    {"last_activity_on": date(2026, 1, 2)},
    {"created_at": NOON - timedelta(days=900)},
]


@pytest.mark.parametrize("place", range(len(ORDER)))
def test_each_criterion_decides_alone_and_before_all_that_follow(place: int) -> None:
    weaker = {key: value for later in ORDER[place + 1 :] for key, value in later.items()}
    for found in (settled(ORDER[place], weaker), settled(ORDER[place], {})):
        assert found.chosen is not None
        assert found.chosen.id == "a"


def test_the_name_that_agrees_narrows_before_everything() -> None:
    found = settled({}, {"strategic": True, "customer": True}, {"a": 100.0})
    assert found.chosen is not None
    assert found.chosen.id == "a"


def test_differing_owners_are_for_a_person() -> None:
    assert settled({}, {}).chosen is None


def test_one_owner_for_all_makes_the_choice_harmless() -> None:
    found = settled({"owner_id": "005S"}, {"owner_id": "005S"})
    assert found.chosen is not None
    assert "same owner" in found.words


def test_accounts_without_any_owner_are_for_a_person() -> None:
    assert settled({"owner_id": None}, {"owner_id": None}).chosen is None
