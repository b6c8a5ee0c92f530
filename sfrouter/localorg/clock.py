"""The org's own clock: it runs with the real time unless a test or a rehearsal sets it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class OrgClock:
    """Tells the org's time. It may be ahead of or behind the real time, or stand still."""

    def __init__(self, fixed: datetime | None = None) -> None:
        self._lock = threading.Lock()
        self._offset = timedelta(0)
        self._fixed = _aware(fixed) if fixed is not None else None

    def now(self) -> datetime:
        """The org's time now, in UTC."""
        with self._lock:
            if self._fixed is not None:
                return self._fixed
            return datetime.now(UTC) + self._offset

    def stamp(self) -> datetime:
        """The time as rows carry it: whole seconds."""
        return self.now().replace(microsecond=0)

    def set(self, moment: datetime) -> None:
        """Stop the clock at a moment. Raises ValueError for a time without a zone."""
        with self._lock:
            self._fixed = _aware(moment)

    def run_from(self, moment: datetime) -> None:
        """Let the clock run on from a moment. Raises ValueError for a time without a zone."""
        with self._lock:
            self._fixed = None
            self._offset = _aware(moment) - datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """Move the clock forward (or back, with a negative number), standing or running."""
        step = timedelta(seconds=seconds)
        with self._lock:
            if self._fixed is not None:
                self._fixed += step
            else:
                self._offset += step


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the org's clock needs a time with a zone")
    return moment.astimezone(UTC)
