"""Leads whose update never gets an answer delay only themselves (L3), and the judge sees it where they do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation.beside_poison import l3_others_move_on
from tests.simulation.history import History
from tests.simulation.poison import JUDGED, NAME, SILENT
from tests.simulation.run import one_history

ALL_HANG = 799
"""A seed in which the updates of all poisoned leads hang, and nothing else goes wrong."""

LATE_TO_SEE = 2_000_503
"""A seed in which leads come ten minutes before the end and can be seen for its last seconds only."""


def test_others_get_their_owner_beside_leads_whose_update_hangs() -> None:
    """Four of them once held up every other lead for ever."""
    history = one_history(ALL_HANG, "bounded")
    assert history.violations == []
    assert history.met[NAME] == 1
    assert history.faults.fired[SILENT] > 10
    assert history.struck[NAME] == 1
    assert history.met[JUDGED] > 20


def test_a_lead_counts_from_when_it_can_be_seen() -> None:
    """One of an import that took ten minutes to commit was missed by the judge before anybody could know of it."""
    history = one_history(LATE_TO_SEE, "bounded")
    assert history.met["leads seen long after their stamp"] > 0
    assert history.met[JUDGED] > 20
    assert history.violations == []


def test_the_judge_sees_a_lead_that_waits_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every update hangs, so that nobody gets an owner, while only some are said to be poisoned."""
    found: list[str] = []

    def all_of_them(history: History) -> list[str]:
        found.extend(l3_others_move_on(history))
        return found

    def everybody(self: object, call: object) -> object:
        ill = getattr(call, "kind", "") == "change" and getattr(self, "poisoned", frozenset())
        return getattr(self, "poison", None) if ill else None

    judged: Callable[[History], list[str]] = all_of_them
    monkeypatch.setattr("tests.simulation.script.l3_others_move_on", judged)
    monkeypatch.setattr("tests.simulation.faults.Faults._poison_of", everybody)
    history = one_history(ALL_HANG, "bounded")
    assert found
    assert all(one.startswith("L3 lead ") and "beside leads whose update" in one for one in found)
    assert set(found) <= set(history.violations)
