"""The day's calls are used up for minutes: the judge sees who asks too often, and who never asks again."""

from __future__ import annotations

from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from sfrouter.salesforce.door import Door
from sfrouter.salesforce.errors import DailyLimitError
from tests.simulation.checker import NOT_JUDGED, Checker
from tests.simulation.days_limit import JUDGED, SHARE, appoint_days_limit, days_limit
from tests.simulation.faults import PROBE, USED_UP
from tests.simulation.history import History, run
from tests.simulation.script import begin
from tests.simulation.standard import standard


def _used_up(seconds: float) -> History:
    history = standard()
    history.seed = 1  # its process lives on when the trouble ends
    days_limit(history, 8.0, seconds)
    return history


@pytest.mark.parametrize(("seconds", "probes"), [(200.0, 1), (1000.0, 2), (2000.0, 3)])
def test_it_asks_once_in_a_quarter_of_an_hour_and_goes_on(seconds: float, probes: int) -> None:
    history = run(_used_up(seconds), Checker())
    assert not history.violations
    assert history.faults.fired[USED_UP] == history.met[JUDGED] == probes
    assert history.trouble_ends > 8.0 + seconds
    assert not history.met[NOT_JUDGED]


def _asks_with_every_poll() -> Any:
    return patch.object(Door, "_wait_if_told", lambda _self: None)


def _asks_after_ten_minutes() -> Any:
    original: Any = Door._heed

    def heed(self: Any, refusal: Any) -> None:
        self._daily_probe = PROBE - 300.0
        original(self, refusal)

    return patch.object(Door, "_heed", heed)


def _never_asks_again() -> Any:
    """What was used up once is believed for ever."""

    def wait(self: Any) -> None:
        if self._daily_until is not None:
            raise DailyLimitError(PROBE)

    return patch.object(Door, "_wait_if_told", wait)


def _asks_again_after_half_an_hour() -> Any:
    original: Any = Door._heed

    def heed(self: Any, refusal: Any) -> None:
        self._daily_probe = 2 * PROBE
        original(self, refusal)

    return patch.object(Door, "_heed", heed)


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (_asks_with_every_poll, "s after the day's calls were used up"),
        (_asks_after_ten_minutes, "left 6"),
        (_never_asks_again, "nothing was asked for"),
        (_asks_again_after_half_an_hour, "came only"),
    ],
)
def test_probes_that_are_too_many_or_too_few_are_seen(mistake: Any, words: str) -> None:
    history = _used_up(1000.0)
    with mistake():
        run(history, Checker())
    assert any(one.startswith("I13") and words in one for one in history.violations), history.violations


def test_it_is_drawn_with_dice_of_its_own() -> None:
    history = begin(7, "bounded")
    dice = [one.getstate() for one in (history.chance, history.people.chance, history.faults.scene.chance)]
    with patch("tests.simulation.days_limit.SHARE", 1.0):
        appoint_days_limit(history)
    after = [one.getstate() for one in (history.chance, history.people.chance, history.faults.scene.chance)]
    assert after == dice
    drawn = sum(Random(f"{seed}/day's limit").random() < SHARE for seed in range(1000))
    assert 0.5 * SHARE < drawn / 1000 < 2 * SHARE
