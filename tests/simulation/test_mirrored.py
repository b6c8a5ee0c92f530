"""The mirror is compared with the org soon after the trouble too, with what people did to accounts and deals."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import pytest

import sfrouter.mirror.pull
from sfrouter.mirror.batch import store_batch
from sfrouter.mirror.put import Stored
from tests.simulation.business import (
    DEED,
    GOES_ON,
    a_deal_closed,
    a_deal_opened,
    another_owner,
    another_type,
    appoint_business,
    work,
)  # fmt: skip
from tests.simulation.checker import Checker
from tests.simulation.history import History, run
from tests.simulation.invariants import Evidence
from tests.simulation.mirrored import ACCOUNTS_NOW, LEADS_NOW
from tests.simulation.promised import judged
from tests.simulation.standard import standard
from tests.simulation.test_checker import _short_overlap

_DONE = (
    (another_owner, "acme"),
    (another_type, "falkenried"),
    (a_deal_closed, "beta"),
    (a_deal_opened, "arrebal"),
)


def at_work() -> History:
    """The scenario, refreshed every minute, in which people work on four accounts at its end."""
    history = standard()
    history.refresh_every = 60
    for at, (deed, key) in enumerate(_DONE):
        history.clock.at(61.0 + at / 2, lambda deed=deed, key=key: work(history, deed, key, random.Random(key)))  # type: ignore[misc]
    return history


@dataclass
class Soon(Checker):
    """Keeps what was found before the last sweep, and whose leads the table was asked about."""

    found: list[str] = field(default_factory=list)
    companies: set[str] = field(default_factory=set)

    def final(self, history: History) -> None:
        self.found = list(history.violations)
        super().final(history)
        self.companies = {story.account for _, story in judged(Evidence(history))}


def test_a_right_router_has_all_of_it_within_two_polls_and_a_minute() -> None:
    history, judge = at_work(), Soon()
    assert not run(history, judge).violations
    assert (history.met[DEED], history.met[LEADS_NOW], history.met[ACCOUNTS_NOW]) == (4, 1, 1)
    assert judge.companies
    assert not judge.companies & {key for _, key in _DONE}


def _stored_once(*nouns: str) -> Any:
    """What a later reading of these objects brings is not stored."""
    read = set[str]()

    def once(mirror: Any, connection: Any, noun: str, *words: Any, **named: Any) -> Any:
        if noun in read:
            return Stored()
        read.update({noun}.intersection(nouns))
        return store_batch(mirror, connection, noun, *words, **named)

    return patch.object(sfrouter.mirror.pull, "store_batch", once)


@pytest.mark.parametrize(
    ("words", "left"), [("owner_id of account", 1), ("type of account", 1), ("has deal", 2)], ids=str
)
def test_what_a_refresh_does_not_store_is_found_before_the_last_sweep(words: str, left: int) -> None:
    judge = Soon()
    with _stored_once("account", "opportunity"):
        run(at_work(), judge)
    assert sum(words in one for one in judge.found) == left


def test_a_lead_that_was_never_read_is_found_before_the_last_sweep() -> None:
    history, judge = standard(), Soon()
    history.clock.at(10.0, lambda: history.people.arrive(2, 50.0))
    with _short_overlap():
        run(history, judge)
    assert sum(one.startswith("L1 the mirror lacks lead") for one in judge.found) == 2


def test_about_a_quarter_of_all_histories_have_such_people() -> None:
    count = 0
    for seed in range(200):
        history = standard()
        history.seed = seed
        before = history.clock._count
        appoint_business(history)
        count += history.clock._count > before
    assert GOES_ON / 2 < count / 200 < GOES_ON * 1.5
