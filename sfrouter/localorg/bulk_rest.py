"""What the jobs of Bulk API 2.0 share at the front desk: finding and listing them, settings, CSV answers."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from sfrouter.localorg.bulk_csv import DELIMITERS, LINE_ENDINGS
from sfrouter.localorg.bulk_job import Job, info
from sfrouter.localorg.call import Call, not_found
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.ids import make_id
from sfrouter.localorg.world_defaults import SYSTEM_ADMINISTRATOR

MOST_JOBS = 1_000
"""Jobs a page of the list of jobs (guide, Get Information About All Jobs)."""

_LIST_ID = make_id("01g", 62**8)


def find_job(call: Call, kind: type[Job]) -> Any:
    """The job that the path names.

    Raises OrgError: 404 for an unknown, deleted or other kind of job, 403 INVALIDUSER for one of another user
    (an administrator may see to every job).
    """
    job = call.org.bulk.find(call.arguments["job"])
    if not isinstance(job, kind):
        raise not_found()
    if job.user_id != call.user_id and not _is_administrator(call):
        raise OrgError(403, "INVALIDUSER", "The job was created by another user")
    return job


def _is_administrator(call: Call) -> bool:
    user = call.org.store.get("User", call.user_id)
    profile = call.org.store.get("Profile", user["ProfileId"]) if user and user.get("ProfileId") else None
    return profile is not None and profile.get("Name") == SYSTEM_ADMINISTRATOR


def listed(call: Call) -> Response:
    """GET /jobs/query and /jobs/ingest: every job of the org, of one kind with `jobType`."""
    parameters = call.request.parameters
    wanted = parameters.get("jobType")
    shown = [info(job, brief=True) | {"jobType": _type_of(job)} for job in call.org.bulk]
    shown = [one for one in shown if wanted in (None, one["jobType"])]
    start = _start(parameters.get("queryLocator"))
    end = start + MOST_JOBS
    body: dict[str, Any] = {"done": end >= len(shown), "records": shown[start:end], "nextRecordsUrl": None}
    if not body["done"]:
        more = {"jobType": wanted} if wanted is not None else {}
        query = urlencode(more | {"queryLocator": f"{_LIST_ID}-{end}"})
        body["nextRecordsUrl"] = f"/{call.request.path.strip('/')}?{query}"
    return Response.of_json(body)


def _type_of(job: Job) -> str:
    return "V2Query" if job.operation in {"query", "queryAll"} else "V2Ingest"


def _start(locator: str | None) -> int:
    if locator is None:
        return 0
    name, _, offset = locator.partition("-")
    if name != _LIST_ID or not offset.isdigit():
        raise OrgError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    return int(offset)


def delimiter_and_line_ending(told: Mapping[str, Any]) -> tuple[str, str]:
    """How a job's files are written. Raises OrgError for another delimiter, line ending or content type."""
    delimiter = one_of(told, "columnDelimiter", DELIMITERS, "COMMA")
    line_ending = one_of(told, "lineEnding", LINE_ENDINGS, "LF")
    one_of(told, "contentType", ("CSV",), "CSV")
    return delimiter, line_ending


def one_of(told: Mapping[str, Any], name: str, known: Any, usual: str | None = None) -> str:
    """A setting that is one of a few words. Raises OrgError 400 for another, or when it is missing."""
    value = told.get(name) or usual
    if not isinstance(value, str) or value not in known:
        shown = "is missing" if value is None else f"cannot be {value!r}"
        raise OrgError(400, "INVALIDJOB", f"InvalidJob : {name} {shown}. It is one of {', '.join(known)}")
    return value


def job_body(call: Call, known: frozenset[str]) -> Mapping[str, Any]:
    """The JSON of a request about a job. Raises OrgError JSON_PARSER_ERROR for what is not known."""
    body = call.request.json()
    if not isinstance(body, dict):
        raise OrgError(400, "JSON_PARSER_ERROR", "The request body is not a JSON object")
    check_known(body, known)
    return body


def check_known(body: Mapping[str, Any], known: frozenset[str]) -> None:
    """Refuse settings that a job does not have. Raises OrgError JSON_PARSER_ERROR."""
    for name in body:
        if name not in known:
            raise OrgError(400, "JSON_PARSER_ERROR", f'Unrecognized field "{name}", not marked as ignorable')


def state_wanted(call: Call, *, allowed: tuple[str, ...]) -> str:
    """The state that a PATCH asks for. Raises OrgError INVALIDJOBSTATE for another than those allowed."""
    told = job_body(call, frozenset({"state"}))
    if told.get("state") not in allowed:
        raise OrgError(400, "INVALIDJOBSTATE", f"The state of a job can be set to {' or '.join(allowed)} only")
    return str(told["state"])


def csv_answer(call: Call, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    """Records as CSV, compressed when the client takes gzip."""
    sent = {"Content-Type": "text/csv; charset=UTF-8"} | dict(headers or {})
    accepted = (call.request.header("accept-encoding") or "").lower()
    if "gzip" in {one.split(";")[0].strip() for one in accepted.split(",")}:
        sent["Content-Encoding"] = "gzip"
        body = gzip.compress(body, compresslevel=1, mtime=0)
    return Response(200, sent, body)
