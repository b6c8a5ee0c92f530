"""Ingest jobs of Bulk API 2.0 at the front desk: make one, upload its file, close it, see what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message
from email.parser import BytesParser
from typing import Any

from sfrouter.localorg import bulk_rest
from sfrouter.localorg.bulk_csv import CsvWriter
from sfrouter.localorg.bulk_job import ENDED, IngestJob, JobState, info
from sfrouter.localorg.bulk_results import ResultFile
from sfrouter.localorg.call import Call
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response, parse_json
from sfrouter.localorg.schema import ObjectType

OPERATIONS = ("insert", "delete", "hardDelete", "update", "upsert")
_SETTINGS = frozenset(
    {
        "operation",
        "object",
        "contentType",
        "columnDelimiter",
        "lineEnding",
        "externalIdFieldName",
        "assignmentRuleId",
    }
)
LONGEST_IN_ONE_CALL = 100_000
"""Characters of data that may come with the job itself, in a multipart request."""


def create(call: Call) -> Response:
    """POST /jobs/ingest, as JSON, or as multipart with the file: such a job is handed over at once."""
    kind = (call.request.header("content-type") or "").split(";")[0].strip().lower()
    if kind != "multipart/form-data":
        job = _new_job(call, bulk_rest.job_body(call, _SETTINGS))
        return Response.of_json(info(job, brief=True))
    told, content = _parts(call)
    job = _new_job(call, told)
    job.content = content
    call.org.bulk.queue(job)
    return Response.of_json(info(job, brief=True))


def _new_job(call: Call, told: Mapping[str, Any]) -> IngestJob:
    operation = bulk_rest.one_of(told, "operation", OPERATIONS)
    delimiter, line_ending = bulk_rest.delimiter_and_line_ending(told)
    named = told.get("object")
    kind = call.org.schema.object(named) if isinstance(named, str) else None
    if kind is None:
        raise OrgError(400, "INVALIDJOB", f"InvalidJob : Unable to find object: {named}")
    if operation == "hardDelete" and not call.org.bulk.hard_delete:
        sentence = (
            "FeatureNotEnabled : hardDelete operation requires special user profile permission, please contact"
            " your system administrator"
        )
        raise OrgError(400, "FEATURENOTENABLED", sentence)
    now = call.org.clock.stamp()
    job = IngestJob(
        id=call.org.bulk.next_id(),
        operation=operation,
        object_name=kind.name,
        user_id=call.user_id,
        version=call.version,
        delimiter=delimiter,
        line_ending=line_ending,
        created_at=now,
        changed_at=now,
        state=JobState.OPEN,
        external_id_field=_external_id_field(call, kind, told, operation),
        assignment_rule_id=_rule_id(call, kind, told),
    )
    call.org.bulk.add(job)
    return job


def _external_id_field(call: Call, kind: ObjectType, told: Mapping[str, Any], operation: str) -> str | None:
    name = told.get("externalIdFieldName")
    if operation != "upsert":
        if name is not None:
            raise OrgError(400, "INVALIDJOB", "InvalidJob : externalIdFieldName is for upsert only")
        return None
    found = kind.field(name) if isinstance(name, str) else None
    usable = found is not None and (found.external_id or found.id_lookup or found.type == "id")
    if found is None or not usable or not call.org.shows(call.user_id, kind.name, found.name):
        raise OrgError(400, "INVALIDJOB", f"InvalidJob : No external id field of {kind.name} is called {name}")
    return found.name


def _rule_id(call: Call, kind: ObjectType, told: Mapping[str, Any]) -> str | None:
    rule_id = told.get("assignmentRuleId")
    if rule_id is None:
        return None
    for rule in call.org.rules:
        if rule.object_name == kind.name and rule_id in (rule.id, rule.id[:15]):
            return rule.id
    raise OrgError(400, "INVALIDJOB", f"InvalidJob : {rule_id} is no assignment rule of {kind.name}")


def _parts(call: Call) -> tuple[Mapping[str, Any], bytes]:
    """The job and the file of a multipart request. Raises OrgError 400."""
    head = f"Content-Type: {call.request.header('content-type')}\r\n\r\n".encode("latin-1")
    message = BytesParser().parsebytes(head + call.request.body)
    listed = message.get_payload() if message.is_multipart() else []
    parts = {_name_of(one): _payload(one) for one in listed if isinstance(one, Message)}
    if set(parts) != {"job", "content"}:
        raise OrgError(400, "INVALIDJOB", "InvalidJob : The request needs the two parts job and content")
    if len(parts["content"]) > LONGEST_IN_ONE_CALL:
        sentence = f"InvalidJob : A multipart request carries at most {LONGEST_IN_ONE_CALL} characters of data"
        raise OrgError(400, "INVALIDJOB", sentence)
    told = parse_json(parts["job"])
    if not isinstance(told, dict):
        raise OrgError(400, "JSON_PARSER_ERROR", "The part job is not a JSON object")
    bulk_rest.check_known(told, _SETTINGS)
    return told, parts["content"]


def _name_of(part: Message) -> str:
    return str(part.get_param("name", "", header="content-disposition"))


def _payload(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def upload(call: Call) -> Response:
    """PUT /jobs/ingest/<id>/batches: the file, once."""
    job: IngestJob = bulk_rest.find_job(call, IngestJob)
    kind = (call.request.header("content-type") or "").split(";")[0].strip().lower()
    if kind != "text/csv":
        sentence = f"Content-Type header specified in HTTP request is not supported: {kind}"
        raise OrgError(415, "UNSUPPORTED_MEDIA_TYPE", sentence)
    if job.state != JobState.OPEN:
        raise OrgError(400, "INVALIDJOBSTATE", f"InvalidJobState : No data is taken: the state is {job.state}")
    if job.content is not None:
        raise OrgError(400, "INVALIDBATCH", f"Found multiple contents for job: <{job.id}>")
    if len(call.request.body) > call.org.bulk.largest_upload:
        raise OrgError(413, "EXCEEDED_MAX_SIZE_REQUEST", "The data exceeds 150 MB of base64 encoded content.")
    job.content = call.request.body
    return Response(201)


def read(call: Call) -> Response:
    """GET /jobs/ingest/<id>."""
    return Response.of_json(info(bulk_rest.find_job(call, IngestJob)))


def change_state(call: Call) -> Response:
    """PATCH /jobs/ingest/<id>: hand the job over, or abort it."""
    job: IngestJob = bulk_rest.find_job(call, IngestJob)
    wanted = bulk_rest.state_wanted(call, allowed=("UploadComplete", "Aborted"))
    if wanted == "Aborted":
        if job.state in ENDED:
            raise OrgError(400, "INVALIDJOBSTATE", "Aborting already Completed Job not allowed")
        call.org.bulk.abort(job)
        return Response.of_json(info(job, brief=True))
    if job.user_id != call.user_id:
        raise OrgError(403, "INVALIDUSER", "Only the user who created a job can close it")
    if job.state != JobState.OPEN:
        raise OrgError(400, "INVALIDJOBSTATE", f"Closing is for open jobs: the state is {job.state}")
    call.org.bulk.queue(job)
    return Response.of_json(info(job, brief=True))


def delete(call: Call) -> Response:
    """DELETE /jobs/ingest/<id>: any job but an open one, or one being worked on."""
    job: IngestJob = bulk_rest.find_job(call, IngestJob)
    if job.state not in {*ENDED, JobState.UPLOAD_COMPLETE}:
        sentence = "Error encountered when deleting the job because the job is not terminated"
        raise OrgError(400, "API_ERROR", sentence)
    call.org.bulk.remove(job)
    return Response(204)


def successful(call: Call) -> Response:
    """GET /jobs/ingest/<id>/successfulResults."""
    job: IngestJob = bulk_rest.find_job(call, IngestJob)
    return _results(call, job, job.successes, ("sf__Id", "sf__Created"))


def failed(call: Call) -> Response:
    """GET /jobs/ingest/<id>/failedResults."""
    job: IngestJob = bulk_rest.find_job(call, IngestJob)
    return _results(call, job, job.failures, ("sf__Id", "sf__Error"))


def unprocessed(call: Call) -> Response:
    """GET /jobs/ingest/<id>/unprocessedrecords."""
    job: IngestJob = bulk_rest.find_job(call, IngestJob)
    return _results(call, job, job.unprocessed, ())


def _results(call: Call, job: IngestJob, found: ResultFile | None, header: tuple[str, ...]) -> Response:
    if job.state not in ENDED:
        raise OrgError(400, "INVALIDJOBSTATE", f"The job has no results yet: its state is {job.state}")
    if found is None:
        found = ResultFile(CsvWriter(job.delimiter, job.line_ending).line(header) if header else b"")
    return bulk_rest.csv_answer(call, found.page())
