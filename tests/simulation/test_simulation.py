"""Seeded histories of the real router: no promise is broken, and one seed always tells the same story."""

from __future__ import annotations

import os

import pytest

from tests.simulation.history import Mode
from tests.simulation.run import MODES, many, one_history

HISTORIES = int(os.environ.get("SIMULATE_HISTORIES", "6"))
"""Of each mode, so that a mistake shows at once; scripts/simulate is for thousands."""
FIRST = int(os.environ.get("SIMULATE_SEED", "0"))
A_SHARE = 6


@pytest.mark.timeout(900)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("first", range(FIRST, FIRST + HISTORIES, A_SHARE))
def test_no_history_breaks_a_promise(mode: Mode, first: int) -> None:
    """I1-I13 as far as they can be seen from outside, and in bounded histories convergence as well (L1)."""
    report = many(range(first, first + A_SHARE), mode)
    assert not report.failed, report.text()
    assert report.owner_changes > 0
    assert report.fired


@pytest.mark.parametrize("mode", MODES)
def test_a_seed_tells_the_same_story_every_time(mode: Mode) -> None:
    first, second = one_history(3, mode), one_history(3, mode)
    assert first.story == second.story
    assert first.digest() == second.digest()
    assert first.digest() != one_history(4, mode).digest()
