"""Floods in histories: a right router keeps the promises of the policy's limit, and each mistake is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

import tests.simulation.checker
import tests.simulation.floods
from sfrouter.model.influx import Influx
from sfrouter.routing.flood import Flood
from tests.simulation.checker import Checker
from tests.simulation.flooded import ASKED, HELD, LET
from tests.simulation.floods import LIMITS, appoint_flood, came_before, senders
from tests.simulation.history import History, run
from tests.simulation.script import begin
from tests.simulation.standard import standard
from tests.simulation.test_checker import _found

LIMIT = LIMITS[2]
BY_DICE = range(200)


def at_once() -> History:
    """The scenario, and eight leads of one company in one second, where four are let through."""
    history = standard()
    history.flood = LIMIT
    history.clock.at(12.0, lambda: history.people.welcome(senders(history, 8)))
    return history


def after_old_ones() -> History:
    """The scenario; four leads came just over two hours before, four come now, and one more later."""
    history = standard()
    history.flood = LIMIT
    came_before(history, LIMIT, [-50.0, -40.0, -30.0, -20.0])
    for at, count in ((12.0, 4), (40.0, 1)):
        history.clock.at(at, lambda count=count: history.people.welcome(senders(history, count)))  # type: ignore[misc]
    return history


@pytest.mark.parametrize(("make", "held", "let", "asked"), [(at_once, 4, 4, 1), (after_old_ones, 1, 8, 0)])
def test_a_right_router_breaks_nothing_and_the_judge_has_looked(
    make: Callable[[], History], held: int, let: int, asked: int
) -> None:
    history = run(make(), Checker())
    assert not history.violations
    assert (history.met[HELD], history.met[LET], history.met[ASKED]) == (held, let, asked)
    assert history.met["a policy that watches for floods"] == 1


def test_a_lead_that_a_person_links_before_its_decision_is_not_held_back() -> None:
    """That is how people release leads, in the middle of the flood (R039)."""
    history = at_once()

    def link() -> None:
        assert history.people.do("link", history.people.leads[-1])

    history.clock.at(14.0, link)
    assert not run(history, Checker()).violations
    assert history.met[HELD] == 3


def hidden_for_a_while() -> History:
    """Old leads that sharing hides from the first readings: when they show themselves, no stamp tells of it."""
    history = after_old_ones()
    sharing = history.org.sharing
    sharing.set_default("Lead", "private")
    history.met["sharing hides rows"] += 1
    history.clock.at(8.0, lambda: sharing.set_default("Lead", None))
    return history


def test_old_leads_that_were_hidden_wait_for_the_next_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge says so of no other lead: without its excuse it names exactly the four old ones."""
    assert not run(hidden_for_a_while(), Checker()).violations
    monkeypatch.setattr(tests.simulation.checker, "_waits_for_a_sweep", lambda *_: False)
    history = run(hidden_for_a_while(), Checker())
    old = {lead_id for lead_id, at in history.people.arrived.items() if at < 0}
    assert len(old) == 4
    assert set(history.violations) == {
        *(f"L1 lead {lead_id} waits, and nobody decided it" for lead_id in old),
        *(f"I1 lead {lead_id} was never decided" for lead_id in old),
    }


def _nobody_is_caught() -> Any:
    return patch.object(Flood, "catches", lambda _self, _influx: False)


def _one_too_late(self: Flood, influx: Influx) -> bool:
    return len(influx.before) > self.leads


def _one_too_early(self: Flood, influx: Influx) -> bool:
    return len(influx.before) >= self.leads - 1


def _no_window() -> Any:
    """Whatever came in the last nine days counts."""
    return patch.object(Flood, "window", property(lambda _self: timedelta(days=9)))


@pytest.mark.parametrize(
    ("mistake", "make"),
    [
        (_nobody_is_caught, at_once),
        (lambda: patch.object(Flood, "catches", _one_too_late), after_old_ones),
        (lambda: patch.object(Flood, "catches", _one_too_early), at_once),
        (_no_window, after_old_ones),
        (lambda: patch.object(Flood, "in_sight", lambda *_: False), at_once),
        (lambda: patch.object(Flood, "in_sight", lambda *_: True), after_old_ones),
    ],
    ids=["nobody is caught", "one too late", "one too early", "no window", "account made", "always asked first"],
)
def test_a_mistake_is_found(mistake: Any, make: Callable[[], History]) -> None:
    assert _found(mistake, make()) == {"R084"}


def test_about_one_history_in_eight_has_a_flood() -> None:
    watched = sum(begin(seed, "bounded").flood is not None for seed in BY_DICE)
    assert len(BY_DICE) / 12 < watched < len(BY_DICE) / 5


def test_a_flood_is_drawn_with_dice_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A seed without a flood tells what it told before there were any: nothing else is drawn otherwise for it."""
    monkeypatch.setattr(tests.simulation.floods, "WATCHED", 0.0)
    history = begin(7, "bounded")
    dice = (history.chance, history.people.chance)
    before = [one.getstate() for one in dice]
    monkeypatch.setattr(tests.simulation.floods, "WATCHED", 1.0)
    appoint_flood(history)
    assert history.flood in LIMITS
    assert [one.getstate() for one in dice] == before == [one.getstate() for one in _dice_without_floods(7)]


def _dice_without_floods(seed: int) -> tuple[Random, Random]:
    with patch.object(tests.simulation.floods, "WATCHED", 0.0):
        history = begin(seed, "bounded")
    return history.chance, history.people.chance
