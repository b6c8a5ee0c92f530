"""Up to 200 records in one call: each judged by itself, or all or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from sfrouter.localorg import writes
from sfrouter.localorg.call import Call
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.ids import normalise
from sfrouter.localorg.rest_rows import key_field, record, shown_fields, writer
from sfrouter.localorg.schema import ObjectType
from sfrouter.localorg.write_fields import read_value

MOST_RECORDS = 200
MOST_READ = 2_000
MOST_CHUNKS = 10
"""Runs of records of one type in a call: account, account, contact, account make three."""

Result = dict[str, Any]


class _RolledBack(Exception):  # noqa: N818 - it carries the results out of the transaction it ends
    def __init__(self, results: list[Result]) -> None:
        super().__init__()
        self.results = results


def create(call: Call) -> Response:
    """POST /composite/sobjects."""
    records, all_or_none = _records(call)

    def one(given: Mapping[str, Any]) -> Result:
        return _success(writes.create(call.org, writer(call), _type_of(call, given), _without_id(given)))

    return _each(call, records, all_or_none, one, keep_ids=False)


def update(call: Call) -> Response:
    """PATCH /composite/sobjects: every record brings its id."""
    records, all_or_none = _records(call)

    def one(given: Mapping[str, Any]) -> Result:
        kind = _type_of(call, given)
        row = writes.find(call.org, kind, _id_of(given), in_list=True)
        body = {name: value for name, value in given.items() if name.lower() != "id"}
        writes.update(call.org, writer(call), kind, row, body)
        return _success(row["Id"])

    return _each(call, records, all_or_none, one)


def delete(call: Call) -> Response:
    """DELETE /composite/sobjects?ids=a,b."""
    ids = _listed(call.request.parameters.get("ids"))
    _check_count(len(ids), MOST_RECORDS)
    all_or_none = call.request.parameters.get("allOrNone", "false").lower() == "true"

    def one(row_id: str) -> Result:
        kind = call.org.schema.object_of_id(row_id)
        if kind is None or not _well_formed(row_id):
            raise OrgError(400, "MALFORMED_ID", f"malformed id {row_id}", ())
        row = writes.find(call.org, kind, row_id, in_list=True)
        writes.delete(call.org, writer(call), kind, row)
        return _success(row["Id"])

    return _each(call, ids, all_or_none, one)


def upsert(call: Call) -> Response:
    """PATCH /composite/sobjects/X/Field: create or change by an external id in each record."""
    records, all_or_none = _records(call)
    kind = call.object_type()
    field = key_field(call, kind, call.arguments["field"])
    if field is None:
        named = call.arguments["field"]
        sentence = f"Provided external ID field does not exist or is not accessible: {named}"
        raise OrgError(404, "NOT_FOUND", sentence)

    def one(given: Mapping[str, Any]) -> Result:
        if _type_of(call, given).name != kind.name:
            raise OrgError(400, "INVALID_TYPE", f"Every record must be of type {kind.name}", ())
        body = dict(given)
        key = next((name for name in body if name.lower() == field.name.lower()), None)
        value = read_value(field, body.pop(key)) if key is not None else None
        rows = call.org.store.rows(kind.name, {field.name: value}) if value is not None else []
        if len(rows) > 1:
            raise OrgError(
                400, "DUPLICATE_EXTERNAL_ID", f"{field.name}: more than one record found", (field.name,)
            )
        if rows:
            writes.update(call.org, writer(call), kind, rows[0], body)
            return _success(rows[0]["Id"]) | {"created": False}
        if field.type == "id" and value is not None:
            raise OrgError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())
        whole = body if value is None else body | {field.name: value}
        return _success(writes.create(call.org, writer(call), kind, whole)) | {"created": True}

    return _each(call, records, all_or_none, one)


def retrieve(call: Call) -> Response:
    """GET /composite/sobjects/X?ids=&fields=."""
    parameters = call.request.parameters
    return _read(call, _listed(parameters.get("ids")), _listed(parameters.get("fields")))


def retrieve_many(call: Call) -> Response:
    """POST /composite/sobjects/X {ids, fields}: up to 2,000 rows of one object."""
    body = call.request.json()
    ids, fields = (body.get("ids"), body.get("fields")) if isinstance(body, dict) else (None, None)
    if not isinstance(ids, list) or not isinstance(fields, list):
        raise OrgError(400, "JSON_PARSER_ERROR", "The request body needs the lists ids and fields")
    return _read(call, [str(one) for one in ids], [str(one) for one in fields])


def _read(call: Call, ids: list[str], names: list[str]) -> Response:
    """The rows in the order of the ids, null for those that are not there."""
    kind = call.object_type()
    if not ids or not names:
        missing = "ids" if not ids else "fields"
        raise OrgError(400, "MISSING_ARGUMENT", f"The required parameter {missing} is missing")
    _check_count(len(ids), MOST_READ)
    fields = shown_fields(call, kind, names)
    found = []
    for row_id in ids:
        row = call.org.store.get(kind.name, row_id) if _well_formed(row_id) else None
        if row is not None and not call.org.sharing.may_read(call.user_id, kind, row["Id"]):
            row = None
        found.append(None if row is None else record(call, kind, row, fields))
    return Response.of_json(found)


def _records(call: Call) -> tuple[list[Mapping[str, Any]], bool]:
    """The records of the body and its allOrNone. Raises OrgError 400 for a call that is not well formed."""
    body = call.request.json()
    records = body.get("records") if isinstance(body, dict) else None
    all_or_none = body.get("allOrNone", False) if isinstance(body, dict) else False
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise OrgError(400, "JSON_PARSER_ERROR", "The request body needs a list of records")
    if not isinstance(all_or_none, bool):
        raise OrgError(400, "JSON_PARSER_ERROR", "allOrNone is true or false")
    _check_count(len(records), MOST_RECORDS)
    types = [_named_type(one) for one in records]
    if len(list(groupby(types))) > MOST_CHUNKS:
        sentence = (
            "Cannot have more than 10 chunks in a single operation. Please rearrange the data to reduce chunking."
        )
        raise OrgError(400, "LIMIT_EXCEEDED", sentence)
    return records, all_or_none


def _named_type(given: Mapping[str, Any]) -> str:
    attributes = given.get("attributes")
    named = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(named, str):
        raise OrgError(400, "INVALID_TYPE", "Every record needs attributes with a type")
    return named.lower()


def _type_of(call: Call, given: Mapping[str, Any]) -> ObjectType:
    named = _named_type(given)
    kind = call.org.schema.object(named)
    if kind is None:
        raise OrgError(400, "INVALID_TYPE", f"sObject type '{given['attributes']['type']}' is not supported.", ())
    return kind


def _without_id(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A create's record; one with an id is refused by `writes.create`, a null id is as good as none."""
    return {name: value for name, value in given.items() if name.lower() != "id" or value is not None}


def _id_of(given: Mapping[str, Any]) -> str:
    found = next((value for name, value in given.items() if name.lower() == "id"), None)
    if not isinstance(found, str):
        raise OrgError(400, "MISSING_ARGUMENT", "Id not specified in an update call", ())
    return found


def _each(
    call: Call, items: list[Any], all_or_none: bool, one: Callable[[Any], Result], *, keep_ids: bool = True
) -> Response:
    """Do one thing to every item; on all-or-none a single failure undoes the rest, and new rows lose their ids."""
    try:
        with call.org.store.transaction():
            results = [_attempt(one, item) for item in items]
            if all_or_none and not all(result["success"] for result in results):
                raise _RolledBack(results)
    except _RolledBack as undone:
        results = [_undone(result, keep_ids) for result in undone.results]
    return Response.of_json(results)


def _attempt(one: Callable[[Any], Result], item: Any) -> Result:
    try:
        return one(item)
    except OrgError as problem:
        entry = {
            "statusCode": problem.code,
            "message": problem.message,
            "fields": list(problem.fields or ()),
        }
        return {"success": False, "errors": [entry | problem.extra]}


def _undone(result: Result, keep_id: bool) -> Result:
    if not result["success"]:
        return result
    sentence = "Record rolled back because not all records were valid and the request was using AllOrNone header"
    entry = {"statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK", "message": sentence, "fields": []}
    kept = {"id": result["id"]} if keep_id and not result.get("created") else {}
    return kept | {"success": False, "errors": [entry]}


def _check_count(count: int, most: int) -> None:
    if count > most:
        sentence = f"record limit reached. cannot submit more than {most} records into this call"
        raise OrgError(400, "EXCEEDED_ID_LIMIT", sentence)


def _listed(text: str | None) -> list[str]:
    return [one.strip() for one in (text or "").split(",") if one.strip()]


def _well_formed(row_id: str) -> bool:
    try:
        normalise(row_id)
    except ValueError:
        return False
    return True


def _success(row_id: str) -> Result:
    return {"id": row_id, "success": True, "errors": []}
