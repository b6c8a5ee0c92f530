"""Hours in one org, everything going wrong all the time; days take `scripts/simulate --hours 72`."""

from __future__ import annotations

from tests.simulation.checker import Checker
from tests.simulation.history import run
from tests.simulation.long import LEADS_AN_HOUR, long_history
from tests.simulation.world_troubles import WORLD_TROUBLES

HOURS = 3


def test_hours_of_trouble_in_one_org_break_no_promise() -> None:
    history = run(long_history(1, "bounded", HOURS), Checker())
    assert history.violations == []
    assert len(history.people.leads) >= HOURS * LEADS_AN_HOUR
    assert {one.name for one in WORLD_TROUBLES if one.begin} <= set(history.met)
    assert sum(history.faults.fired.values()) > 10 * HOURS
    assert history.starts > 1
