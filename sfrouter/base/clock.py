"""What time it is: a real clock for the daemon, one that tests set by hand. Always aware, always UTC."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

_BEGUN_TICKS = 19
"""The place, after the name, of a process's start in what the system tells of it: ticks since it began."""


class Clock(Protocol):
    """Where every room that acts gets its time from."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards, for measuring how long something took."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait; a clock in tests only moves its own time on."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def process_age() -> float:
    """Seconds since the system made this process; 0.0 where it does not say (it does on Linux)."""
    try:
        words = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        begun = int(words[_BEGUN_TICKS]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - begun)
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0


class SetClock:
    """A clock that stands still until it is told otherwise. Thread-safe."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._now = start.astimezone(UTC)
        self._elapsed = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def monotonic(self) -> float:
        with self._lock:
            return self._elapsed

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds."""
        with self._lock:
            self._now += timedelta(seconds=seconds)
            self._elapsed += seconds

    def set(self, moment: datetime) -> None:
        """Jump to a moment, also backwards, as a machine's clock may when it is corrected."""
        with self._lock:
            self._now = moment.astimezone(UTC)
