"""A lead has 200 ms of deciding: counts bound the work, and a decision that takes longer all the same is named."""

from typing import Any

import pytest
import structlog

from sfrouter.journey import decide_waiting
from sfrouter.journey.dossier import gather
from tests.journey.stage import Stage


@pytest.mark.parametrize(("seconds", "told"), [(decide_waiting.BUDGET, []), (0.3, [300])])
def test_a_decision_over_its_time_is_named_and_made_all_the_same(
    monkeypatch: pytest.MonkeyPatch, seconds: float, told: list[int]
) -> None:
    stage = Stage()
    slow, quick = stage.lead(company="Slow"), stage.lead()

    def gathered(lead: Any, *rest: Any, **named: Any) -> Any:
        if lead.id == slow:
            stage.clock.advance(seconds)
        return gather(lead, *rest, **named)

    monkeypatch.setattr(decide_waiting, "gather", gathered)
    with structlog.testing.capture_logs() as lines:
        report = stage.decide()
    assert [one.lead_id for one in report.decisions] == [slow, quick]
    named = [(one["lead"], one["milliseconds"]) for one in lines if one["event"] == "decision_slow"]
    assert named == [(slow, milliseconds) for milliseconds in told]
