"""What lasts for a while counts once something meets it, and what nothing met is told apart."""

from __future__ import annotations

import pytest

import tests.simulation.downs
from tests.simulation.checker import Checker
from tests.simulation.history import History, run
from tests.simulation.report import ALWAYS, CATALOGUE, Report
from tests.simulation.script import appoint_trouble
from tests.simulation.standard import TROUBLE_ENDS, standard
from tests.simulation.world_troubles import WORLD_TROUBLES, WorldTrouble

LASTING = [one for one in WORLD_TROUBLES if one.begin]


def _with(trouble: WorldTrouble, since: float) -> History:
    history = standard()
    appoint_trouble(history, trouble, since, TROUBLE_ENDS)
    return history


def _reported(history: History) -> Report:
    report = Report("bounded")
    report.add(history)
    return report


@pytest.mark.parametrize("trouble", LASTING, ids=[one.name for one in LASTING])
def test_what_something_meets_counts_once_however_often_it_is_met(
    trouble: WorldTrouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tests.simulation.downs, "LONG_DOWN", 0.0)
    history = run(_with(trouble, 20.0), Checker())
    assert not history.violations
    assert (history.met[trouble.name], history.struck[trouble.name]) == (1, 1)
    report = _reported(history)
    assert report.fired[trouble.name] == 1
    assert not report.unmet
    assert set(trouble.ids) <= set(report.by_number())


@pytest.mark.parametrize("trouble", LASTING, ids=[one.name for one in LASTING])
def test_what_begins_with_nobody_to_meet_it_strikes_nothing(trouble: WorldTrouble) -> None:
    """It begins between two polls, and all trouble is over before the next one."""
    history = _with(trouble, TROUBLE_ENDS - 1.5)
    run(history, Checker())
    found = history.struck[trouble.name]
    report = _reported(history)
    assert (report.fired[trouble.name], report.unmet[trouble.name]) == (found, 1 - found)
    assert found == 0 or trouble.name.endswith("damaged")


def test_conditions_that_always_hold_are_no_failures_that_struck() -> None:
    report = _reported(run(standard(), Checker()))
    assert set(report.held()) == {"F14", "F16", "F30", "F35", "F40", "F46"}
    assert all(report.held().values())
    assert not set(report.held()) & set(report.by_number())
    assert not set(report.held()) & set(report.never())
    printed = report.text()
    apart = printed.index("conditions that always held:")
    assert all(printed.index(name) > apart for name in ALWAYS)
    assert set(report.held()) <= set(CATALOGUE)
