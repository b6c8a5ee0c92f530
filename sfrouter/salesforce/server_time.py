"""What time it is at the org: our clock put right by the Date of every answer (F29)."""

import threading
from datetime import UTC, datetime, timedelta

from sfrouter.base.clock import Clock
from sfrouter.base.log import logger
from sfrouter.salesforce.answers import moment_of

ALERT_SKEW_SECONDS = 30.0
_DATE_PRECISION = 1.0
_YEARS = range(2000, 3000)  # a Date of any other is nonsense, and what is counted from it may leave the calendar

log = logger("salesforce")


class ServerTime:
    """Thread-safe. Never ahead of the org, and behind it by at most a second and one call's duration.

    It is measured against the monotonic clock, so that a step of this machine's clock does not move it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset: float | None = None  # server's epoch seconds less our monotonic seconds
        self._warned = False
        self._lock = threading.Lock()

    @property
    def known(self) -> bool:
        """Has any answer carried a date yet?"""
        return self._offset is not None

    def now(self) -> datetime:
        """The moment at the org; our own clock's before the first answer."""
        with self._lock:
            if self._offset is None:
                return self._clock.now()
            return datetime.fromtimestamp(self._clock.monotonic() + self._offset, UTC)

    def skew(self) -> timedelta:
        """How far the org's clock is ahead of ours; zero before the first answer."""
        return self.now() - self._clock.now() if self.known else timedelta()

    def note(self, date_header: str, elapsed: float) -> None:
        """Take over the Date of an answer that took `elapsed` seconds; nonsense is passed over."""
        stamp = moment_of(date_header)
        if stamp is None or stamp.year not in _YEARS:
            return
        earliest = stamp.timestamp() - self._clock.monotonic()
        latest = earliest + _DATE_PRECISION + elapsed
        with self._lock:
            # An estimate that still fits is the better one: each single Date is cut to whole seconds.
            if self._offset is None or not earliest <= self._offset <= latest:
                self._offset = earliest
        self._warn()

    def _warn(self) -> None:
        seconds = self.skew().total_seconds()
        wrong = abs(seconds) > ALERT_SKEW_SECONDS
        if wrong and not self._warned:
            log.warning("clock_differs_from_org", seconds=round(seconds), mend="check this machine's time service")
        self._warned = wrong
