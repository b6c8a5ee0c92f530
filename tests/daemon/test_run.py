"""The daemon survives what a job throws at it, tells the truth about itself, and stops when it is told to."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from sfrouter.base.database import StoreDamagedError, StoreUnusableError
from sfrouter.base.errors import ExitCode
from sfrouter.config.settings import Settings
from sfrouter.daemon.again import Again
from sfrouter.daemon.heartbeat import Heartbeat, read_pulse, unhealthy
from sfrouter.daemon.run import Daemon, run_daemon
from sfrouter.daemon.schedule import Clockwork
from sfrouter.daemon.start_times import StartTimes
from sfrouter.journey.cycle import run_cycle
from sfrouter.journey.files_in_force import IN_FORCE, FilesState
from sfrouter.mirror.tables import ROWS
from sfrouter.model.write import WriteKind
from sfrouter.salesforce.errors import OrgUnreachableError
from sfrouter.writeback.report import SendReport
from tests.journey.stage import NOON, Stage


def daemon(stage: Stage, folder: Path) -> Daemon:
    """A daemon over a stage; its clockwork does not run."""
    return Daemon(stage.house, stage.clock, Settings(data_dir=folder, poll_seconds=30))


def throws(failure: Exception) -> Callable[..., None]:
    """A job that fails."""

    def work(*_: object) -> None:
        raise failure

    return work


def test_a_full_disk_ends_the_daemon_although_its_pulse_cannot_be_written_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = daemon(Stage(), tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    one.do("poll", throws(StoreUnusableError("the disk is full")))
    assert one.stopping()
    assert one.exit_code is ExitCode.STORE_UNUSABLE


def test_a_job_that_went_well_is_no_failure_when_its_pulse_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = daemon(Stage(), tmp_path)
    monkeypatch.setattr(Path, "replace", throws(OSError(30, "Read-only file system")))
    one.do("poll", lambda: None)
    assert not one.stopping()


def test_a_fault_of_ours_in_one_job_leaves_the_daemon_running_and_is_in_the_pulse(tmp_path: Path) -> None:
    one = daemon(Stage(), tmp_path)
    one.do("sweep", throws(KeyError("joe@acme.example")))
    assert not one.stopping()
    pulse = read_pulse(tmp_path)
    assert pulse is not None
    assert pulse.last_error == "sweep: KeyError"


def test_while_the_org_is_out_of_reach_the_next_poll_tries_again_not_the_next_second(tmp_path: Path) -> None:
    """I13: a daemon that calls a dead org every second is the flood after the outage."""
    stage = Stage()
    one = daemon(stage, tmp_path)
    stage.lead()
    stage.post.report = SendReport(stopped="the org cannot be reached")
    one.do("poll", one.poll)
    assert stage.waiting_writes() != ()
    assert one.appointment("send") is None
    stage.post.report = SendReport()
    one.do("poll", one.poll)
    assert one.appointment("send") is not None


def test_a_pause_the_org_asked_for_is_kept_to_the_second(tmp_path: Path) -> None:
    stage = Stage()
    one = daemon(stage, tmp_path)
    stage.lead()
    until = NOON + timedelta(seconds=20)
    stage.ledger.pause_sending(until, "too many calls at once")
    stage.post.report = SendReport(stopped="too many calls at once")
    one.do("poll", one.poll)
    assert one.appointment("send") == until


def test_a_send_that_fails_is_not_repeated_before_the_next_poll(tmp_path: Path) -> None:
    stage = Stage()
    one = daemon(stage, tmp_path)
    stage.lead()
    stage.post.report = SendReport(stopped="the org cannot be reached")
    stage.decide()
    one.do("send", one.send)
    assert one.appointment("send") is None


def test_a_daemon_that_still_loads_is_well_and_one_that_is_stuck_is_not(tmp_path: Path) -> None:
    """A first load takes ten minutes; a health check that kills it in the middle keeps it from ever ending."""
    stage = Stage()
    stage.house.loaded = False
    one = daemon(stage, tmp_path)

    def load(noun: str, progress: Callable[[str, int, int], None] | None = None) -> object:
        assert progress is not None
        for rows in range(10):
            stage.clock.advance(60)
            progress(noun, rows, 10)
        raise OrgUnreachableError("the line is dead")

    stage.pulls.pull = load  # type: ignore[method-assign, assignment]
    one.do("poll", one.poll)
    assert unhealthy(read_pulse(tmp_path), stage.clock.now()) == ""
    stage.clock.advance(600)
    assert "no poll has gone well" in unhealthy(read_pulse(tmp_path), stage.clock.now())


def test_a_poll_stamped_before_the_clock_was_set_back_says_nothing_of_a_daemon_that_hangs(tmp_path: Path) -> None:
    """The silence would be negative for as long as the clock was set back, and pass for health."""
    stage = Stage()
    one = daemon(stage, tmp_path)
    one.do("poll", one.poll)
    stage.clock.set(stage.clock.now() - timedelta(seconds=60))
    assert unhealthy(read_pulse(tmp_path), stage.clock.now()) == "", "the clock was only put right"
    stage.clock.set(stage.clock.now() - timedelta(hours=1))
    assert "3660 s ahead of this machine's clock" in unhealthy(read_pulse(tmp_path), stage.clock.now())
    one.do("poll", one.poll)
    assert unhealthy(read_pulse(tmp_path), stage.clock.now()) == ""


def test_long_work_shows_life_after_the_clock_was_set_back(tmp_path: Path) -> None:
    stage = Stage()
    heart = Heartbeat(tmp_path, stage.clock.now(), 30)
    stage.clock.set(stage.clock.now() - timedelta(hours=1))
    heart.working(stage.clock.now())
    assert unhealthy(read_pulse(tmp_path), stage.clock.now()) == ""


def test_a_long_round_shows_life_between_its_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sfrouter.journey import cycle, decide_waiting

    monkeypatch.setattr(decide_waiting, "A_SLICE", 1)
    monkeypatch.setattr(cycle, "A_TURN", 0.0)
    stage = Stage()
    stage.house.settings = Settings(cycle_seconds=3600)
    one = daemon(stage, tmp_path)
    one.do("poll", one.poll)
    for _ in range(3):
        stage.lead()
    seen: list[str] = []

    def send(_keep_going: object = None) -> SendReport:
        stage.clock.advance(200)
        seen.append(unhealthy(read_pulse(tmp_path), stage.clock.now() - timedelta(seconds=100)))
        return SendReport()

    stage.post.send_due = send  # type: ignore[method-assign]
    one.do("poll", one.poll)
    assert len(seen) == 4
    assert set(seen) == {""}


def test_a_stop_ends_a_round_between_two_leads_and_a_load_between_two_batches(tmp_path: Path) -> None:
    stage = Stage()
    one = daemon(stage, tmp_path)
    for _ in range(5):
        stage.lead()
    decided = stage.ledger.status

    def after_two() -> bool:
        return decided().decisions >= 2

    stage.house.stopping = after_two
    one.do("poll", one.poll)
    assert decided().decisions == 2

    stage = Stage()
    stage.house.loaded = False
    one = daemon(stage, tmp_path)
    rows: list[int] = []

    def load(noun: str, progress: Callable[[str, int, int], None] | None = None) -> object:
        assert progress is not None
        for row in range(100):
            rows.append(row)
            if row == 2:
                one.stop()
            progress(noun, row, 100)
        raise AssertionError("never stopped")

    stage.pulls.pull = load  # type: ignore[method-assign, assignment]
    one.do("poll", one.poll)
    assert rows == [0, 1, 2]
    assert one.exit_code is ExitCode.OK


def test_a_job_begun_in_the_moment_of_stopping_ends_at_once_and_does_not_hold_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thread is waited for when the interpreter ends: one that waits for ever kept a stopped daemon alive."""
    one = daemon(Stage(), tmp_path)
    monkeypatch.setattr(Daemon, "_catch_signals", lambda _: None)
    monkeypatch.setattr(Clockwork, "start", lambda _: one.stop())
    assert one.run() == 0
    worked: list[str] = []
    late = threading.Thread(target=one._job("poll", lambda: worked.append("poll")), daemon=True)
    late.start()
    late.join(timeout=20)
    assert not late.is_alive()
    assert worked == []


def test_a_daemon_with_a_fresh_mirror_decides_first_and_refreshes_afterwards(tmp_path: Path) -> None:
    """L2: the refresh of all objects takes seconds, which a lead need not wait after a mere restart."""
    stage = Stage()
    stage.house.loaded = False
    stage.pulls.finished = dict.fromkeys(ROWS, NOON)
    one = daemon(stage, tmp_path)
    stage.lead()
    one.do("poll", one.poll)
    assert stage.pulls.asked == ["lead"]
    assert len(stage.waiting_writes()) == 1
    one.do("refresh", one._paced("refresh", 300, one._refresh))
    assert stage.pulls.asked == ["lead", *ROWS]


def test_a_daemon_with_an_old_mirror_refreshes_first_and_only_once(tmp_path: Path) -> None:
    stage = Stage()
    stage.house.loaded = False
    stage.pulls.finished = dict.fromkeys(ROWS, NOON - timedelta(days=1))
    one = daemon(stage, tmp_path)
    one.do("poll", one.poll)
    assert stage.pulls.asked == [*ROWS, "lead"]
    one.do("refresh", one._paced("refresh", 300, one._refresh))
    assert stage.pulls.asked == [*ROWS, "lead"]


def test_the_log_says_once_how_long_the_start_took_and_where_the_time_went(tmp_path: Path) -> None:
    stage = Stage()
    stage.house.loaded = False
    stage.pulls.finished = dict.fromkeys(ROWS, NOON)
    worked = iter((1.0, 1.2, 1.3, 1.3, 2.0))
    times = StartTimes(stage.clock, age=1.25, processor=lambda: next(worked))
    stage.clock.advance(2)
    times.ended("opening")
    one = Daemon(stage.house, stage.clock, Settings(data_dir=tmp_path), times)
    stage.clock.advance(0.5)
    with capture_logs() as told:
        one.do("poll", one.poll)
        stage.clock.advance(30)
        one.do("poll", one.poll)
    (ready,) = [line for line in told if line["event"] == "ready"]
    assert ready["seconds"] == {
        "all": 3.75, "imports": 1.25, "opening": 2.0, "sign_in": 0.5, "refresh": 0.0, "first_poll": 0.0,
    }  # fmt: skip
    assert ready["processor_seconds"] == {
        "all": 2.0, "imports": 1.0, "opening": 0.2, "sign_in": 0.1, "refresh": 0.0, "first_poll": 0.7,
    }  # fmt: skip


def test_a_damaged_ledger_ends_the_daemon_and_a_damaged_mirror_only_its_house(tmp_path: Path) -> None:
    """What is in the mirror comes from the org and is read again; what is in the ledger is nowhere else."""
    for store, again in (("mirror", Again.MIRROR), ("ledger", Again.NO)):
        one = daemon(Stage(), tmp_path)
        one.do("poll", throws(StoreDamagedError(store, "database disk image is malformed", where="x.db")))
        assert one.stopping()
        assert (one.again, one.exit_code) == (again, ExitCode.STORE_UNUSABLE)


def test_a_mirror_that_is_damaged_again_within_the_hour_ends_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Filling it time after time would hide a dying disk, and take the org's calls."""
    stage, begun = Stage(), list[str]()

    @contextmanager
    def house(*_: object, **__: object) -> Iterator[object]:
        yield stage.house

    def run_once(one: Daemon) -> int:
        begun.append("once more")
        one.damaged(StoreDamagedError("mirror", "malformed", where="mirror.db"))
        stage.clock.advance(3_000)
        return int(one.exit_code)

    monkeypatch.setattr("sfrouter.daemon.run.open_house", house)
    monkeypatch.setattr("sfrouter.daemon.run.files_for_daemon", lambda _: (None, IN_FORCE))
    monkeypatch.setattr(Daemon, "run", run_once)
    settings = Settings(data_dir=tmp_path, poll_seconds=30)
    assert run_daemon(settings, clock=stage.clock) == ExitCode.STORE_UNUSABLE
    assert len(begun) == 2


def parked(stage: Stage) -> list[datetime]:
    """Until when the lead writes are parked."""
    return [one.until for one in stage.ledger.parked()]


def park(stage: Stage) -> datetime:
    """The org lets us write no leads, it said a moment ago."""
    until = stage.clock.now() + timedelta(hours=1)
    stage.ledger.park(WriteKind.LEAD, until, code="INSUFFICIENT_ACCESS", words="no right")
    return until


def test_a_granted_right_is_tried_at_a_start_and_by_a_reload_but_by_no_ordinary_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage()
    park(stage)
    one = daemon(stage, tmp_path)
    one.do("poll", one.poll)
    assert parked(stage) == [stage.clock.now()]
    stage.clock.advance(120)
    until = park(stage)
    one.do("poll", one.poll)
    one.do("send", one.send)
    assert parked(stage) == [until]
    monkeypatch.setattr(one._files, "look", lambda **_: IN_FORCE)
    one.reload()
    assert one.appointment("send") is not None
    one.do("send", one.send)
    assert parked(stage) == [stage.clock.now()]


def test_a_dry_run_hurries_nothing() -> None:
    stage = Stage()
    until = park(stage)
    run_cycle(stage.house, dry_run=True)
    assert parked(stage) == [until]


def test_who_begins_again_counts_no_imports() -> None:
    """After a reload the age of the process says nothing about the start."""
    times = StartTimes(Stage().clock, age=1677.0, again=True)
    times.ended("opening")
    assert times.figures()["seconds"] == {"all": 0.0, "opening": 0.0}


@pytest.fixture
def _own_handlers() -> Iterator[None]:
    numbers = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.mark.usefixtures("_own_handlers")
def test_a_reload_that_is_asked_for_while_the_house_opens_is_done_once_it_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files were read before the house opens: what was edited since waits for this reload."""
    story: list[str] = []

    @contextmanager
    def house(*_: object, **__: object) -> Iterator[object]:
        story.append("opens")
        os.kill(os.getpid(), signal.SIGHUP)
        yield Stage().house

    class Watch:
        state = IN_FORCE

        def __init__(self, *_: object) -> None: ...

        def look(self, **_: object) -> FilesState:
            story.append("looks")
            if story.count("looks") < 3:
                return FilesState(waiting=True)
            os.kill(os.getpid(), signal.SIGTERM)
            return IN_FORCE

    impatient = threading.Timer(20, os.kill, (os.getpid(), signal.SIGTERM))
    impatient.start()
    monkeypatch.setattr("sfrouter.daemon.run.open_house", house)
    monkeypatch.setattr("sfrouter.daemon.run.files_for_daemon", lambda _: (None, IN_FORCE))
    monkeypatch.setattr("sfrouter.daemon.run.FilesWatch", Watch)
    monkeypatch.setattr(Clockwork, "start", lambda _: None)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as the command leaves it
    assert run_daemon(Settings(data_dir=tmp_path), clock=Stage().clock) == 0
    impatient.cancel()
    assert story == ["opens", "looks"] * 3
