"""F25: a job that hangs ends the process, one that gets on does not; and a hung call cannot stop a stop."""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

import sfrouter.daemon.run as daemon_run
from sfrouter.base.clock import SetClock
from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.config.settings import Settings
from sfrouter.daemon.run import Daemon
from sfrouter.daemon.watchdog import Watchdog
from tests.journey.stage import Door, Stage


def watchdog() -> tuple[Watchdog, SetClock, list[int]]:
    clock, ended = SetClock(datetime(2026, 3, 2, tzinfo=UTC)), []  # type: tuple[SetClock, list[int]]
    return Watchdog(clock, 400.0, end=lambda: ended.append(1)), clock, ended


def test_a_job_without_life_for_three_deadlines_ends_the_process() -> None:
    one, clock, ended = watchdog()
    with one.over("poll"):
        clock.advance(1200)
        one.look()
        assert ended == []
        clock.advance(1)
        one.look()
    assert ended == [1]


def test_one_question_to_a_slow_org_is_no_hanging_however_short_the_rounds_are() -> None:
    """Three tries of 180 s each, and up to 75 s before each further one, were longer than three short rounds."""
    _, clock, ended = watchdog()
    one = Watchdog(clock, 10.0, end=lambda: ended.append(1))
    with one.over("poll"):
        clock.advance(3 * 180 + 2 * 75)
        one.look()
        assert ended == []
        clock.advance(211)
        one.look()
    assert ended == [1]


def test_a_long_job_that_gets_on_and_no_job_at_all_end_nothing() -> None:
    one, clock, ended = watchdog()
    with one.over("refresh"):
        for _ in range(50):
            clock.advance(1199)
            one.life()
            one.look()
    clock.advance(10_000)
    one.look()
    assert ended == []


def test_its_thread_ends_with_its_duty_however_that_ends() -> None:
    """Thousands of simulated daemons die in one process, none of them by way of its own end."""
    one, _, _ = watchdog()
    before = set(threading.enumerate())
    looking: list[threading.Thread] = []

    def dies() -> None:
        with one.on_duty():
            looking.extend(set(threading.enumerate()) - before)
            raise SystemExit

    with pytest.raises(SystemExit):
        dies()
    (thread,) = looking
    thread.join(10)
    assert not thread.is_alive()


def test_the_daemon_tells_the_watchdog_when_a_job_begins_gets_on_and_ends(tmp_path: Path) -> None:
    stage = Stage()
    one = Daemon(stage.house, stage.clock, Settings(data_dir=tmp_path, cycle_seconds=10))
    ended: list[str] = []
    one._watchdog._end = lambda: ended.append(one._watchdog._job)

    def work() -> None:
        stage.clock.advance(899)
        stage.house.alive()
        stage.clock.advance(899)
        one._watchdog.look()
        assert ended == []
        stage.clock.advance(2)
        one._watchdog.look()

    one._job("sweep", work)()
    one._watchdog.look()
    assert ended == ["sweep"]


def test_waiting_for_a_job_of_the_org_is_no_hanging_and_ends_when_the_daemon_stops(tmp_path: Path) -> None:
    """A bulk job may take ten minutes, and several follow each other."""
    stage = Stage()
    door = cast(Door, stage.house.gateway)
    one = Daemon(stage.house, stage.clock, Settings(data_dir=tmp_path, cycle_seconds=10))
    ended: list[int] = []
    one._watchdog._end = lambda: ended.append(1)

    def work() -> None:
        for _ in range(60):
            stage.clock.advance(20)
            door.waiting()
            one._watchdog.look()
        one.stop()
        with pytest.raises(SfrouterError):
            door.waiting()

    one._job("refresh", work)()
    assert ended == []
    assert one.stopping()


class _EndedError(BaseException):
    """Stands for the end of the process."""


def test_a_hung_call_cannot_keep_a_stopped_daemon_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    one = Daemon(stage.house, stage.clock, Settings(data_dir=tmp_path))
    hung, codes = threading.Event(), []  # type: tuple[threading.Event, list[int]]

    def leave(code: int) -> None:
        codes.append(code)
        raise _EndedError

    monkeypatch.setattr(os, "_exit", leave)
    monkeypatch.setattr(daemon_run, "STOP_WITHIN", 0.05)
    monkeypatch.setattr(one._clockwork, "start", lambda: None)
    job = threading.Thread(target=one._job("poll", lambda: hung.wait(30)), daemon=True)
    job.start()
    while not one._busy.locked():
        pass
    one.stop()
    with pytest.raises(_EndedError):
        one._work()
    hung.set()
    job.join(10)
    assert codes == [ExitCode.FAILED]
