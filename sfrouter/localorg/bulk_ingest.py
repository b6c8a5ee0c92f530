"""Ingest jobs of Bulk API 2.0: every row of an uploaded file through the same rules as a REST write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from sfrouter.localorg import bulk_headers, writes
from sfrouter.localorg.bulk_csv import CsvError, CsvFile, CsvRow, CsvWriter
from sfrouter.localorg.bulk_job import IngestJob, JobState
from sfrouter.localorg.bulk_results import ResultFile
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.ids import normalise
from sfrouter.localorg.schema import Field, ObjectType
from sfrouter.localorg.write_fields import read_value
from sfrouter.localorg.writes import Writer

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

CHUNK = 200
"""Rows a transaction: a bulk job is worked off in chunks of so many (limits, Apex transactions)."""

NULL = "#N/A"
"""What a file writes to empty a field; an empty value leaves the field alone (Prepare CSV Files)."""


@dataclass(frozen=True, slots=True)
class _Done:
    """One row that went through."""

    row: CsvRow
    id: str
    created: bool


@dataclass(frozen=True, slots=True)
class _Failed:
    """One row that was refused: its id, if it has one, and the sentence of sf__Error."""

    row: CsvRow
    id: str
    error: str


_Outcome = _Done | _Failed


def process(org: Org, job: IngestJob) -> None:
    """Work an uploaded job off, chunk by chunk. A file that cannot be read at all fails the job."""
    try:
        _process(org, job)
    except CsvError as problem:
        job.error = str(problem)
        job.state = JobState.FAILED
        if job.unprocessed is None:
            leave_unprocessed(job)
    finally:
        job.content = None


def leave_unprocessed(job: IngestJob) -> None:
    """Put every row of a job that ends unprocessed where its client finds it."""
    if job.content is None or job.unprocessed is not None:
        return
    try:
        file = CsvFile(job.content, job.delimiter, job.line_ending)
        _open_results(job, file.header)
        _leave(job, file)
    except CsvError:
        return
    finally:
        job.content = None


def _process(org: Org, job: IngestJob) -> None:
    kind = org.schema.object(job.object_name)
    if kind is None or job.content is None:
        raise CsvError("InvalidBatch : The job has no data" if kind else "InvalidJob : Unable to find object")
    file = CsvFile(job.content, job.delimiter, job.line_ending)
    columns = bulk_headers.read_header(org, job, kind, file.header)
    _open_results(job, file.header)
    write = _writer_of(org, job, kind, columns)
    rows = iter(file)
    while chunk := list(islice(rows, min(CHUNK, org.bulk.records_left()))):
        org.bulk.spend_records(len(chunk))
        with org.visibility.transaction(job.user_id), org.store.transaction():
            _keep(job, _chunk(job, columns, chunk, write))
    _leave(job, rows)
    if job.unprocessed:
        job.error = "ExceededQuota : The records allowed in 24 hours are used up"
    job.state = JobState.FAILED if job.unprocessed else JobState.JOB_COMPLETE


def _open_results(job: IngestJob, header: Sequence[str]) -> None:
    writer = CsvWriter(job.delimiter, job.line_ending)
    job.successes = ResultFile(writer.line(["sf__Id", "sf__Created", *header]))
    first = ["sf__Id", "sf__Error"] if float(job.version) >= _ID_OF_FAILED_SINCE else ["sf__Error"]
    job.failures = ResultFile(writer.line([*first, *header]))
    job.unprocessed = ResultFile(writer.line(header))


_ID_OF_FAILED_SINCE = 53.0
"""The API version that brought sf__Id in the failed results."""


def _keep(job: IngestJob, outcomes: list[_Outcome]) -> None:
    """Note what became of the rows of a chunk."""
    writer = CsvWriter(job.delimiter, job.line_ending)
    done, failed = [], []
    for one in outcomes:
        if isinstance(one, _Done):
            done.append(writer.line([one.id, "true" if one.created else "false", *one.row.values]))
        else:
            first = [one.id, one.error] if float(job.version) >= _ID_OF_FAILED_SINCE else [one.error]
            failed.append(writer.line([*first, *one.row.values]))
    job.processed += len(outcomes)
    job.failed += len(failed)
    if job.successes is not None and job.failures is not None:
        job.successes.add_all(done)
        job.failures.add_all(failed)


def _leave(job: IngestJob, rows: Iterator[CsvRow] | CsvFile) -> None:
    writer = CsvWriter(job.delimiter, job.line_ending)
    for row in rows:
        if job.unprocessed is not None:
            job.unprocessed.add(writer.line(row.values))


def _chunk(job: IngestJob, columns: bulk_headers.Columns, chunk: list[CsvRow], write: _Write) -> list[_Outcome]:
    """What becomes of the rows of one transaction; each is judged by itself."""
    twice = _named_twice(job, columns, chunk)
    outcomes: list[_Outcome] = []
    for row in chunk:
        row_id = columns.value(row, "Id")
        try:
            if row.problem is not None:
                raise OrgError(400, "INVALID_RECORD", row.problem, ())
            if twice and (value := columns.value(row, job.external_id_field or "")) in twice:
                sentence = f"Duplicate external id specified: {value}"
                raise OrgError(400, "DUPLICATE_VALUE", sentence, (job.external_id_field or "",))
            outcomes.append(write(row))
        except OrgError as problem:
            outcomes.append(_Failed(row, _well_formed(row_id), error_text(problem)))
    return outcomes


def _named_twice(job: IngestJob, columns: bulk_headers.Columns, chunk: list[CsvRow]) -> set[str]:
    """The external ids that stand twice in one transaction: an upsert refuses them all."""
    if job.external_id_field is None:
        return set()
    counted = Counter(columns.value(row, job.external_id_field) for row in chunk if row.problem is None)
    return {value for value, count in counted.items() if value and count > 1}


def error_text(problem: OrgError) -> str:
    """A refusal as sf__Error has it: CODE:message:fields --."""
    fields = ",".join(problem.fields or ())
    return f"{problem.code}:{problem.message}:{fields + ' ' if fields else ''}--"


_Write = Callable[[CsvRow], _Outcome]


def _writer_of(org: Org, job: IngestJob, kind: ObjectType, columns: bulk_headers.Columns) -> _Write:
    # Bulk API runs an assignment rule only when the job names one.
    writer = Writer(job.user_id, job.assignment_rule_id or "FALSE")
    work = _Work(org, kind, writer, columns)
    if job.operation == "upsert" and job.external_id_field is not None:
        field = kind.field(job.external_id_field)
        if field is None:
            raise CsvError(f"InvalidBatch : Field name not found : {job.external_id_field}")
        return lambda row: work.upsert(row, field)
    return {
        "insert": work.insert,
        "update": work.update,
        "delete": work.delete,
        "hardDelete": work.hard_delete,
    }[job.operation]


@dataclass(frozen=True, slots=True)
class _Work:
    """Writes single rows in one user's name."""

    org: Org
    kind: ObjectType
    writer: Writer
    columns: bulk_headers.Columns

    def insert(self, row: CsvRow) -> _Outcome:
        return _Done(row, writes.create(self.org, self.writer, self.kind, self._body(row)), True)

    def update(self, row: CsvRow) -> _Outcome:
        found = self._find(row)
        writes.update(self.org, self.writer, self.kind, found, self._body(row, "Id"))
        return _Done(row, found["Id"], False)

    def delete(self, row: CsvRow) -> _Outcome:
        found = self._find(row)
        writes.delete(self.org, self.writer, self.kind, found)
        return _Done(row, found["Id"], False)

    def hard_delete(self, row: CsvRow) -> _Outcome:
        """Delete without the recycle bin; a row that is in it already goes too."""
        row_id = _well_formed(self.columns.value(row, "Id"))
        binned = self.org.store.get(self.kind.name, row_id, include_deleted=True) if row_id else None
        if binned is None or not binned.get("IsDeleted"):
            self.delete(row)
        if self.org.store.get(self.kind.name, row_id, include_deleted=True) is not None:
            self.org.store.purge(self.kind.name, row_id)
        return _Done(row, row_id, False)

    def upsert(self, row: CsvRow, field: Field) -> _Outcome:
        text = self.columns.value(row, field.name)
        if not text or text == NULL:
            sentence = f"{field.name} not specified"
            if field.type == "id":
                return self.insert_without(row, field.name)
            raise OrgError(400, "MISSING_ARGUMENT", sentence, ())
        value = read_value(field, text)
        rows = self.org.store.rows(self.kind.name, {field.name: value})
        if len(rows) > 1:
            sentence = f"{field.name}: more than one record found for external id field"
            raise OrgError(400, "DUPLICATE_EXTERNAL_ID", sentence, (field.name,))
        if rows:
            writes.update(self.org, self.writer, self.kind, rows[0], self._body(row, field.name))
            return _Done(row, rows[0]["Id"], False)
        if field.type == "id":
            raise OrgError(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())
        return self.insert(row)

    def insert_without(self, row: CsvRow, name: str) -> _Outcome:
        """An upsert by Id of a row that has none makes a new one."""
        return _Done(row, writes.create(self.org, self.writer, self.kind, self._body(row, name)), True)

    def _find(self, row: CsvRow) -> dict[str, Any]:
        text = self.columns.value(row, "Id")
        if not text:
            raise OrgError(400, "MISSING_ARGUMENT", "Id not specified in an update call", ())
        return writes.find(self.org, self.kind, text, in_list=True)

    def _body(self, row: CsvRow, left_out: str = "") -> Mapping[str, Any]:
        body = self.columns.body(self.org, row, left_out, self.writer.user_id)
        for name, value in body.items():
            if isinstance(value, str):
                _check_value(self.kind, name, value)
        return body


def _check_value(kind: ObjectType, name: str, text: str) -> None:
    """Refuse a text that is no number, date or checkbox as bulk jobs do: there is no JSON to blame."""
    field = kind.field(name)
    if field is None or field.is_text or field.type in {"id", "reference"}:
        return
    try:
        read_value(field, text)
    except OrgError as problem:
        if problem.code != "JSON_PARSER_ERROR":
            raise
        sentence = f"{field.label}: value not of required type: {text}"
        raise OrgError(400, "INVALID_TYPE_ON_FIELD_IN_RECORD", sentence, (field.name,)) from problem


def _well_formed(row_id: str) -> str:
    try:
        return normalise(row_id)
    except ValueError:
        return ""
