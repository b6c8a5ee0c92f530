"""How many API calls the org has answered in the last 24 hours, and what is left."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.errors import OrgError

DAY = timedelta(hours=24)
DEVELOPER_DAILY_CALLS = 15_000
"""Calls a day of a Developer Edition org; an Enterprise org has 100,000 and more."""

LONG_CALL_SECONDS = 20.0
"""A call that has lasted this long counts towards the limit of long calls at a time."""

LONG_CALLS = 25
"""Long calls at a time in a production org or full sandbox; a Developer Edition or trial org has 5."""

_OTHER_LIMITS = {
    "ConcurrentAsyncGetReportInstances": 200,
    "DailyAsyncApexExecutions": 250_000,
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000,
    "DataStorageMB": 1_024,
    "FileStorageMB": 1_024,
    "HourlyTimeBasedWorkflow": 1_000,
    "MassEmail": 5_000,
    "SingleEmail": 5_000,
}
"""Limits that this org reports, as a Developer Edition org does, and never uses up."""


class ApiCalls:
    """Counts calls over a rolling 24 hours for the whole org and refuses those above the limit.

    Old calls are kept as counts per minute, so that a day of heavy traffic stays small in memory.
    """

    def __init__(self, clock: OrgClock, maximum: int = DEVELOPER_DAILY_CALLS) -> None:
        self.maximum = maximum
        self._clock = clock
        self._minutes: deque[list[Any]] = deque()
        self._used = 0

    def used(self) -> int:
        """Calls in the last 24 hours."""
        self._forget(self._clock.now())
        return self._used

    def remaining(self) -> int:
        """Calls left, never below zero."""
        return max(0, self.maximum - self.used())

    def spend(self) -> None:
        """Count one call. Raises OrgError 403 REQUEST_LIMIT_EXCEEDED when none is left."""
        now = self._clock.now()
        self._forget(now)
        if self._used >= self.maximum:
            raise OrgError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        minute = now.replace(second=0, microsecond=0)
        if self._minutes and self._minutes[-1][0] == minute:
            self._minutes[-1][1] += 1
        else:
            self._minutes.append([minute, 1])
        self._used += 1

    def header(self) -> str:
        """The value of Sforce-Limit-Info."""
        return f"api-usage={self.used()}/{self.maximum}"

    def _forget(self, now: datetime) -> None:
        while self._minutes and self._minutes[0][0] <= now - DAY:
            self._used -= self._minutes.popleft()[1]


class LongCalls:
    """The calls being answered now, to refuse new ones while too many of them take long.

    A call's age is the real time it has lasted, or the org's time where the org's clock was moved further.
    """

    def __init__(self, clock: OrgClock, maximum: int = LONG_CALLS) -> None:
        self.maximum = maximum
        self._clock = clock
        self._lock = threading.Lock()
        self._began: dict[int, tuple[float, datetime]] = {}
        self._count = 0
        self._mine = threading.local()

    @contextmanager
    def underway(self) -> Iterator[None]:
        """One call, from its first to its last moment."""
        with self._lock:
            self._count += 1
            number = self._count
            self._began[number] = (time.monotonic(), self._clock.now())
        outer, self._mine.number = getattr(self._mine, "number", 0), number
        try:
            yield
        finally:
            self._mine.number = outer
            with self._lock:
                del self._began[number]

    def long(self) -> int:
        """How many calls, other than the one that this thread answers, have lasted 20 seconds or more."""
        now, org_now = time.monotonic(), self._clock.now()
        mine = getattr(self._mine, "number", 0)
        with self._lock:
            began = [one for number, one in self._began.items() if number != mine]
        ages = (max(now - real, (org_now - moment).total_seconds()) for real, moment in began)
        return sum(age >= LONG_CALL_SECONDS for age in ages)

    def require_room(self) -> None:
        """Raises OrgError 403 REQUEST_LIMIT_EXCEEDED when too many long calls are under way."""
        if self.long() >= self.maximum:
            raise OrgError(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.")


def limits_body(calls: ApiCalls) -> dict[str, dict[str, int]]:
    """The answer of /limits."""
    body = {name: {"Max": most, "Remaining": most} for name, most in _OTHER_LIMITS.items()}
    body["DailyApiRequests"] = {"Max": calls.maximum, "Remaining": calls.remaining()}
    return dict(sorted(body.items()))
