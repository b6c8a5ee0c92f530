"""One bulk job: what it is told to do, in which state it is, and how answers tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sfrouter.localorg.bulk_results import ResultFile


class JobState(StrEnum):
    """The states of a job (guide, Job States)."""

    OPEN = "Open"
    UPLOAD_COMPLETE = "UploadComplete"
    IN_PROGRESS = "InProgress"
    JOB_COMPLETE = "JobComplete"
    FAILED = "Failed"
    ABORTED = "Aborted"


ENDED = frozenset({JobState.JOB_COMPLETE, JobState.FAILED, JobState.ABORTED})
WAITING = frozenset({JobState.UPLOAD_COMPLETE, JobState.IN_PROGRESS})


@dataclass(kw_only=True)
class Job:
    """What queries and uploads have in common. `queued_at` is when it was handed over for processing."""

    id: str
    operation: str
    object_name: str
    user_id: str
    version: str
    delimiter: str
    line_ending: str
    created_at: datetime
    changed_at: datetime
    state: JobState
    queued_at: datetime | None = None
    error: str | None = None
    processed: int = 0
    milliseconds: int = 0

    def files(self) -> list[ResultFile]:
        """The result files it has, to be closed with it."""
        return []


@dataclass(kw_only=True)
class QueryJob(Job):
    """A query whose rows are fetched as CSV, set by set."""

    query: str
    results: ResultFile | None = None

    def files(self) -> list[ResultFile]:
        return [self.results] if self.results is not None else []


@dataclass(kw_only=True)
class IngestJob(Job):
    """Rows to insert, update, upsert or delete. `content` is the uploaded file, until it is processed."""

    external_id_field: str | None = None
    assignment_rule_id: str | None = None
    content: bytes | None = None
    failed: int = 0
    successes: ResultFile | None = None
    failures: ResultFile | None = None
    unprocessed: ResultFile | None = None

    def files(self) -> list[ResultFile]:
        return [one for one in (self.successes, self.failures, self.unprocessed) if one is not None]


def info(job: Job, *, brief: bool = False) -> dict[str, Any]:
    """A job as answers tell it; `brief` is the shape of creation, abort and lists."""
    shown: dict[str, Any] = {
        "id": job.id,
        "operation": job.operation,
        "object": job.object_name,
        "createdById": job.user_id,
        "createdDate": _moment(job.created_at),
        "systemModstamp": _moment(job.changed_at),
        "state": str(job.state),
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(job.version),
    }
    if isinstance(job, IngestJob):
        shown |= _ingest_part(job)
    elif not brief:
        shown["jobType"] = "V2Query"
    shown |= {"lineEnding": job.line_ending, "columnDelimiter": job.delimiter}
    if not brief:
        shown |= _progress(job)
    if job.error is not None:
        shown["errorMessage"] = job.error
    return shown


def _ingest_part(job: IngestJob) -> dict[str, Any]:
    shown: dict[str, Any] = {"jobType": "V2Ingest"}
    if job.state == JobState.OPEN:
        shown["contentUrl"] = f"services/data/v{job.version}/jobs/ingest/{job.id}/batches"
    if job.external_id_field is not None:
        shown["externalIdFieldName"] = job.external_id_field
    if job.assignment_rule_id is not None:
        shown["assignmentRuleId"] = job.assignment_rule_id
    return shown


def _progress(job: Job) -> dict[str, Any]:
    shown: dict[str, Any] = {"numberRecordsProcessed": job.processed, "retries": 0}
    shown["totalProcessingTime"] = job.milliseconds
    if isinstance(job, IngestJob):
        shown["numberRecordsFailed"] = job.failed
        shown |= {"apiActiveProcessingTime": job.milliseconds, "apexProcessingTime": 0}
    else:
        shown["isPkChunkingSupported"] = True
    return shown


def _moment(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
