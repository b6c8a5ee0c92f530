"""Queries of Bulk API 2.0: which ones it takes, the columns of their CSV, and the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.bulk_csv import CsvWriter
from sfrouter.localorg.bulk_job import JobState, QueryJob
from sfrouter.localorg.bulk_results import ResultFile
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import Field
from sfrouter.localorg.schema_field import COMPOUND_TYPES
from sfrouter.localorg.soql_ast import Call, Column, FieldsGroup, Path, Query, TypeOf
from sfrouter.localorg.soql_context import QueryContext
from sfrouter.localorg.soql_parse import parse
from sfrouter.localorg.soql_run import QueryResult, open_scope, run_query
from sfrouter.localorg.soql_scope import Scope
from sfrouter.localorg.soql_text import QueryText

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

ORDERED_SINCE = 50.0
"""From this API version on, columns come in the order of the query; before it, by the alphabet."""

_NOT_IN_BULK = frozenset(
    {"CaseStatus", "ContractStatus", "Name", "SolutionStatus", "TaskPriority", "TaskStatus", "UserRecordAccess"}
)
"""Objects that clients which read whole orgs are known to skip, as Bulk API refuses them (INVALIDENTITY)."""

_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class BulkColumn:
    """One column of a result: the way to its value in a record, and its field."""

    way: tuple[str, ...]
    field: Field

    @property
    def name(self) -> str:
        """The column's header, e.g. Owner.Name."""
        return ".".join(self.way)

    def text(self, record: dict[str, Any]) -> str:
        """The value as CSV has it; an empty text for null."""
        value: Any = record
        for step in self.way:
            if value is None:
                return ""
            value = value[step]
        return "" if value is None else _text(self.field, value)


def _text(field: Field, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if field.type == "datetime":
        return str(value).replace("+0000", "Z")
    return str(value)


def check_query(org: Org, user_id: str, version: str, text: str) -> str:
    """The object that a query is of, once it is one that Bulk API 2.0 takes.

    Raises OrgError: what a REST query would be refused with, and 400 for COUNT() and the other aggregates,
    GROUP BY, OFFSET, TYPEOF, children, compound fields, FIELDS(ALL) or (CUSTOM), and objects it does not read.
    """
    query = parse(text)
    _check_shape(query)
    run_query(org.store, org.schema, text, **_asker(org, user_id, version))
    scope = _scope(org, user_id, version, text, query)
    name = scope.root.kind.name
    if name in _NOT_IN_BULK:
        raise OrgError(400, "INVALIDENTITY", f"Entity '{name}' is not supported by the Bulk API.")
    _columns(scope, query, version)
    return name


def process(org: Org, job: QueryJob) -> None:
    """Run a job's query and keep its rows; the values are those of this moment."""
    try:
        query = parse(job.query)
        scope = _scope(org, job.user_id, job.version, job.query, query)
        columns = _columns(scope, query, job.version)
        asker = _asker(org, job.user_id, job.version)
        found = run_query(org.store, org.schema, job.query, deleted=job.operation == "queryAll", **asker)
        job.results = _written(found, columns, CsvWriter(job.delimiter, job.line_ending))
    except OrgError as problem:
        job.error = f"InvalidBatch : Failed to process query: {problem.code}: {problem.message}"
        job.state = JobState.FAILED
        return
    job.processed = len(job.results)
    job.state = JobState.JOB_COMPLETE


def _written(found: QueryResult, columns: list[BulkColumn], writer: CsvWriter) -> ResultFile:
    results = ResultFile(writer.line(column.name for column in columns))
    for start in range(0, found.total_size, _BATCH):
        records = found.records(start, _BATCH)
        results.add_all([writer.line([column.text(record) for column in columns]) for record in records])
    return results


def _asker(org: Org, user_id: str, version: str) -> dict[str, Any]:
    return {"user_id": user_id, "api_version": version, "visible_fields": org.visible_fields(user_id)}


def _check_shape(query: Query) -> None:
    for column in query.columns:
        if isinstance(column, Query):
            sentence = "Aggregate Relationships not supported in Bulk V2 Query with CSV content type"
            raise OrgError(400, "API_ERROR", sentence)
        if isinstance(column, TypeOf):
            raise OrgError(400, "API_ERROR", "TYPEOF not supported in Bulk Query")
        if isinstance(column, FieldsGroup) and column.group != "STANDARD":
            raise OrgError(400, "API_ERROR", f"FIELDS({column.group}) not supported in Bulk Query")
        if isinstance(column, Column) and isinstance(column.value, Call) and column.value.function != "TOLABEL":
            raise OrgError(400, "API_ERROR", "Aggregate functions not supported in Bulk Query")
    if query.group_by:
        raise OrgError(400, "API_ERROR", "GROUP BY not supported in Bulk Query")
    if query.offset is not None:
        raise OrgError(400, "API_ERROR", "OFFSET not supported in Bulk Query")


def _scope(org: Org, user_id: str, version: str, text: str, query: Query) -> Scope:
    visible = org.visible_fields(user_id)
    context = QueryContext(org.store, org.schema, QueryText(text), user_id, False, version, visible)
    return open_scope(context, query)


def _columns(scope: Scope, query: Query, version: str) -> list[BulkColumn]:
    """The columns in their order. Raises OrgError API_ERROR for a compound field."""
    columns: list[BulkColumn] = []
    for column in query.columns:
        if isinstance(column, FieldsGroup):
            kind = scope.root.kind
            names = [one.name for one in kind.fields.values() if not one.custom]
            shown = [name for name in names if scope.context.sees(kind.name, name)]
            columns += [_column(scope, Path((name,), column.position)) for name in shown]
        elif isinstance(column, Column):
            argument = column.value.argument if isinstance(column.value, Call) else column.value
            if isinstance(argument, Path):
                columns.append(_column(scope, argument, column.alias))
    if float(version) < ORDERED_SINCE:
        columns.sort(key=lambda one: one.name)
    return columns


def _column(scope: Scope, path: Path, alias: str | None = None) -> BulkColumn:
    found = scope.resolve(path)
    if found.field.type in COMPOUND_TYPES:
        raise OrgError(400, "API_ERROR", "Selecting compound data not supported in Bulk Query")
    return BulkColumn((*found.relationships, alias or found.field.name), found.field)
