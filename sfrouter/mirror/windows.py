"""Reads what changed in smaller spans of time, when the org finds it too much at once (QUERY_TIMEOUT and kin)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sfrouter.base.clock import Clock
from sfrouter.base.log import logger
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.ask import Org, rows_since
from sfrouter.mirror.convert import moment, value_at
from sfrouter.salesforce.errors import BulkFailedError, QueryFailedError
from sfrouter.salesforce.faults import Verdict

PARTS = 4
"""Each span that is too much is tried as so many: seven tries lead from a quarter of a century to a day."""
SHORTEST = timedelta(seconds=1)
OLDEST = datetime(1999, 3, 1, tzinfo=UTC)
"""No org is older."""
_JOBS_AGAIN = timedelta(days=1)
Rows = Iterator[Mapping[str, Any]]
_log = logger("mirror")


class Windows:
    """Remembers, for the life of the process, how long a span the org can answer for each noun, and for a day that
    a bulk job failed."""

    def __init__(self, org: Org, clock: Clock) -> None:
        self._org = org
        self._clock = clock
        self._widths: dict[str, timedelta] = {}
        self._no_bulk_until: dict[str, float] = {}  # monotonic

    def rows(
        self, object_map: ObjectMap, since: datetime | None, now: datetime, *, loading: bool, bulk: bool = False
    ) -> Rows:
        """All rows changed at or after `since`, oldest first, in as few queries as the org allows.

        `now` is the org's time. Rows at the border of two spans may come twice. `bulk`: they are many, so a bulk
        job is tried first, unless one failed lately; the pages go on behind its last row. Raises what the gateway
        raises, its refusal too when even a second is too much, and BulkFailedError when rows came that are in
        doubt: then all is to be read once more.
        """
        start = since
        if bulk and self.takes_jobs(object_map.noun):
            last: datetime | None = None
            try:
                for row in self._ask_bulk(object_map, since, loading=loading):
                    last = moment(value_at(row, object_map.api("stamp"))) or last
                    yield row
            except BulkFailedError as failure:
                self.no_more_jobs(object_map.noun, failure)
                if failure.doubtful and last is not None:
                    raise
                start = last or since
            else:
                return
        yield from self._in_spans(object_map, start, now, loading=loading)

    def takes_jobs(self, noun: str) -> bool:
        """Has no bulk job failed for this noun within a day?"""
        return self._clock.monotonic() >= self._no_bulk_until.get(noun, 0.0)

    def no_more_jobs(self, noun: str, failure: BulkFailedError) -> None:
        """A job failed: for a day from now on the noun is read by pages."""
        _log.warning("bulk_query_failed", noun=noun, what=failure.what)
        self._no_bulk_until[noun] = self._clock.monotonic() + _JOBS_AGAIN.total_seconds()

    def _in_spans(self, object_map: ObjectMap, start: datetime | None, now: datetime, *, loading: bool) -> Rows:
        while True:
            end = self._end(object_map.noun, start, now)
            last: datetime | None = None
            try:
                for row in self._ask(object_map, start, end, loading=loading):
                    last = moment(value_at(row, object_map.api("stamp"))) or last
                    yield row
            except QueryFailedError as failure:
                if failure.verdict is not Verdict.SPLIT:
                    raise
                start = self._narrowed(object_map.noun, start, end or now, last, failure)
                continue
            if end is None:
                return
            self._widths[object_map.noun] *= 2  # a busy hour need not be followed by another
            start = end

    def _ask(self, object_map: ObjectMap, start: datetime | None, end: datetime | None, *, loading: bool) -> Rows:
        soql = rows_since(object_map, start, loading=loading, before=end)
        return self._org.query(soql, deleted=bool(object_map.apis("deleted")))

    def _ask_bulk(self, object_map: ObjectMap, since: datetime | None, *, loading: bool) -> Rows:
        soql = rows_since(object_map, since, loading=loading)
        return self._org.query_bulk(soql, deleted=bool(object_map.apis("deleted")))

    def _end(self, noun: str, start: datetime | None, now: datetime) -> datetime | None:
        """Where the next span ends; None: it goes on to the newest row."""
        width = self._widths.get(noun)
        if width is None or start is None:
            return None
        end = start + width
        return end if end < now else None

    def _narrowed(
        self, noun: str, start: datetime | None, end: datetime, last: datetime | None, failure: QueryFailedError
    ) -> datetime:
        """Where to go on, with shorter spans; rows that came before the refusal are kept: they came in order."""
        begin = last or start or OLDEST
        width = max((end - begin) / PARTS, SHORTEST)
        if begin == start and end - begin <= SHORTEST:
            self._widths.pop(noun, None)  # else every later reading would go by the second
            raise failure
        self._widths[noun] = timedelta(seconds=max(1, int(width.total_seconds())))
        _log.info("window_split", noun=noun, code=failure.code, seconds=self._widths[noun].total_seconds())
        return begin
