"""Trees of new records: parents with their children, up to 200 records in one call, all made or none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sfrouter.localorg import writes
from sfrouter.localorg.call import Call
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.rest_rows import writer
from sfrouter.localorg.schema import ObjectType

MOST_RECORDS = 200
MOST_LEVELS = 5
MOST_TYPES = 5
_REFERENCE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")

Result = dict[str, Any]


@dataclass(slots=True)
class TreeRecord:
    """One record to make. `parent_field` is the field that will hold the id of the record above it."""

    kind: ObjectType
    reference_id: str
    values: Mapping[str, Any]
    level: int
    parent: TreeRecord | None = None
    parent_field: str = ""
    children: list[TreeRecord] = field(default_factory=list)
    row_id: str = ""

    def all(self) -> Iterator[TreeRecord]:
        """This record and everything below it."""
        yield self
        for child in self.children:
            yield from child.all()


class _Undo(Exception):  # noqa: N818 - it carries the results out of the transaction it ends
    def __init__(self, results: list[Result]) -> None:
        super().__init__()
        self.results = results


class _BadRecordError(Exception):
    """The form of one record is wrong: the whole call is refused, naming that record."""

    def __init__(self, reference_id: str, code: str, message: str) -> None:
        super().__init__(message)
        self.result = _failure(reference_id, OrgError(400, code, message, ()))


def tree(call: Call) -> Response:
    """POST /composite/tree/X. 201 with every new id, or 400 with the records at fault and nothing made."""
    kind = call.object_type()
    body = call.request.json()
    listed = body.get("records") if isinstance(body, dict) else None
    if not isinstance(listed, list) or not listed:
        raise OrgError(400, "JSON_PARSER_ERROR", "The request body needs the list records")
    try:
        records = _read(kind, call, listed)
        with call.org.store.transaction():
            results = _make_all(call, records)
    except _BadRecordError as problem:
        return _refused([problem.result])
    except _Undo as undone:
        return _refused(undone.results)
    return Response.of_json({"hasErrors": False, "results": results}, 201)


def _refused(results: list[Result]) -> Response:
    return Response.of_json({"hasErrors": True, "results": results}, 400)


def _read(kind: ObjectType, call: Call, listed: list[Any]) -> list[TreeRecord]:
    roots = [_record(call, one, kind, None, "") for one in listed]
    records = [record for root in roots for record in root.all()]
    if len(records) > MOST_RECORDS:
        raise _BadRecordError("", "INVALID_INPUT", f"The request contains more than {MOST_RECORDS} records.")
    if len({record.kind.name for record in records}) > MOST_TYPES:
        raise _BadRecordError("", "INVALID_INPUT", f"The request contains more than {MOST_TYPES} record types.")
    names = [record.reference_id for record in records]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        sentence = "Duplicate ReferenceId provided in the request."
        refusal = OrgError(400, "INVALID_INPUT", sentence, ())
        raise _Undo([_failure(name, refusal) for name in twice])
    return records


def _record(call: Call, told: Any, kind: ObjectType, parent: TreeRecord | None, parent_field: str) -> TreeRecord:
    """One record and those below it. Raises _BadRecordError for its attributes, depth or relationships."""
    if not isinstance(told, dict):
        raise OrgError(400, "JSON_PARSER_ERROR", "Every record is an object")
    level = 1 if parent is None else parent.level + 1
    reference_id = _check_attributes(told, kind)
    if level > MOST_LEVELS:
        sentence = f"An sObject tree can be at most {MOST_LEVELS} levels deep."
        raise _BadRecordError(reference_id, "INVALID_INPUT", sentence)
    values: dict[str, Any] = {}
    record = TreeRecord(kind, reference_id, values, level, parent, parent_field)
    for name, value in told.items():
        link = kind.child(name)
        if name == "attributes":
            continue
        if link is None or not isinstance(value, dict) or "records" not in value:
            values[name] = value
            continue
        below = call.org.schema.object(link.child_object)
        if below is None or not isinstance(value["records"], list):
            raise _BadRecordError(reference_id, "INVALID_INPUT", f"{name} needs a list of records")
        record.children += [_record(call, one, below, record, link.field) for one in value["records"]]
    return record


def _check_attributes(told: dict[str, Any], kind: ObjectType) -> str:
    attributes = told.get("attributes")
    named = attributes if isinstance(attributes, dict) else {}
    reference_id = named.get("referenceId")
    if not isinstance(reference_id, str) or not reference_id:
        raise _BadRecordError("", "INVALID_INPUT", "Include a reference ID for each record in the request.")
    if not _REFERENCE_ID.fullmatch(reference_id):
        sentence = (
            f"Provided referenceId ('{reference_id}') must start with a letter or a number, and it can contain"
            " only letters, numbers and underscores ('_')."
        )
        raise _BadRecordError(reference_id, "INVALID_INPUT", sentence)
    if str(named.get("type", "")).lower() != kind.name.lower():
        sentence = f"The record type {named.get('type')} does not match the expected type {kind.name}."
        raise _BadRecordError(reference_id, "INVALID_INPUT", sentence)
    return reference_id


def _make_all(call: Call, records: list[TreeRecord]) -> list[Result]:
    """Make the records by level, and within a level by type. Raises _Undo with the faults of the first group."""
    made: list[Result] = []
    for group in _groups(records):
        results = [_make(call, record) for record in group]
        faults = [result for result in results if "errors" in result]
        if faults:
            raise _Undo(faults)
        made += results
    return made


def _groups(records: list[TreeRecord]) -> list[list[TreeRecord]]:
    """Roots first, then the second-level records of each type, and so on, in the order of the request."""
    groups: dict[tuple[int, str], list[TreeRecord]] = {}
    for level in range(1, MOST_LEVELS + 1):
        for record in records:
            if record.level == level:
                groups.setdefault((level, record.kind.name), []).append(record)
    return list(groups.values())


def _make(call: Call, record: TreeRecord) -> Result:
    values = dict(record.values)
    if record.parent is not None:
        values = {name: one for name, one in values.items() if name.lower() != record.parent_field.lower()}
        values[record.parent_field] = record.parent.row_id
    try:
        record.row_id = writes.create(call.org, writer(call), record.kind, values)
    except OrgError as problem:
        return _failure(record.reference_id, problem)
    return {"referenceId": record.reference_id, "id": record.row_id}


def _failure(reference_id: str, problem: OrgError) -> Result:
    entry = {"statusCode": problem.code, "message": problem.message, "fields": list(problem.fields or ())}
    return {"referenceId": reference_id, "errors": [entry | problem.extra]}
