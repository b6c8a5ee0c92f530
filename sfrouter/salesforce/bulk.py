"""Reads very many rows at once: the org runs the query as a job of Bulk API 2.0 and its result is fetched as CSV.

A job costs a handful of calls where pages cost one each 2,000 rows. Whatever goes wrong with it ends in one kind
of failure, after which the same rows are read page by page: nothing depends on this way.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sfrouter.base.clock import Clock
from sfrouter.base.log import logger
from sfrouter.salesforce.answers import CallError
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.csv_pages import Columns, CsvPageError, Describe, rows_of_page
from sfrouter.salesforce.door import Door
from sfrouter.salesforce.errors import (
    BulkFailedError,
    DailyLimitError,
    FieldMissingError,
    GatewayError,
    ObjectMissingError,
    SignInRefusedError,
)
from sfrouter.salesforce.library import CsvPage
from sfrouter.salesforce.reading import Row, object_of

ROWS_A_PAGE = 10_000
FEW_COLUMNS, MORE_OF_FEW = 4, 5
"""Of narrow rows, as ids to compare, so many times more fit into a page: each page is a call."""
FIRST_LOOK, LONGEST_LOOK = 1.0, 20.0
"""Seconds between two questions for a job's state: at first, and at most."""
_JOBS = "jobs/query"
_ID = re.compile(r"[A-Za-z0-9]{15,18}")
_LOCATOR = re.compile(r"[A-Za-z0-9_~=.+/-]{1,500}")
_GOES_ON = frozenset({"UploadComplete", "InProgress"})
log = logger("salesforce")


def rows_a_page(soql: str) -> int:
    """How many rows of a query's result are asked for at once."""
    columns = soql.partition(" FROM ")[0].count(",") + 1
    return ROWS_A_PAGE * (MORE_OF_FEW if columns <= FEW_COLUMNS else 1)


class BulkReader:
    """Runs queries as jobs. `query_seconds` limits the waiting for a job, and again for its pages.

    `waiting` is called at each look for a job's state: the wait may be longer than a watchdog's patience. What it
    raises ends the wait.
    """

    def __init__(self, door: Door, clock: Clock, describe: Describe, *, query_seconds: float) -> None:
        self._door = door
        self._clock = clock
        self._describe = describe
        self._query_seconds = query_seconds
        self.waiting: Callable[[], None] = lambda: None

    def rows(self, soql: str, *, deleted: bool) -> Iterator[Row]:
        """All rows in the order of the query, as it was when the job ran.

        Raises BulkFailedError, also in the middle: what came before is right and in order, unless it is doubtful.
        Raises DailyLimitError and SignInRefusedError, as no other way of asking helps then.
        """
        job = ""
        try:
            job = self._create(soql, deleted=deleted)
            total = self._wait(job)
            yield from self._pages(job, soql, total)
        except (DailyLimitError, SignInRefusedError, BulkFailedError):
            raise
        except CallError as trouble:
            raise BulkFailedError(trouble.words, code=trouble.code, object_name=object_of(soql)) from None
        except CsvPageError as odd:
            raise BulkFailedError(str(odd), object_name=object_of(soql), doubtful=True) from None
        finally:
            if job:
                self._clear_away(job)

    def _create(self, soql: str, *, deleted: bool) -> str:
        operation = "queryAll" if deleted else "query"
        body = {"operation": operation, "query": soql, "lineEnding": "LF", "columnDelimiter": "COMMA"}
        made = self._door.ask(CallKind.BULK_JOB, lambda library: library.post(_JOBS, body, headers={}))
        job = made.get("id") if isinstance(made, dict) else None
        if not isinstance(job, str) or not _ID.fullmatch(job):  # it becomes part of an address
            raise CallError(status=200, message="the org names no job")
        log.info("bulk_query_begun", object=object_of(soql))
        return job

    def _wait(self, job: str) -> int:
        """Until the job is complete; gives how many rows it has. A job that takes too long is given up."""
        ends, pause = self._clock.monotonic() + self._query_seconds, FIRST_LOOK
        while True:
            told: Any = self._door.ask(CallKind.BULK_JOB, lambda library: library.get(f"{_JOBS}/{job}"))
            state = told.get("state") if isinstance(told, dict) else None
            if state == "JobComplete":
                rows = told.get("numberRecordsProcessed")
                if isinstance(rows, bool) or not isinstance(rows, int) or rows < 0:
                    raise CallError(status=200, message="the job does not say how many rows it has")
                return rows
            if state not in _GOES_ON:
                raise CallError(status=200, message=f"the job ended as {str(state)[:40]}")
            if self._clock.monotonic() + pause > ends:
                raise CallError(status=200, message=f"the job took longer than {self._query_seconds:.0f} s")
            self.waiting()
            self._clock.sleep(pause)
            pause = min(LONGEST_LOOK, pause * 1.5)

    def _pages(self, job: str, soql: str, total: int) -> Iterator[Row]:
        columns = Columns(object_of(soql), partial(_described, self._describe))
        locator: str | None = None
        seen: set[str] = set()
        got, waited = 0, 0.0
        while True:
            started = self._clock.monotonic()
            page = self._fetch(job, locator, rows_a_page(soql))
            waited += self._clock.monotonic() - started
            rows = list(rows_of_page(page.body, columns))
            got += len(rows)
            if len(rows) != page.rows or got > total:
                raise CsvPageError("a page of the result has more or fewer rows than it says")
            yield from rows
            locator = page.locator
            if locator is None:
                break
            if not rows or locator in seen or not _LOCATOR.fullmatch(locator):
                raise CsvPageError("the pages of the result do not come to an end")
            if waited > self._query_seconds:
                raise CsvPageError(f"the pages took longer than {self._query_seconds:.0f} s")
            seen.add(locator)
        if got != total:
            raise CsvPageError(f"{got} rows came where {total} were promised")

    def _fetch(self, job: str, locator: str | None, most: int) -> CsvPage:
        """One page. Its locator belongs to the job, not to the session: after a new sign-in it still holds."""
        wanted = {"maxRecords": str(most), **({"locator": locator} if locator else {})}
        path = f"{_JOBS}/{job}/results"
        return self._door.ask(CallKind.BULK_ROWS, lambda library: library.csv(path, wanted))

    def _clear_away(self, job: str) -> None:
        """The result holds people's data and would lie in the org for a week: it is deleted, if that works."""
        try:
            self._door.tell(CallKind.BULK_JOB, lambda library: library.delete(f"{_JOBS}/{job}", {}))
        except (CallError, GatewayError):
            log.info("bulk_job_left", why="the org deletes it by itself after seven days")


def _described(describe: Describe, object_name: str) -> Any:
    try:
        return describe(object_name)
    except (ObjectMissingError, FieldMissingError):
        return {}
