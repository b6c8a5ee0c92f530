"""Routing before mirroring: when calls run short the daemon asks less often, and then only for leads."""

from pathlib import Path
from typing import Any

import pytest

import sfrouter.daemon.run as daemon_run
from sfrouter.config.settings import Settings
from sfrouter.daemon.heartbeat import read_pulse
from sfrouter.daemon.run import Daemon
from sfrouter.mirror.tables import ROWS
from sfrouter.salesforce.budget import Mode
from tests.journey.stage import Stage
from tests.journey.test_governor import calls


def runs(one: Daemon, stage: Stage, name: str, seconds: int, times: int) -> int:
    """How often a job is really done when its turn comes so often."""
    done: list[int] = []
    work = one._paced(name, seconds, lambda: done.append(1))
    for _ in range(times):
        one.do(name, work)
        stage.clock.advance(seconds)
    return len(done)


@pytest.mark.parametrize(("mode", "polls", "refreshes"), [
    (Mode.NORMAL, 40, 40), (Mode.SLOW, 10, 14), (Mode.ESSENTIAL, 4, 0),
])  # fmt: skip
def test_each_mode_has_its_pace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: Mode, polls: int, refreshes: int
) -> None:
    """Polls of 30 s come every 2 and 5 minutes; refreshes of 5 every quarter of an hour, then never."""
    stage = Stage()
    one = Daemon(stage.house, stage.clock, Settings(data_dir=tmp_path))
    monkeypatch.setattr(one, "_count_calls", lambda: None)
    one._governor.mode = mode
    assert runs(one, stage, "poll", 30, 40) == polls
    assert runs(one, stage, "refresh", 300, 40) == refreshes


def test_the_first_load_is_not_kept_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    stage.house.loaded = False
    one = Daemon(stage.house, stage.clock, Settings(data_dir=tmp_path))
    monkeypatch.setattr(one, "_count_calls", lambda: None)
    one._governor.mode = Mode.ESSENTIAL
    assert runs(one, stage, "refresh", 300, 1) == 1


def test_a_poll_whose_turn_it_is_not_is_no_good_poll_and_the_pulse_knows_the_longer_interval(
    tmp_path: Path,
) -> None:
    stage = Stage()
    one = Daemon(stage.house, stage.clock, Settings(data_dir=tmp_path))
    calls(stage, 5_500, usage=(5_500, 15_000))
    assert runs(one, stage, "poll", 30, 1) == 1
    first = read_pulse(tmp_path)
    assert runs(one, stage, "poll", 30, 1) == 0
    assert first is not None
    assert (first.every_seconds, read_pulse(tmp_path)) == (120, first)


def test_what_changes_seldom_is_not_read_by_every_refresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(daemon_run, "refresh", lambda _house, _progress, *, nouns: asked.append(set(nouns)))
    stage = Stage()
    one = Daemon(stage.house, stage.clock, Settings(data_dir=tmp_path))
    for _ in range(13):
        one._refresh()
    often = {"user", "user_login", "account", "opportunity"}
    rest = set(ROWS) - often
    assert asked[0] == set(ROWS)
    assert asked[1] == often
    assert asked[3] & rest == {"case", "contact"}
    assert asked[6] & rest == {"case", "contact", "queue", "team_member"}
    assert asked[12] == set(ROWS) - {"lead"}
