"""The checker sees what it is there for: classical mistakes, made on purpose, are found.

The seeds are some in which the mistake can show: not every history holds the occasion for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

import sfrouter.salesforce.writing
from sfrouter.ledger.settlement import Settlement
from sfrouter.mirror.watermark import Watermark
from sfrouter.model.write import Write, WriteState
from sfrouter.writeback.verdicts import Answers
from tests.simulation.checker import Checker
from tests.simulation.history import run
from tests.simulation.script import begin

_subrequest = sfrouter.salesforce.writing._subrequest
_since = Watermark.since


def _without_header() -> Any:
    """The repeat that drops the header which keeps the assignment rule away (F35)."""
    return patch.object(sfrouter.salesforce.writing, "NO_ASSIGNMENT", {})


def _without_condition() -> Any:
    """Writes that overwrite whatever a person did since (F38)."""

    def blind(address: str, change: Any) -> dict[str, Any]:
        made = _subrequest(address, change)
        made["httpHeaders"].pop("If-Unmodified-Since", None)
        return made

    return patch.object(sfrouter.salesforce.writing, "_subrequest", blind)


def _blind_repeat() -> Any:
    """What was not answered is simply sent again (F31)."""

    def again(_self: Answers, write: Write, _answer: Any) -> Settlement:
        return Settlement(key=write.key, state=WriteState.PENDING)

    return patch.object(Answers, "silent", again)


def _short_overlap() -> Any:
    """A look-back of ten seconds (F01)."""

    def since(self: Watermark, org_time: datetime, _overlap: timedelta) -> datetime | None:
        return _since(self, org_time, timedelta(seconds=10))

    return patch.object(Watermark, "since", since)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("mistake", "seeds", "named"),
    [
        (_without_header, (300,), "I11"),
        (_without_condition, (303,), "I4"),
        (_blind_repeat, (301, 304), "I5"),
        (_short_overlap, (301, 304), "L1"),
    ],
    ids=["no header", "no condition", "blind repeat", "short overlap"],
)
def test_a_mistake_made_on_purpose_is_found(mistake: Any, seeds: tuple[int, ...], named: str) -> None:
    for seed in seeds:
        with mistake():
            history = run(begin(seed, "bounded", fault_rate=0.2, crash_rate=0.0), Checker())
        if any(one.startswith(named) for one in history.violations):
            return
    pytest.fail(f"{named} was not found in {len(seeds)} histories")
