"""The daemon's life: take the data folder, catch up with the org, work by the clock, stop in good order."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType

from sfrouter.base.clock import Clock, SystemClock
from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.base.log import logger, redact_text, set_up_logging
from sfrouter.config.settings import Settings
from sfrouter.daemon.heartbeat import Heartbeat
from sfrouter.daemon.schedule import Clockwork
from sfrouter.daemon.single import alone
from sfrouter.journey.assembly import House, open_house
from sfrouter.journey.cycle import next_send, run_cycle, send_only
from sfrouter.journey.refresh import refresh, sweep

_log = logger("daemon")
# What no waiting mends: the operator must act, so the process ends and says so (F23, F28).
FATAL = frozenset({ExitCode.SIGN_IN_REFUSED, ExitCode.ORG_CHANGED, ExitCode.STORE_UNUSABLE, ExitCode.BAD_FILES})
STOP_WITHIN = 120.0  # seconds for the running job to end; longer than one call's timeouts with its retries


def run_daemon(settings: Settings, *, pid_file: Path | None = None, clock: Clock | None = None) -> int:
    """Run until SIGTERM or SIGINT. Returns the exit code.

    Raises AlreadyRunningError when another process holds the data folder, and SfrouterError when files or org
    do not let it start.
    """
    set_up_logging(form=settings.log_format, level=settings.log_level)
    watch = clock or SystemClock()
    with alone(settings.data_dir), _pid_in(pid_file), open_house(settings, clock=watch) as house:
        return Daemon(house, watch, settings).run()


class Daemon:
    """One running daemon: its house, its clockwork, and why it stops."""

    def __init__(self, house: House, clock: Clock, settings: Settings) -> None:
        self._house = house
        self._clock = clock
        self._settings = settings
        self._heart = Heartbeat(settings.data_dir, clock.now(), settings.poll_seconds)
        self._clockwork = Clockwork()
        self._stop = threading.Event()
        self._busy = threading.Lock()
        self._exit = ExitCode.OK

    def run(self) -> int:
        """Work until told to stop; then let the running job end."""
        self._catch_signals()
        _log.info("started", poll_seconds=self._settings.poll_seconds, pid=os.getpid())
        self._clockwork.every(self._settings.poll_seconds, "poll", self._job("poll", self._poll))
        every, first = self._settings.mirror_seconds, self._settings.mirror_seconds
        self._clockwork.every(every, "refresh", self._job("refresh", self._refresh), first_in=first)
        every = self._settings.sweep_seconds
        self._clockwork.every(every, "sweep", self._job("sweep", self._sweep), first_in=every)
        self._clockwork.start()
        self._stop.wait()
        self._clockwork.stop()
        if not self._busy.acquire(timeout=STOP_WITHIN):
            _log.error(
                "stopped_hard", why="the running job did not end in time; its writes are read back at start"
            )
            os._exit(ExitCode.FAILED)
        _log.info("stopped", exit_code=int(self._exit))
        return int(self._exit)

    def _poll(self) -> None:
        if not self._house.loaded:
            refresh(self._house)
        report = run_cycle(self._house)
        if report.decided or report.sent.done or report.failed:
            _log.info("cycle", **report.figures())
        self._send_later()

    def _send_later(self) -> None:
        moment = next_send(self._house)
        soon = self._clock.now() + timedelta(seconds=self._settings.poll_seconds)
        if moment is not None and moment < soon:
            self._clockwork.once_at(moment, "send", self._job("send", self._send))

    def _send(self) -> None:
        send_only(self._house)
        self._send_later()

    def _refresh(self) -> None:
        refresh(self._house)

    def _sweep(self) -> None:
        sweep(self._house)

    def _job(self, name: str, work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            with self._busy:
                if not self._stop.is_set():
                    self._try(name, work)

        return run

    def _try(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except SfrouterError as failure:
            self._heart.stumble(f"{name}: {redact_text(failure.what)}", self._clock.now())
            if failure.exit_code in FATAL:
                _log.error("must_stop", job=name, what=str(failure), exit_code=int(failure.exit_code))
                self._end(failure.exit_code)
            else:
                _log.warning("job_failed", job=name, what=str(failure))
        except Exception as failure:
            # A fault of ours must not end the daemon: the next run starts from what is committed.
            self._heart.stumble(f"{name}: {type(failure).__name__}", self._clock.now())
            _log.exception("job_broke", job=name)
        else:
            self._heart.beat(name, self._clock.now(), self._calls())

    def _calls(self) -> dict[str, int]:
        return {str(kind): count for kind, count in self._house.gateway.calls.by_kind.items()}

    def _end(self, code: ExitCode) -> None:
        self._exit = code
        self._stop.set()

    def _catch_signals(self) -> None:
        def stop(number: int, _frame: FrameType | None) -> None:
            if self._stop.is_set():
                os._exit(ExitCode.INTERRUPTED)
            self._stop.set()
            _log.info("stopping", signal=signal.Signals(number).name)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)


@contextmanager
def _pid_in(path: Path | None) -> Iterator[None]:
    if path is None:
        yield
        return
    path.write_text(f"{os.getpid()}\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
