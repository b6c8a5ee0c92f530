"""The daemon's life: take the data folder, catch up with the org, work by the clock, stop in good order."""

import math
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from sfrouter.base.clock import Clock, SystemClock
from sfrouter.base.database import StoreDamagedError
from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.base.heap import share_one_heap
from sfrouter.base.log import logger, redact_text, set_up_logging
from sfrouter.config.settings import Settings
from sfrouter.daemon.again import Again, Refills
from sfrouter.daemon.doorway import Doorway
from sfrouter.daemon.heartbeat import Heartbeat
from sfrouter.daemon.schedule import Clockwork
from sfrouter.daemon.single import alone, pid_in
from sfrouter.daemon.start_times import StartTimes
from sfrouter.daemon.told import Told
from sfrouter.daemon.watchdog import Watchdog
from sfrouter.daemon.watching import Watching
from sfrouter.journey.assembly import House, open_house
from sfrouter.journey.cycle import next_send, out_of_reach, run_cycle, send_only
from sfrouter.journey.files_in_force import IN_FORCE, FilesState, FilesWatch, files_for_daemon
from sfrouter.journey.fresh import is_fresh
from sfrouter.journey.governor import Governor
from sfrouter.journey.ledger_file import MIRROR_FILE
from sfrouter.journey.refresh import KEEP_AT_END_AFTER, meet_org, nouns_of, refresh, sweep
from sfrouter.salesforce.budget import PACE, Mode
from sfrouter.writeback.report import SendReport

_log = logger("daemon")
# What no waiting mends: the operator must act, so the process ends and says so (F23, F28).
FATAL = frozenset({ExitCode.SIGN_IN_REFUSED, ExitCode.ORG_CHANGED, ExitCode.STORE_UNUSABLE, ExitCode.BAD_FILES})
STOP_WITHIN = 120.0  # seconds for the running job to end; longer than one call's timeouts with its retries
LONGEST_INTERVAL = 900.0  # between two looks, however short calls are
_NOT_NOW = object()


class _StopAskedError(SfrouterError):
    """A long reading is left in good order: what was read is kept, and the next start goes on from there."""

    exit_code = ExitCode.INTERRUPTED


def run_daemon(settings: Settings, *, pid_file: Path | None = None, clock: Clock | None = None) -> int:
    """Run until SIGTERM or SIGINT. Returns the exit code.

    Raises AlreadyRunningError when another process holds the data folder, and SfrouterError when files or org
    do not let it start.
    """
    set_up_logging(form=settings.log_format, level=settings.log_level)
    os.umask(0o077)  # whatever the daemon makes is its own
    share_one_heap()
    watch, told = clock or SystemClock(), Told()
    told.hear_reloads()
    times = StartTimes(watch)
    refills = Refills(watch)
    with alone(settings.data_dir), pid_in(pid_file):
        while True:
            files, state = files_for_daemon(settings)
            with open_house(settings, clock=watch, files=files) as house:
                times.ended("opening")
                daemon = Daemon(house, watch, settings, times, files=state, told=told)
                code, times = daemon.run(), StartTimes(watch, again=True)
            if daemon.again is Again.NO or told.end.is_set():
                return code
            if daemon.again is Again.MIRROR and not refills.may(settings.data_dir / MIRROR_FILE):
                return code
            _log.info("begins_again", why=str(daemon.again))


class Daemon:
    """One running daemon: its house, its clockwork, and why it stops."""

    def __init__(
        self, house: House, clock: Clock, settings: Settings, times: StartTimes | None = None, *,
        files: FilesState = IN_FORCE, told: Told | None = None,
    ) -> None:  # fmt: skip
        """`files` is how the admin's files stand to those in force; `told` is what the process was told so far."""
        self._house = house
        self._clock = clock
        self._settings = settings
        policy = house.desk.policy.hash
        self._heart = Heartbeat(settings.data_dir, clock.now(), settings.poll_seconds, policy=policy)
        self._clockwork = Clockwork()
        self._stop, self._told = threading.Event(), told or Told()
        self.again = Again.NO
        self._files = FilesWatch(settings, policy, files)
        self._heart.files(files.words)
        self._busy = threading.Lock()
        self.exit_code = ExitCode.OK
        self._governor = Governor(house)
        self._begun: dict[str, float] = {}  # when each paced job last began, monotonic
        self._refreshes = 0
        self._times = times or StartTimes(clock)
        self._ready = False
        self._watchdog = Watchdog(clock, settings.cycle_seconds)
        house.stopping, house.alive = self.stopping, self._getting_on
        house.gateway.while_waiting(self._waiting)

    def run(self) -> int:
        """Work until told to stop; then let the running job end. Raises PortTakenError."""
        self._catch_signals()
        with self._watched(), self._watchdog.on_duty():
            return self._work()

    def _work(self) -> int:
        _log.info("started", poll_seconds=self._settings.poll_seconds, pid=os.getpid())
        every = self._settings.poll_seconds
        self._clockwork.every(every, "poll", self._job("poll", self._paced("poll", every, self.poll)))
        # The first refresh follows the first poll at once, unless that one had to refresh before it could decide.
        for name, every, work, first_in in (
            ("refresh", self._settings.mirror_seconds, self._refresh, 0),
            ("sweep", self._settings.sweep_seconds, self._sweep, self._settings.sweep_seconds),
        ):
            self._clockwork.every(every, name, self._job(name, self._paced(name, every, work)), first_in=first_in)
        every = self._settings.files_seconds
        self._clockwork.every(every, "files", self._job("files", self.look_at_files), first_in=every)
        self._clockwork.start()
        while not (self._stop.is_set() or self._told.end.is_set()):
            self._told.bell.wait()
            self._told.bell.clear()
            if self._told.reload_asked():
                self.reload()
        self._stop.set()
        self._clockwork.stop()
        if not self._busy.acquire(timeout=STOP_WITHIN):
            _log.error(
                "stopped_hard", why="the running job did not end in time; its writes are read back at start"
            )
            os._exit(ExitCode.FAILED)
        # A job that the clockwork began a moment ago waits here; it must find out that it is over, or never end.
        self._busy.release()
        self._keep_index()
        if self.again is not Again.NO and not self._told.end.is_set():
            return int(self.exit_code)
        self._heart.stopped(self._clock.now(), int(self.exit_code))
        _log.info("stopped", exit_code=int(self.exit_code))
        return int(self.exit_code)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Metrics and health checks answer as long as the daemon lives, if they are wanted at all."""
        if not self._settings.metrics_port:
            yield
            return
        watching = Watching(
            self._house,
            self._clock,
            lambda: self._heart.pulse,
            files=lambda: self._files.state,
            damaged=self.damaged,
        )  # fmt: skip
        doorway = Doorway(self._settings.metrics_port, watching.answers)
        doorway.start()
        try:
            yield
        finally:
            doorway.stop()

    def _keep_index(self) -> None:
        try:
            self._house.desk.keep_index(least=KEEP_AT_END_AFTER)
        except SfrouterError as failure:  # the next start makes it again
            _log.warning("index_not_kept", why=failure.what)

    def stop(self) -> None:
        """Begin no further job, and let the running one end at its next step."""
        self._stop.set()
        self._told.bell.set()

    def damaged(self, failure: StoreDamagedError) -> None:
        """A database is damaged: the mirror is made anew and filled again, a ledger only a person can put back."""
        _log.error("store_damaged", what=str(failure))
        self.again = Again.MIRROR if failure.store == "mirror" else Again.NO
        self.exit_code = failure.exit_code
        self.stop()

    def reload(self) -> None:
        """Put the files as they are now in force, if they are good and others; a damaged one is told instead.

        Writes that wait for a right are tried at once either way.
        """
        state = self._files.look(anew=True)
        self._heart.files(state.words)
        if state.waiting:
            self.again = Again.FILES
            self.stop()
        else:
            _log.info("not_reloaded", why=state.words or "the files are those in force")
            self._house.hurry = True
            self._clockwork.once_at(self._clock.now(), "send", self._job("send", self.send))

    def look_at_files(self) -> None:
        """Were the admin's files changed, and are they good? The pulse says it, until they are in force."""
        self._heart.files(self._files.look().words)

    def stopping(self) -> bool:
        """Was the daemon told to stop?"""
        return self._stop.is_set()

    def appointment(self, name: str) -> datetime | None:
        """When a job is next due."""
        return self._clockwork.appointment(name)

    def _paced(self, name: str, seconds: float, work: Callable[[], None]) -> Callable[[], object]:
        """The job, less often while calls are short; mirroring not at all when only the essential is done."""

        def run() -> object:
            mode, now = self._governor.mode, self._clock.monotonic()
            idle = mode is Mode.ESSENTIAL and name != "poll" and self._house.loaded
            if idle or now < self._begun.get(name, -math.inf) + _interval(seconds, mode) - seconds / 2:
                return _NOT_NOW
            self._begun[name] = now
            work()
            return None

        return run

    def poll(self) -> None:
        """Look for new leads, decide, write; at first fill the mirror, unless the last life left it fresh."""
        if not self._house.loaded:
            self._begin()
        report = run_cycle(self._house)
        self._tell_ready()
        if report.decided or report.sent.done or report.failed:
            _log.info("cycle", **report.figures())
        self._send_later(report.sent)

    def _begin(self) -> None:
        meet_org(self._house)
        self._times.ended("sign_in")
        if is_fresh(self._house):
            self._house.loaded = True
        else:
            self._begun["refresh"] = self._clock.monotonic()
            self._refresh()
        self._times.ended("refresh")

    def _tell_ready(self) -> None:
        if not self._ready:
            self._ready = True
            self._times.ended("first_poll")
            _log.info("ready", **self._times.figures())

    def _send_later(self, sent: SendReport) -> None:
        if out_of_reach(self._house, sent):
            return
        moment = next_send(self._house)
        soon = self._clock.now() + timedelta(seconds=self._settings.poll_seconds)
        if moment is not None and moment < soon:
            self._clockwork.once_at(moment, "send", self._job("send", self.send))

    def send(self) -> None:
        """Write what is due."""
        self._house.begin_round()
        self._send_later(send_only(self._house))

    def _loading(self, _noun: str, _rows: int, _total: int) -> None:
        self._waiting()

    def _waiting(self) -> None:
        self._getting_on()
        if self.stopping():
            raise _StopAskedError("told to stop")

    def _getting_on(self) -> None:
        self._watchdog.life()
        self._heart.working(self._clock.now())

    def _refresh(self) -> None:
        refresh(self._house, self._loading, nouns=nouns_of(self._refreshes if self._house.loaded else 0))
        self._refreshes += 1

    def _sweep(self) -> None:
        sweep(self._house)

    def _job(self, name: str, work: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            with self._busy:
                if not self.stopping():
                    with self._watchdog.over(name):
                        self.do(name, work)

        return run

    def do(self, name: str, work: Callable[[], object]) -> None:
        """One job, whatever it throws: the pulse and the log say how it went."""
        try:
            if work() is _NOT_NOW:
                return
            self._count_calls()
        except _StopAskedError:
            _log.info("left_unfinished", job=name)
        except StoreDamagedError as failure:
            self._heart.stumble(f"{name}: {redact_text(failure.what)}", self._clock.now())
            self.damaged(failure)
        except SfrouterError as failure:
            if failure.exit_code in FATAL:
                _log.error("must_stop", job=name, what=str(failure), exit_code=int(failure.exit_code))
                self.exit_code = failure.exit_code
                self.stop()
            else:
                _log.warning("job_failed", job=name, what=str(failure))
                with suppress(SfrouterError):  # a day that is used up is to be known, too
                    self._count_calls()
            self._heart.stumble(f"{name}: {redact_text(failure.what)}", self._clock.now())
        except Exception as failure:
            # A fault of ours must not end the daemon: the next run starts from what is committed.
            self._heart.stumble(f"{name}: {type(failure).__name__}", self._clock.now())
            _log.exception("job_broke", job=name)
        else:
            self._heart.beat(name, self._clock.now(), self._calls())

    def _count_calls(self) -> None:
        self._governor.ask_limits()
        self._governor.note()
        self._heart.pace(_interval(self._settings.poll_seconds, self._governor.mode))

    def _calls(self) -> dict[str, int]:
        return {str(kind): count for kind, count in self._house.gateway.calls.by_kind.items()}

    def _catch_signals(self) -> None:
        self._told.hear_ends(self.stop)
        self._told.hear_reloads()


def _interval(seconds: float, mode: Mode) -> float:
    """Between two looks in this mode: never more than a quarter of an hour, unless the settings say so."""
    return max(seconds, min(seconds * PACE[mode], LONGEST_INTERVAL))
