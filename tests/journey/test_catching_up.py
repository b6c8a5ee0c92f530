"""After an outage: the oldest is decided first, the urgent is sent first, and a round ends at its deadline."""

from collections.abc import Callable
from typing import Any

import pytest

from sfrouter.config.settings import Settings
from sfrouter.journey import cycle, decide_waiting
from sfrouter.journey.cycle import run_cycle
from sfrouter.journey.reread import with_fresh_figures
from sfrouter.journey.route_lead import route_lead
from sfrouter.model.decision import Decision
from sfrouter.model.write import WriteKind
from sfrouter.writeback.report import SendReport
from tests.journey.stage import Stage


def slow_decisions(stage: Stage, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Each decision takes so long."""

    def slow(*given: Any, **named: Any) -> Decision:
        stage.clock.advance(seconds)
        return route_lead(*given, **named)

    monkeypatch.setattr(decide_waiting, "route_lead", slow)


def five_leads(stage: Stage) -> list[str]:
    """They came a minute apart, the newest read first."""
    made = []
    for _ in range(5):
        made.append(stage.lead())
        stage.clock.advance(60)
    return made


def test_what_a_round_does_not_finish_by_its_deadline_the_next_one_takes_up_oldest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage()
    stage.house.settings = Settings(cycle_seconds=10)
    leads = five_leads(stage)
    slow_decisions(stage, monkeypatch, 4)
    rounds = [[one.lead_id for one in run_cycle(stage.house).decisions] for _ in range(3)]
    assert rounds == [leads[:3], leads[3:], []]


def test_a_short_deadline_counts_from_the_reading_on_and_lets_each_round_decide_one_lead_at_least(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the org answers slowly, reading alone took all of a short round, and no lead was ever decided."""
    stage = Stage()
    stage.house.settings = Settings(cycle_seconds=10)
    leads = five_leads(stage)
    pull, prepare, figures_take = stage.pulls.pull, with_fresh_figures, 6

    def slow_pull(*given: Any, **named: Any) -> Any:
        stage.clock.advance(11)
        return pull(*given, **named)

    def slow_figures(*given: Any, **named: Any) -> Any:
        stage.clock.advance(figures_take)
        yield from prepare(*given, **named)

    monkeypatch.setattr(stage.pulls, "pull", slow_pull)
    monkeypatch.setattr(decide_waiting, "with_fresh_figures", slow_figures)
    slow_decisions(stage, monkeypatch, 4)
    rounds = [[one.lead_id for one in run_cycle(stage.house).decisions] for _ in range(3)]
    assert rounds == [leads[:2], leads[2:4], leads[4:]]
    figures_take = 11
    late = [stage.lead(), stage.lead()]
    assert [run_cycle(stage.house).decisions[0].lead_id for _ in late] == late
    stage.lead()
    stage.house.stopping = lambda: True
    assert run_cycle(stage.house).decisions == ()


def test_deciding_and_sending_take_turns_of_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide_waiting, "A_SLICE", 1)
    stage = Stage()
    five_leads(stage)
    slow_decisions(stage, monkeypatch, 6)
    waiting: list[int] = []
    going_on: list[bool] = []

    def send(keep_going: Callable[[], bool]) -> SendReport:
        waiting.append(len(stage.waiting_writes()))
        stage.clock.advance(9)
        going_on.append(keep_going())
        stage.clock.advance(2)
        going_on.append(keep_going())
        return SendReport()

    stage.post.send_due = send  # type: ignore[assignment]
    run_cycle(stage.house)
    assert waiting == [2, 4, 5]
    assert going_on == [True, False, True, False, True, True]  # at the end there is nobody to take turns with
    assert cycle.A_TURN == 10


def test_of_what_waits_the_urgent_goes_first_and_then_the_oldest() -> None:
    stage = Stage()
    leads = five_leads(stage)
    stage.decide()
    assert [write.lead_id for write in stage.waiting_writes(WriteKind.LEAD)] == leads
    urgent = leads[3]
    store = stage.ledger._store
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET priority = 1 WHERE lead_id = ?", (urgent,))
    rest = [one for one in leads if one != urgent]
    assert [write.lead_id for write in stage.waiting_writes(WriteKind.LEAD)] == [urgent, *rest]
