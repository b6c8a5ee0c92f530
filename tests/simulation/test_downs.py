"""Nobody starts the process for more than five minutes: the trouble waits for it, and the judge looks on."""

from __future__ import annotations

from functools import partialmethod
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from sfrouter.writeback.send import Sender
from sfrouter.writeback.settings import SendSettings
from tests.simulation.checker import Checker
from tests.simulation.downs import AFTER, BEFORE, DIES, LAST_WORDS, NAME, SHORTEST, appoint_last_words, last_words
from tests.simulation.history import History, run
from tests.simulation.script import begin
from tests.simulation.standard import TROUBLE_ENDS, standard

STARTED_AT_ONCE = 1
"""A seed in which somebody starts the process again soon after its first death."""


def _dies_sending(kind: str, dice: int) -> History:
    history = standard()
    last_words(history, kind, Random(dice))
    return history


@pytest.mark.parametrize("kind", ["change", "create"])
@pytest.mark.parametrize(("dice", "met"), [(0, BEFORE), (1, AFTER)])
def test_what_the_org_commits_while_nobody_is_there(kind: str, dice: int, met: str) -> None:
    history = run(_dies_sending(kind, dice), Checker())
    assert not history.violations
    assert history.faults.fired[DIES] == 1
    assert (history.met[NAME], history.met[met]) == (1, 1)
    assert history.trouble_ends > TROUBLE_ENDS + SHORTEST


def _asked_again_at_once() -> Any:
    """Tasks that cannot be seen in the org are made again at once, though it may still work on them."""
    hasty = SendSettings(unknown_wait_seconds=0.0)
    return patch.object(Sender, "__init__", partialmethod(Sender.__init__, settings=hasty))


def test_a_start_that_does_not_wait_for_the_org_is_seen() -> None:
    history = _dies_sending("create", 0)
    with _asked_again_at_once():
        run(history, Checker())
    assert any(one.startswith("I5") and "is there 2 times" in one for one in history.violations)


def test_leads_that_come_meanwhile_wait_for_the_next_start() -> None:
    """The end of the trouble waits too: of five minutes and more nothing is cut off."""
    history = begin(STARTED_AT_ONCE, "bounded", fault_rate=0.0, crash_rate=0.0)
    was_to_end = history.trouble_ends
    history.clock.at(40.0, lambda: setattr(history.points, "due", True))
    history.clock.at(60.0, lambda: history.people.arrive(3))
    run(history, Checker())
    assert history.met[NAME] == 0  # this seed's people start it at once: the end stands
    assert history.trouble_ends == was_to_end
    history = begin(STARTED_AT_ONCE, "bounded", fault_rate=0.0, crash_rate=0.0)
    history.clock.at(40.0, lambda: setattr(history.points, "due", True))
    history.clock.at(60.0, lambda: history.people.arrive(3))
    with patch("tests.simulation.downs.LONG_DOWN", 1.0):
        run(history, Checker())
    assert not history.violations
    assert history.met[NAME] == 1
    assert history.trouble_ends > 40.0 + SHORTEST


def test_last_words_are_drawn_with_dice_of_their_own() -> None:
    history = begin(7, "bounded")
    dice = [one.getstate() for one in (history.chance, history.people.chance, history.faults.scene.chance)]
    with patch("tests.simulation.downs.LAST_WORDS", 1.0):
        appoint_last_words(history)
    assert history.faults.standing[-1].trouble.name == DIES
    after = [one.getstate() for one in (history.chance, history.people.chance, history.faults.scene.chance)]
    assert after == dice
    drawn = sum(Random(f"{seed}/last words").random() < LAST_WORDS for seed in range(1000))
    assert 0.5 * LAST_WORDS < drawn / 1000 < 2 * LAST_WORDS
