"""Other policies and reloads: a right router keeps to each, and one that does not heed the files is found."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest

import tests.simulation.policies
from tests.simulation.checker import Checker
from tests.simulation.history import History, Process, run
from tests.simulation.policies import (
    ANOTHER,
    CHANGED,
    DEMO,
    OTHERWISE,
    SAME_AGAIN,
    WAYS,
    Way,
    appoint_policy,
    files_of,
    reload,
)  # fmt: skip
from tests.simulation.script import begin
from tests.simulation.standard import standard
from tests.simulation.test_checker import _found
from tests.simulation.test_shared_out import strangers
from tests.simulation.world import configuration

NAMED = {way.name: way for way in WAYS}
BY_DICE = range(200)


def under(name: str) -> History:
    """The scenario with strangers in the first pool's territory, under another policy."""
    history = strangers()
    history.files.way = NAMED[name]
    return history


def read_again(way: Way) -> History:
    """The scenario under the demo's policy; at its 38th second others are put there, and the process is told."""
    history = standard()
    history.seed = 1  # whose process lives on at the end of the trouble
    history.trouble_ends = 900.0
    history.clock.at(38.0, lambda: reload(history, way))
    history.clock.at(800.0, lambda: history.people.arrive(3))
    return history


@pytest.mark.parametrize("name", NAMED)
def test_a_right_router_keeps_to_each_policy(name: str) -> None:
    history = run(under(name), Checker())
    assert not history.violations
    assert history.met[ANOTHER] == 1
    assert history.compared >= 20


def test_each_policy_is_another() -> None:
    assert len({files_of(way, None).policy.hash for way in (DEMO, *WAYS)}) == len(WAYS) + 1


@pytest.mark.parametrize(("way", "told"), [(DEMO, SAME_AGAIN), *((way, CHANGED) for way in WAYS[:4])])
def test_a_reload_breaks_no_promise(way: Way, told: str) -> None:
    history = run(read_again(way), Checker())
    assert not history.violations
    assert history.met[told] == 1
    assert history.starts == (1 if way is DEMO else 2)


def _files_do_not_matter() -> Any:
    """Whatever stands in the files, the router does as ever."""
    return patch.object(tests.simulation.policies, "files_of", lambda *_: configuration())


@pytest.mark.parametrize(
    ("name", "promise"),
    [
        ("nobody is told", "P2"), ("links are left to people", "P2"), ("executives wait like others", "P2"),
        ("no accounts", "P2"), ("accounts proposed", "P2"), ("quick replies", "F17"), ("another pool", "I9"),
        ("competitors go to a person", "I9"),
    ],
)  # fmt: skip
def test_a_setting_that_is_not_heeded_is_found(name: str, promise: str) -> None:
    assert promise in _found(_files_do_not_matter, under(name))


def test_a_reload_that_is_not_heard_is_found() -> None:
    deaf = lambda: patch.object(Process, "reload", lambda _self: None)  # noqa: E731
    history = read_again(NAMED["no clocks"])
    assert "P1" in _found(deaf, history)
    assert any("s after a reload" in one for one in history.violations)


def test_so_many_histories_have_another_policy_or_a_reload() -> None:
    drawn = [begin(seed, "bounded") for seed in BY_DICE]
    others = sum(history.files.way is not DEMO for history in drawn)
    assert OTHERWISE / 2 < others / len(BY_DICE) < 1.5 * OTHERWISE


def test_policies_are_drawn_with_dice_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A seed without one tells what it told before there were any."""
    history = begin(7, "bounded")
    dice = (history.chance, history.people.chance)
    before = [one.getstate() for one in dice]
    monkeypatch.setattr(tests.simulation.policies, "OTHERWISE", 1.0)
    monkeypatch.setattr(tests.simulation.policies, "RELOADED", 1.0)
    appoint_policy(history)
    assert history.files.way in WAYS
    assert [one.getstate() for one in dice] == before
