"""Query jobs of Bulk API 2.0 at the front desk: make one, ask for its state, fetch its rows set by set."""

from __future__ import annotations

import base64
import binascii

from sfrouter.localorg import bulk_rest
from sfrouter.localorg.bulk_job import ENDED, WAITING, JobState, QueryJob, info
from sfrouter.localorg.bulk_query import check_query
from sfrouter.localorg.bulk_results import ResultFile
from sfrouter.localorg.call import Call, not_found
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response

_SETTINGS = frozenset({"operation", "query", "contentType", "columnDelimiter", "lineEnding"})
_PAGES_A_CALL = 5
_PAGES_SINCE = 58.0


def create(call: Call) -> Response:
    """POST /jobs/query: the query is checked now and run later."""
    told = bulk_rest.job_body(call, _SETTINGS)
    operation = bulk_rest.one_of(told, "operation", ("query", "queryAll"))
    delimiter, line_ending = bulk_rest.delimiter_and_line_ending(told)
    query = told.get("query")
    if not isinstance(query, str) or not query.strip():
        raise OrgError(400, "MALFORMED_QUERY", "A query string has to be specified")
    org, now = call.org, call.org.clock.stamp()
    job = QueryJob(
        id=org.bulk.next_id(),
        operation=operation,
        object_name=check_query(org, call.user_id, call.version, query),
        user_id=call.user_id,
        version=call.version,
        delimiter=delimiter,
        line_ending=line_ending,
        created_at=now,
        changed_at=now,
        state=JobState.UPLOAD_COMPLETE,
        query=query,
    )
    org.bulk.add(job)
    org.bulk.queue(job)
    return Response.of_json(info(job, brief=True))


def read(call: Call) -> Response:
    """GET /jobs/query/<id>."""
    return Response.of_json(info(bulk_rest.find_job(call, QueryJob)))


def abort(call: Call) -> Response:
    """PATCH /jobs/query/<id> {"state": "Aborted"}."""
    job: QueryJob = bulk_rest.find_job(call, QueryJob)
    bulk_rest.state_wanted(call, allowed=("Aborted",))
    if job.state not in WAITING:
        raise OrgError(400, "INVALIDJOBSTATE", "Aborting already Completed Job not allowed")
    call.org.bulk.abort(job)
    return Response.of_json(info(job, brief=True))


def delete(call: Call) -> Response:
    """DELETE /jobs/query/<id>: only a job that has ended."""
    job: QueryJob = bulk_rest.find_job(call, QueryJob)
    if job.state not in ENDED:
        sentence = "Error encountered when deleting the job because the job is not terminated"
        raise OrgError(400, "API_ERROR", sentence)
    call.org.bulk.remove(job)
    return Response(204)


def results(call: Call) -> Response:
    """GET /jobs/query/<id>/results?locator=&maxRecords=: one set of rows, each with the header."""
    found, size = _results_of(call), _set_size(call)
    start = _position(call.request.parameters.get("locator"), len(found))
    end = min(len(found), start + size)
    headers = {
        "Sforce-NumberOfRecords": str(end - start),
        "Sforce-Locator": _locator(end) if end < len(found) else "null",
    }
    return bulk_rest.csv_answer(call, found.page(start, size), headers)


def result_pages(call: Call) -> Response:
    """GET /jobs/query/<id>/resultPages: up to five addresses of sets, to be fetched side by side."""
    if float(call.version) < _PAGES_SINCE:
        raise not_found()
    found, size = _results_of(call), call.org.bulk.page_size
    start = _position(call.request.parameters.get("locator"), len(found))
    place = f"{call.base}/jobs/query/{call.arguments['job']}"
    starts = list(range(start, len(found), size))
    rest = starts[_PAGES_A_CALL:]
    body = {
        "resultPages": [{"resultUrl": _set_url(place, one)} for one in starts[:_PAGES_A_CALL]],
        "nextRecordsUrl": f"{place}/resultPages?locator={_locator(rest[0])}" if rest else None,
        "done": not rest,
    }
    return Response.of_json(body)


def _set_url(place: str, start: int) -> str:
    return f"{place}/results" + (f"?locator={_locator(start)}" if start else "")


def _results_of(call: Call) -> ResultFile:
    job: QueryJob = bulk_rest.find_job(call, QueryJob)
    if job.version != call.version:
        sentence = f"Get the results with the API version of the job, {job.version}"
        raise OrgError(409, "INVALIDVERSION", sentence)
    if job.state != JobState.JOB_COMPLETE or job.results is None:
        raise OrgError(400, "INVALIDJOBSTATE", f"The job has no results: its state is {job.state}")
    return job.results


def _set_size(call: Call) -> int:
    text = call.request.parameters.get("maxRecords")
    if text is None:
        return call.org.bulk.page_size
    if not text.isdigit() or int(text) == 0:
        raise OrgError(400, "INVALID_QUERY_LOCATOR", f"maxRecords is a number above 0, not {text!r}")
    return int(text)


def _locator(start: int) -> str:
    """The position of a set as clients hand it back; theirs is not to guess what it means."""
    return base64.urlsafe_b64encode(str(start).encode()).decode().rstrip("=")


def _position(locator: str | None, total: int) -> int:
    if locator is None:
        return 0
    try:
        start = int(base64.b64decode(locator + "=" * (-len(locator) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as problem:
        raise _bad_locator(locator) from problem
    if not 0 < start < total or _locator(start) != locator:
        raise _bad_locator(locator)
    return start


def _bad_locator(locator: str) -> OrgError:
    return OrgError(400, "INVALID_QUERY_LOCATOR", f"invalid query locator: {locator}")
