"""SOQL queries over REST: the first page, the next ones by their locator, and what the columns are."""

from __future__ import annotations

import re
from typing import Any

from sfrouter.localorg.call import Call
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.soql_columns import describe_columns
from sfrouter.localorg.soql_run import QueryResult, run_query

SMALLEST_PAGE, LARGEST_PAGE = 200, 2_000
_BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d+)", re.IGNORECASE)
_FOR_VIEW = re.compile(r"\bFOR\s+(VIEW|REFERENCE)\b[\w\s]*\Z", re.IGNORECASE)


def query(call: Call) -> Response:
    """GET /query?q=: living rows only."""
    return _answer(call, deleted=False)


def query_all(call: Call) -> Response:
    """GET /queryAll?q=: the recycle bin too."""
    return _answer(call, deleted=True)


def more(call: Call) -> Response:
    """GET /query/<locator>: the next page."""
    cursor, start = call.org.cursors.find(call.arguments["locator"], call.session_token)
    page_size = min(_page_size(call, cursor.page_size), cursor.result.batch_size)
    records, end = _records(cursor.result, start, page_size)
    return Response.of_json(_body(call, cursor.result, records, end, cursor.id))


def found_by(call: Call, soql: str, *, deleted: bool = False) -> QueryResult:
    """What a query of the calling user finds; `deleted` is queryAll. Raises OrgError."""
    return run_query(
        call.org.store,
        call.org.schema,
        soql,
        user_id=call.user_id,
        deleted=deleted,
        api_version=call.version,
        batch_size=LARGEST_PAGE,
        visible_fields=call.org.visible_fields(call.user_id),
    )


def first_page(call: Call, soql: str, *, deleted: bool = False) -> Response:
    """The first page of a query, with a locator when there is more. Raises OrgError."""
    result = found_by(call, soql, deleted=deleted)
    page_size = min(_page_size(call, LARGEST_PAGE), result.batch_size)
    records, end = _records(result, 0, page_size)
    cursor_id = ""
    if end < result.total_size and not result.is_count:
        cursor_id = call.org.cursors.open(call.session_token, call.user_id, result, page_size).id
    if _FOR_VIEW.search(soql):
        _note_viewed(call, result, records)
    return Response.of_json(_body(call, result, records, end, cursor_id))


def _answer(call: Call, *, deleted: bool) -> Response:
    soql = call.request.parameters.get("q")
    if not soql or not soql.strip():
        raise OrgError(400, "MALFORMED_QUERY", "A query string has to be specified")
    if call.request.parameters.get("columns", "").lower() != "true":
        return first_page(call, soql, deleted=deleted)
    found_by(call, soql, deleted=deleted)
    columns = describe_columns(call.org.store, call.org.schema, soql, call.org.visible_fields(call.user_id))
    return Response.of_json(columns)


def _body(
    call: Call, result: QueryResult, records: list[dict[str, Any]], end: int, cursor_id: str
) -> dict[str, Any]:
    done = end >= result.total_size or result.is_count
    body: dict[str, Any] = {"totalSize": result.total_size, "done": done}
    if not done:
        body["nextRecordsUrl"] = f"{call.base}/query/{cursor_id}-{end}"
    return body | {"records": records}


def _records(result: QueryResult, start: int, size: int) -> tuple[list[dict[str, Any]], int]:
    """A page and where the next one starts. Child rows count towards its size; it has one parent at least."""
    records = result.records(start, size)
    end = start + size
    # A page may hold fewer records than its share: rows purged since the query ran are left out. Then
    # the places of the others are not known, and the page is not cut.
    if not result.has_children or len(records) < min(size, result.total_size - start):
        return records, end
    room = size
    for place, record in enumerate(records):
        room -= _rows_in(record)
        if room < 0 and place > 0:
            return records[:place], start + place
    return records, end


def _rows_in(record: dict[str, Any]) -> int:
    """A record and the child records in it."""
    children = (value["records"] for value in record.values() if isinstance(value, dict) and "records" in value)
    return 1 + sum(_rows_in(one) for listed in children for one in listed)


def _page_size(call: Call, usual: int) -> int:
    """Rows a page: what Sforce-Query-Options asks for, brought into 200 to 2,000."""
    found = _BATCH_SIZE.search(call.request.header("Sforce-Query-Options") or "")
    return usual if found is None else max(SMALLEST_PAGE, min(LARGEST_PAGE, int(found[1])))


def _note_viewed(call: Call, result: QueryResult, records: list[dict[str, Any]]) -> None:
    """FOR VIEW and FOR REFERENCE put the records found on the caller's list of recently used ones."""
    kind = call.org.schema.object(result.object_name)
    for record in records:
        url = record.get("attributes", {}).get("url", "")
        if kind is not None and kind.mru_enabled and url:
            call.org.recent.note(call.user_id, kind.name, url.rpartition("/")[2])
