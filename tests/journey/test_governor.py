"""G12: our calls are counted over restarts, the limit is learnt from the org, and the mode is told once."""

from datetime import timedelta
from types import MappingProxyType
from typing import Any

import structlog

from sfrouter.journey.governor import Governor
from sfrouter.journey.status import take_status
from sfrouter.salesforce.budget import Mode
from sfrouter.salesforce.counts import CallCount, CallKind
from tests.journey.stage import Stage


def calls(stage: Stage, queries: int, *, signed_in: int = 0, usage: tuple[int, int] | None = None) -> Any:
    """The gateway has made so many calls, and the org said so much of its day."""
    door: Any = stage.house.gateway
    kinds = {CallKind.QUERY: queries, CallKind.SIGN_IN: signed_in}
    door.calls = CallCount(total=queries + signed_in, by_kind=MappingProxyType(kinds))
    door.usage = usage
    return door


def test_only_new_calls_are_added_and_only_those_that_the_org_counts() -> None:
    stage = Stage()
    governor = Governor(stage.house)
    calls(stage, 40, signed_in=3, usage=(500, 15_000))
    assert governor.note().own_used == 40
    assert governor.note().own_used == 40
    calls(stage, 50, usage=(510, 15_000))
    found = governor.note()
    assert (found.own_used, found.own_most, found.org_used, found.org_most) == (50, 7_500, 510, 15_000)


def test_a_restart_forgets_no_call_and_a_day_later_they_are_free_again() -> None:
    stage = Stage()
    calls(stage, 7_000, usage=(9_000, 15_000))
    Governor(stage.house).note()
    calls(stage, 5, usage=(9_005, 15_000))
    again = Governor(stage.house)
    found = again.note()
    assert (found.own_used, found.mode) == (7_005, Mode.ESSENTIAL)
    stage.clock.advance(timedelta(hours=25).total_seconds())
    calls(stage, 6, usage=(100, 15_000))
    found = again.note()
    assert (found.own_used, found.mode) == (1, Mode.NORMAL)


def test_a_change_of_mode_is_told_once_with_its_reason() -> None:
    stage = Stage()
    governor = Governor(stage.house)
    with structlog.testing.capture_logs() as told:
        for made in (10, 5_300, 5_301):
            calls(stage, made, usage=(made, 15_000))
            governor.note()
    (event,) = told
    assert (event["event"], event["mode"], event["was"]) == ("api_mode", "slow", "normal")
    assert event["why"].startswith("71%")


def test_the_limit_is_asked_for_once_an_hour_when_answers_do_not_tell_it() -> None:
    stage = Stage()
    door = calls(stage, 1)
    asked = []

    def limits() -> dict[str, tuple[int, int]]:
        asked.append(1)
        return {"DailyApiRequests": (15_000, 14_000)}

    door.limits = limits
    governor = Governor(stage.house)
    for _ in range(120):
        governor.ask_limits()
        stage.clock.advance(60)
    assert len(asked) == 2
    assert governor.note().org_used == 1_000


def test_status_shows_the_share_of_the_settings() -> None:
    stage = Stage()
    calls(stage, 12, usage=(100, 15_000))
    Governor(stage.house).note()
    shown = take_status(stage.house.desk, stage.clock.now(), share_percent=10).calls
    assert (shown.own_used, shown.own_most) == (12, 1_500)
