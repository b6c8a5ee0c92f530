"""The part of the Tooling API that this org has: custom fields, to be queried, made, changed and removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sfrouter.localorg.call import Call, not_found
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.soql_columns import describe_columns
from sfrouter.localorg.soql_run import run_query
from sfrouter.localorg.store import Store
from sfrouter.localorg.tooling_fields import FieldRecord, tooling_schema, tooling_store
from sfrouter.localorg.write_fields import not_writable

_OBJECT = "CustomField"
_WHOLE = ("FullName", "Metadata")
"""Fields that a query may ask for only when it finds one row."""


def resources(call: Call) -> Response:
    """GET /tooling: what this org has of it."""
    return Response.of_json({name: f"{call.base}/tooling/{name}" for name in ("query", "sobjects")})


def query(call: Call) -> Response:
    """GET /tooling/query?q=: custom fields. Raises OrgError; MALFORMED_QUERY for Metadata of several rows."""
    soql = call.request.parameters.get("q")
    if not soql or not soql.strip():
        raise OrgError(400, "MALFORMED_QUERY", "A query string has to be specified")
    with _opened(call) as store:
        result = run_query(store, store.schema, soql, user_id="", api_version=call.version)
        if call.request.parameters.get("columns", "").lower() == "true":
            return Response.of_json(describe_columns(store, store.schema, soql, None))
        records = result.records(0, result.total_size)
    if len(records) > 1 and any(name in records[0] for name in _WHOLE):
        sentence = (
            "When retrieving results with Metadata or FullName fields, the query qualifications must specify no"
            f" more than one row for retrieval. Result size: {len(records)}"
        )
        raise OrgError(400, "MALFORMED_QUERY", sentence)
    shown = [_shown(call, one) for one in records]
    body = {
        "size": len(shown),
        "totalSize": result.total_size,
        "done": True,
        "queryLocator": None,
        "records": shown,
    }
    return Response.of_json(body | {"entityTypeName": result.object_name})


def everything(call: Call) -> Response:
    """GET /tooling/sobjects."""
    return Response.of_json(tooling_schema().describe_global(api_version=call.version))


def basic(call: Call) -> Response:
    """GET /tooling/sobjects/CustomField."""
    _check_object(call)
    (described,) = tooling_schema().describe_global(api_version=call.version)["sobjects"]
    return Response.of_json({"objectDescribe": described, "recentItems": []})


def describe(call: Call) -> Response:
    """GET /tooling/sobjects/CustomField/describe."""
    _check_object(call)
    return Response.of_json(tooling_schema().describe(_OBJECT, api_version=call.version))


def create(call: Call) -> Response:
    """POST /tooling/sobjects/CustomField {FullName, Metadata}."""
    _check_object(call)
    body = _body(call)
    missing = [name for name in _WHOLE if body.get(name) is None]
    if missing:
        sentence = f"Required fields are missing: [{', '.join(missing)}]"
        raise OrgError(400, "REQUIRED_FIELD_MISSING", sentence, tuple(missing))
    record_id = call.org.custom_fields.create(call.user_id, str(body["FullName"]), body["Metadata"])
    location = {"Location": f"{call.base}/tooling/sobjects/{_OBJECT}/{record_id}"}
    answer = {"id": record_id, "success": True, "errors": [], "warnings": [], "infos": []}
    return Response.of_json(answer, 201, location)


def read(call: Call) -> Response:
    """GET /tooling/sobjects/CustomField/<id>: all its fields, Metadata included."""
    _check_object(call)
    record = _found(call)
    with _opened(call) as store:
        kind = store.prepare(_OBJECT)
        names = ", ".join(field.name for field in kind.fields.values())
        soql = f"SELECT {names} FROM {_OBJECT} WHERE Id = '{record.id}'"  # noqa: S608 - names of the schema
        (row,) = run_query(store, store.schema, soql, user_id="", api_version=call.version).records()
    return Response.of_json(_shown(call, row))


def update(call: Call) -> Response:
    """PATCH /tooling/sobjects/CustomField/<id> {Metadata}: the whole description anew."""
    _check_object(call)
    record, body = _found(call), _body(call)
    if body.get("Metadata") is None:
        raise OrgError(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Metadata]", ("Metadata",))
    if str(body.get("FullName") or record.full_name) != record.full_name:
        raise not_writable(["FullName"])
    call.org.custom_fields.change(call.user_id, record, body["Metadata"])
    return Response(204)


def delete(call: Call) -> Response:
    """DELETE /tooling/sobjects/CustomField/<id>."""
    _check_object(call)
    call.org.custom_fields.remove(_found(call))
    return Response(204)


@contextmanager
def _opened(call: Call) -> Iterator[Store]:
    """The custom fields as tables. Raises OrgError INVALID_TYPE for a caller without the right to see Setup."""
    if not call.org.permissions.of(call.user_id).sees_setup:
        raise OrgError(400, "INVALID_TYPE", f"sObject type '{_OBJECT}' is not supported.")
    store = tooling_store(call.org)
    try:
        yield store
    finally:
        store.close()


def _check_object(call: Call) -> None:
    """Raises OrgError 404 for another object, 403 for a change by somebody who may not customise the org."""
    if call.arguments["object"].lower() != _OBJECT.lower():
        raise not_found()
    writes = call.request.method in {"POST", "PATCH", "DELETE"}
    if writes and not call.org.permissions.of(call.user_id).has("CustomizeApplication"):
        raise OrgError(403, "INSUFFICIENT_ACCESS", "insufficient access rights on object id", ())


def _found(call: Call) -> FieldRecord:
    return call.org.custom_fields.find(call.arguments["id"])


def _body(call: Call) -> dict[str, Any]:
    """The body of a write: FullName and Metadata only. Raises OrgError 400."""
    body = call.request.json()
    if not isinstance(body, dict):
        raise OrgError(400, "JSON_PARSER_ERROR", "The request body is not a JSON object")
    kind = tooling_schema().object(_OBJECT)
    for name in body:
        if name == "attributes" or name in _WHOLE:
            continue
        if kind is None or kind.field(name) is None:
            raise OrgError(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {_OBJECT}")
        raise not_writable([name])
    return body


def _shown(call: Call, record: dict[str, Any]) -> dict[str, Any]:
    """A row as the Tooling API writes it: its own urls, Metadata as an object."""
    shown = dict(record)
    attributes = shown["attributes"]
    if "url" in attributes:
        row_id = attributes["url"].rpartition("/")[2]
        url = f"{call.base}/tooling/sobjects/{_OBJECT}/{row_id}"
        shown["attributes"] = {"type": _OBJECT, "url": url}
    if isinstance(shown.get("Metadata"), str):
        shown["Metadata"] = json.loads(shown["Metadata"])
    return shown
