"""What the process was told by signals: to end, or to read the admin's files again."""

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

from sfrouter.base.errors import ExitCode
from sfrouter.base.log import logger

_log = logger("daemon")


class Told:
    """Outlives each opening of the house: what is said while it opens again is heard when it is open.

    `end` is set once the process is to end; `bell` is rung when the main thread has something to do.
    """

    def __init__(self) -> None:
        self.end = threading.Event()
        self.bell = threading.Event()
        self._reload = False

    def hear_reloads(self) -> None:
        """From now on a SIGHUP is kept until somebody asks for it."""
        signal.signal(signal.SIGHUP, self._on_reload)

    def hear_ends(self, stop: Callable[[], None]) -> None:
        """From now on SIGTERM and SIGINT stop in good order, a second one at once."""

        def end(number: int, _frame: FrameType | None) -> None:
            if self.end.is_set():
                os._exit(ExitCode.INTERRUPTED)
            self.end.set()
            stop()
            _log.info("stopping", signal=signal.Signals(number).name)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)

    def reload_asked(self) -> bool:
        """Was a reload asked for since the last time that this was?"""
        if not self._reload:
            return False
        self._reload = False
        return True

    def _on_reload(self, _number: int, _frame: FrameType | None) -> None:
        self._reload = True
        self.bell.set()
