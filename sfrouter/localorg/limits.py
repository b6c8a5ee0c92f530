"""How many API calls the org has answered in the last 24 hours, and what is left."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Any

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.errors import OrgError

DAY = timedelta(hours=24)
DEVELOPER_DAILY_CALLS = 15_000
"""Calls a day of a Developer Edition org; an Enterprise org has 100,000 and more."""

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


def limits_body(calls: ApiCalls) -> dict[str, dict[str, int]]:
    """The answer of /limits."""
    body = {name: {"Max": most, "Remaining": most} for name, most in _OTHER_LIMITS.items()}
    body["DailyApiRequests"] = {"Max": calls.maximum, "Remaining": calls.remaining()}
    return dict(sorted(body.items()))
