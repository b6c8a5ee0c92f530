"""The watchdog: ends a process whose job hangs, so that systemd or the container starts it anew (F25)."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sfrouter.base.clock import Clock
from sfrouter.base.errors import ExitCode
from sfrouter.base.log import logger

PATIENCE = 3
"""So many times a round's deadline may pass without a sign of life."""
LEAST = 900.0
"""So many seconds of silence are never too long: a question to an org that answers slowly is asked three times,
for three minutes each, with a minute and more between them."""
LOOK_EVERY = 5.0
_log = logger("daemon")


def _end() -> None:
    os._exit(ExitCode.FAILED)


class Watchdog:
    """Looks every few seconds whether the running job still shows life. `deadline` is a round's, in seconds.

    A job is begun, gets on (`life`) and ends. Nothing is lost by the end of the process: what was being sent is
    read back at the next start.
    """

    def __init__(self, clock: Clock, deadline: float, *, end: Callable[[], None] = _end) -> None:
        self._clock = clock
        self._allowed = max(deadline * PATIENCE, LEAST)
        self._end = end
        self._job = ""
        self._alive_at = 0.0
        self._stop = threading.Event()

    @contextmanager
    def on_duty(self) -> Iterator[None]:
        """Look, in a thread of its own that keeps no process alive, until the block ends, however it ends."""
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()
        try:
            yield
        finally:
            self._stop.set()

    @contextmanager
    def over(self, job: str) -> Iterator[None]:
        """Watch over one job while the block runs."""
        self._job, self._alive_at = job, self._clock.monotonic()
        try:
            yield
        finally:
            self._job = ""

    def life(self) -> None:
        """The job got on: a slice of leads, a batch of rows."""
        self._alive_at = self._clock.monotonic()

    def look(self) -> None:
        """End the process if its job has shown no life for too long."""
        silent = self._clock.monotonic() - self._alive_at
        if self._job and silent > self._allowed:
            _log.error("job_hangs", job=self._job, silent_seconds=round(silent), allowed_seconds=self._allowed)
            self._end()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            self.look()
