"""Rows that sharing hides for an hour are neither read as gone nor erased, and a router that did so is seen."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import islice
from typing import Any
from unittest.mock import patch

import pytest

import sfrouter.journey.gone_leads
import sfrouter.mirror.sweep
from tests.simulation.checker import Checker
from tests.simulation.history import History, run
from tests.simulation.long_hidden import HIDDEN_LONG, LONG, MANY, hidden_long
from tests.simulation.paces import IN_THE_MIDST, OFTEN, OFTENER
from tests.simulation.script import begin, built, calm
from tests.simulation.test_checker import _found

BY_DICE = range(300, 600)


def hidden(name: str, more: int = 0) -> History:
    """Five leads and so many more; this object's rows are hidden across two sweeps of ten minutes."""
    history = built(5, "bounded", fault_rate=0.0, crash_rate=0.0)
    hidden_long(history, name, 600, random.Random("hidden"))
    history.clock.at(20.0, lambda: history.people.come_beside("at first", 5 + more))
    history.after_trouble(0, lambda: calm(history))
    return history


@pytest.mark.parametrize("name", ["Account", "Lead"])
def test_hidden_rows_are_neither_gone_nor_erased(name: str) -> None:
    history = run(hidden(name, MANY), Checker())
    assert history.violations == []
    assert (history.met[HIDDEN_LONG], history.met[IN_THE_MIDST]) == (1, 3)
    assert not [lead for lead in history.kept.leads if history.org.store.get("Lead", lead)]
    assert "org_in_doubt" in history.log.getvalue()


def _everything_is_believed() -> Any:
    return patch.object(sfrouter.mirror.sweep, "check_not_emptied", lambda *_, **__: None)


def _erased_at_once() -> Any:
    return patch.object(sfrouter.journey.gone_leads, "MISSED_FOR", timedelta(0))


@pytest.mark.parametrize(
    ("mistake", "name", "more", "promise"),
    [
        (_everything_is_believed, "Account", 0, "X10"),
        (_everything_is_believed, "Lead", MANY, "X10"),
        (_erased_at_once, "Lead", 0, "X7"),
    ],
)
def test_a_mistake_is_found(mistake: Any, name: str, more: int, promise: str) -> None:
    assert promise in _found(mistake, hidden(name, more))


def test_about_as_many_histories_as_said_refresh_often_or_last_for_long() -> None:
    begun = [begin(seed, "bounded") for seed in BY_DICE]
    often = sum(bool(one.met[OFTENER]) for one in begun)
    long = sum(one.trouble_ends > 1_500 and one.sweep_every > 0 for one in begun)
    assert OFTEN / 2 < often / len(BY_DICE) < OFTEN * 1.5
    assert LONG / 3 < long / len(BY_DICE) < LONG * 2


def test_histories_that_sweep_every_minute_do_so_in_their_trouble() -> None:
    """But for those in which the process is down, or the org out of reach, until all is over."""
    begun = (begin(seed, "bounded", fault_rate=0.0, crash_rate=0.0) for seed in BY_DICE)
    often = islice((one for one in begun if one.sweep_every == 60 and one.trouble_ends > 100), 6)
    lived = [run(history, Checker()) for history in often]
    assert [history.violations for history in lived] == [[]] * 6
    assert sum(history.met[IN_THE_MIDST] > 0 for history in lived) >= 3
