"""SOQL queries over REST: the first page, and the next ones by their locator."""

from __future__ import annotations

import re
from typing import Any

from sfrouter.localorg.call import Call
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.soql_run import QueryResult, run_query

SMALLEST_PAGE, LARGEST_PAGE = 200, 2_000
_BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d+)", re.IGNORECASE)


def query(call: Call) -> Response:
    """GET /query?q=: living rows only."""
    return _first_page(call, deleted=False)


def query_all(call: Call) -> Response:
    """GET /queryAll?q=: the recycle bin too."""
    return _first_page(call, deleted=True)


def more(call: Call) -> Response:
    """GET /query/<locator>: the next page."""
    cursor, start = call.org.cursors.find(call.arguments["locator"], call.session_token)
    page_size = min(_page_size(call, cursor.page_size), cursor.result.batch_size)
    return Response.of_json(_page(call, cursor.result, start, page_size, cursor.id))


def _first_page(call: Call, *, deleted: bool) -> Response:
    text = call.request.parameters.get("q")
    if not text or not text.strip():
        raise OrgError(400, "MALFORMED_QUERY", "A query string has to be specified")
    result = run_query(
        call.org.store,
        call.org.schema,
        text,
        user_id=call.user_id,
        deleted=deleted,
        api_version=call.version,
        batch_size=LARGEST_PAGE,
        visible_fields=call.org.visible_fields(call.user_id),
    )
    page_size = min(_page_size(call, LARGEST_PAGE), result.batch_size)
    cursor_id = ""
    if result.total_size > page_size and not result.is_count:
        cursor_id = call.org.cursors.open(call.session_token, call.user_id, result, page_size).id
    return Response.of_json(_page(call, result, 0, page_size, cursor_id))


def _page(call: Call, result: QueryResult, start: int, size: int, cursor_id: str) -> dict[str, Any]:
    records = result.records(start, size)
    # A page may hold fewer records than its share: rows purged since the query ran are left out.
    end = start + size
    done = end >= result.total_size or result.is_count
    body: dict[str, Any] = {"totalSize": result.total_size, "done": done}
    if not done:
        body["nextRecordsUrl"] = f"{call.base}/query/{cursor_id}-{end}"
    return body | {"records": records}


def _page_size(call: Call, usual: int) -> int:
    """Rows a page: what Sforce-Query-Options asks for, brought into 200 to 2,000."""
    found = _BATCH_SIZE.search(call.request.header("Sforce-Query-Options") or "")
    return usual if found is None else max(SMALLEST_PAGE, min(LARGEST_PAGE, int(found[1])))
