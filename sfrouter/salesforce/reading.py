"""Reads the rows of a query page by page, and believes an answer only when its pages add up."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from sfrouter.base.clock import Clock
from sfrouter.base.log import logger
from sfrouter.salesforce.addresses import is_safe_next_page
from sfrouter.salesforce.answers import CallError
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.door import Door, public_error
from sfrouter.salesforce.errors import (
    FieldMissingError,
    GatewayError,
    ObjectMissingError,
    QueryFailedError,
    VersionRetiredError,
)
from sfrouter.salesforce.faults import Verdict

Row = Mapping[str, Any]

_FROM = re.compile(r"\bFROM\s+([A-Za-z]\w*)(?![^(]*\))", re.IGNORECASE)
_NO_COLUMN = re.compile(r"No such column '([\w.]+)' on (?:entity|sobject of type) '?(\w+)'?")
_NO_RELATION = re.compile(r"[Dd]idn't understand relationship '(\w+)'")

log = logger("salesforce")


@dataclass(frozen=True, slots=True)
class Page:
    """One checked page: its rows without the platform's own marks, the whole size, and where the next one is."""

    rows: tuple[dict[str, Any], ...]
    total: int
    next_path: str | None


class Given:
    """The ids of the rows that a query has given so far, wanted only if it must be asked anew.

    They are kept in one piece: as texts, those of half a million records would take 60 MB.
    """

    def __init__(self) -> None:
        self._kept = bytearray()

    def add(self, record_id: str) -> None:
        """One more."""
        self._kept += record_id.encode("utf-8", "surrogatepass")
        self._kept += b"\n"

    def ids(self) -> frozenset[str]:
        """All so far."""
        return frozenset(self._kept.decode("utf-8", "surrogatepass").split("\n")[:-1])


class QueryReader:
    """Runs queries. `page_size` (200 to 2,000) is a wish; `query_seconds` limits the waiting for all pages."""

    def __init__(self, door: Door, clock: Clock, *, page_size: int, query_seconds: float) -> None:
        self._door = door
        self._clock = clock
        self._headers = {"Sforce-Query-Options": f"batchSize={min(2000, max(200, page_size))}"}
        self._query_seconds = query_seconds

    def rows(self, soql: str, *, deleted: bool) -> Iterator[Row]:
        """All rows, each record once. When it raises, nothing of what it gave may be kept.

        The query is asked anew, once, when its pages were lost (session ended, locator gone: F08, F09);
        rows may then come in another order than ORDER BY, as those given before are left out.
        """
        given, before, nameless = Given(), frozenset[str](), False
        for last_chance in (False, True):
            try:
                for row in self._one_run(soql, deleted=deleted):
                    record_id = row.get("Id")
                    if not isinstance(record_id, str):
                        nameless = True
                    elif record_id in before:
                        continue
                    else:
                        given.add(record_id)
                    yield row
                return
            except CallError as trouble:
                lost = trouble.verdict(writing=False) is Verdict.RESTART_QUERY
                if last_chance or nameless or not lost:
                    raise self._public(trouble, soql) from None
                before = given.ids()
                log.info("query_restarted", object=object_of(soql), code=trouble.code, given=len(before))

    def count(self, soql: str) -> int:
        """The answer to a SELECT COUNT()."""
        try:
            body = self._door.ask(
                CallKind.QUERY, lambda library: library.query(soql, deleted=False, headers=self._headers)
            )
        except CallError as trouble:
            raise self._public(trouble, soql) from None
        total = body.get("totalSize") if isinstance(body, dict) else None
        if not _is_count(total) or body.get("done") is not True:
            raise _does_not_add_up(soql, "the answer holds no count")
        return total

    def _one_run(self, soql: str, *, deleted: bool) -> Iterator[dict[str, Any]]:
        waited = 0.0
        got = 0
        page: Page | None = None
        while page is None or page.next_path is not None:
            started = self._clock.monotonic()
            following = self._fetch(soql, page.next_path if page else None, deleted=deleted)
            waited += self._clock.monotonic() - started
            if page is not None and following.total != page.total:
                raise _does_not_add_up(soql, "the number of rows changed between pages")
            page = following
            got += len(page.rows)
            self._check(soql, page, got, waited)
            yield from page.rows
        if got != page.total:
            raise _does_not_add_up(soql, f"{got} rows came where {page.total} were promised")

    def _fetch(self, soql: str, path: str | None, *, deleted: bool) -> Page:
        if path is None:
            body = self._door.ask(
                CallKind.QUERY, lambda library: library.query(soql, deleted=deleted, headers=self._headers)
            )
        else:
            body = self._more(path)
        return page_of(body, soql)

    def _more(self, path: str) -> Any:
        try:
            return self._door.ask(
                CallKind.QUERY_MORE,
                lambda library: library.more(path, headers=self._headers),
                repeat_after_sign_in=False,
            )
        except CallError as trouble:
            if trouble.code != "NOT_FOUND":
                raise
            # The first page was there, so it is not the version: this page is gone, as a lost locator's is.
            raise CallError(status=404, code="INVALID_QUERY_LOCATOR", message=trouble.message) from None

    def _check(self, soql: str, page: Page, got: int, waited: float) -> None:
        if got > page.total:
            raise _does_not_add_up(soql, "more rows came than were promised")
        if page.next_path is None:
            return
        if not page.rows:  # a page that brings nothing would let us walk in a circle
            raise _does_not_add_up(soql, "the pages do not come to an end")
        if waited > self._query_seconds:
            raise QueryFailedError(
                f"the pages took longer than {self._query_seconds:.0f} s",
                object_name=object_of(soql),
                verdict=Verdict.SPLIT,
            )

    def _public(self, trouble: CallError, soql: str) -> GatewayError:
        """The failure of a query as other rooms see it, with the object's name but never the query."""
        name = object_of(soql)
        verdict = trouble.verdict(writing=False)
        if trouble.code == "INVALID_FIELD":
            field, entity = missing_field(trouble.message)
            return FieldMissingError(field, entity or name)
        if trouble.code == "INVALID_TYPE":
            return ObjectMissingError(name)
        if trouble.code == "NOT_FOUND":
            # The query resource itself is always there, unless the version is not.
            return VersionRetiredError(self._door.version)
        if verdict in (Verdict.SPLIT, Verdict.BUG, Verdict.RESTART_QUERY, Verdict.PARK, Verdict.NO_ACCESS):
            return QueryFailedError(
                f"the org refused the query, HTTP {trouble.status}",
                code=trouble.code,
                object_name=name,
                verdict=verdict,
            )
        return public_error(trouble, self._door.version)


def page_of(body: Any, soql: str) -> Page:
    """The page in an answer. Raises QueryFailedError when its parts contradict each other (F10)."""
    if not isinstance(body, dict):
        raise _does_not_add_up(soql, "the answer is no page of rows")
    total, done, records = (body.get(name) for name in ("totalSize", "done", "records"))
    path = body.get("nextRecordsUrl")
    if not _is_count(total) or not isinstance(done, bool) or not isinstance(records, list):
        raise _does_not_add_up(soql, "the answer is no page of rows")
    if done and path is not None:
        raise _does_not_add_up(soql, "the last page names a further one")
    if not done and not is_safe_next_page(path):
        raise _does_not_add_up(soql, "the address of the next page is missing or not one of the org's")
    if not all(isinstance(record, dict) for record in records):
        raise _does_not_add_up(soql, "a row is no row")
    return Page(tuple(_plain(record, soql) for record in records), total, path)


def object_of(soql: str) -> str:
    """The object a query asks for, '' when that cannot be told."""
    found = _FROM.search(soql)
    return found[1] if found else ""


def missing_field(message: str) -> tuple[str, str]:
    """Field and object out of the org's sentence 'No such column ...', '' for what it does not say."""
    column = _NO_COLUMN.search(message)
    if column:
        return column[1], column[2]
    relation = _NO_RELATION.search(message)
    return (relation[1] if relation else ""), ""


def _plain(value: dict[str, Any], soql: str) -> dict[str, Any]:
    """The record without `attributes`, also inside parents and lists of children."""
    return {key: _plain_value(item, soql) for key, item in value.items() if key != "attributes"}


def _plain_value(value: Any, soql: str) -> Any:
    if isinstance(value, list):
        return [_plain_value(item, soql) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("done") is False and "records" in value:
        raise _does_not_add_up(soql, "a list of children is cut off")
    return _plain(value, soql)


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _does_not_add_up(soql: str, what: str) -> QueryFailedError:
    return QueryFailedError(what, object_name=object_of(soql))
