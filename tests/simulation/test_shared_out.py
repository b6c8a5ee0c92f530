"""The judge sees who of a pool was passed over, and a company that two people got."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from unittest.mock import patch

import pytest

from sfrouter.distribution.method import Candidate, Turn
from sfrouter.distribution.methods.round_robin import RoundRobin
from sfrouter.ledger import decisions
from sfrouter.localorg.demo.leads import Newcomer
from sfrouter.routing.explain import say
from sfrouter.routing.rule import Pass
from sfrouter.routing.rules.company_profile import CompanyProfile
from tests.simulation.checker import Checker
from tests.simulation.history import History, run
from tests.simulation.shared_out import COMPANIES, TURNS
from tests.simulation.standard import standard
from tests.simulation.test_checker import _found
from tests.simulation.world import CANARY

_choose = RoundRobin.choose


def strangers(later: float = 40.0) -> History:
    """The scenario, and twice five people of companies that nobody knows, in the first pool's territory."""
    history = standard()
    for at, first in ((12.0, 0), (later, 5)):
        people = [stranger(number) for number in range(first, first + 5)]
        history.clock.at(at, lambda people=people: history.people.welcome(people))  # type: ignore[misc]
    return history


def stranger(number: int) -> Newcomer:
    """Somebody of a company that nobody knows; each number has one of its own."""
    name = "abcdefghij"[number] * 5
    return Newcomer(
        first="Pat", last=f"{CANARY} {800 + number}", company=f"{name.title()} Works", state="California",
        email=f"{CANARY}.{number}@{name}works.example", rule="default_pool", owner="pool:west",
    )  # fmt: skip


def with_one_taken() -> History:
    """The same, and somebody takes one of them between its decision and its write."""
    history = strangers()

    def take() -> None:
        assert history.people.do("take", history.people.leads[-1])

    history.clock.at(31.2, take)
    return history


def while_one_leaves() -> History:
    """The same, and one of the pool leaves between the two."""
    history = strangers(later=52.0)
    history.clock.at(50.0, lambda: history.people.leaves("theo"))
    return history


@pytest.mark.parametrize(("make", "pools"), [(strangers, 1), (with_one_taken, 0), (while_one_leaves, 1)])
def test_a_right_router_breaks_nothing_and_the_judge_has_looked(make: Callable[[], History], pools: int) -> None:
    history = run(make(), Checker())
    assert not history.violations
    assert (history.met[TURNS], history.met[COMPANIES]) == (pools, 1)


def _always_the_first() -> Any:
    """Whoever stands first in the policy."""

    def choose(self: RoundRobin, candidates: Sequence[Candidate], turns: Mapping[str, int]) -> Turn:
        return _choose(self, candidates[:1], turns)

    return patch.object(RoundRobin, "choose", choose)


def _by_name() -> Any:
    """Two of the pool get every lead between them."""

    def choose(self: RoundRobin, candidates: Sequence[Candidate], turns: Mapping[str, int]) -> Turn:
        return _choose(self, sorted(candidates, key=lambda one: one.name)[:2], turns)

    return patch.object(RoundRobin, "choose", choose)


def _turns_forgotten() -> Any:
    """The counters never reach the file: each round begins with whoever is listed first."""
    return patch.object(decisions, "take_turns", lambda *_: None)


def _each_for_himself() -> Any:
    """Who else of the company has written is not looked at."""
    return patch.object(CompanyProfile, "decide", lambda *_: Pass(words=say("profile.none")))


@pytest.mark.parametrize(
    ("mistake", "make", "promise"),
    [
        (_always_the_first, strangers, "R140"),
        (_by_name, strangers, "R140"),
        (_by_name, with_one_taken, "R140"),
        (_always_the_first, while_one_leaves, "R140"),
        (_turns_forgotten, strangers, "R140"),
        (_each_for_himself, standard, "R009"),
    ],
)
def test_a_mistake_is_found(mistake: Any, make: Callable[[], History], promise: str) -> None:
    assert promise in _found(mistake, make())
