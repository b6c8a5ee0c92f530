"""Single records over REST: create, read, change, delete, and the same by an external id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sfrouter.localorg import conditions, rest_recent, writes
from sfrouter.localorg.call import Call, not_found
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.schema import Field, ObjectType
from sfrouter.localorg.write_fields import fields_of, read_value

Row = dict[str, Any]

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_UPSERT_TELLS_CREATED = 46.0
"""From this API version an upsert that changes a row answers 200 with a body; before, 204 without."""


def create(call: Call) -> Response:
    """POST /sobjects/X."""
    conditions.require_unmodified(call.request, _BEGINNING, strict=True)
    kind = call.object_type()
    row_id = writes.create(call.org, writer(call), kind, call.request.json())
    return _created(call, kind, row_id, {})


def create_by_id(call: Call) -> Response:
    """POST /sobjects/X/Id: a create for clients that always name an external id field."""
    if call.arguments["id"].lower() != "id":
        sentence = "HTTP Method 'POST' not allowed. Allowed are DELETE,GET,HEAD,PATCH"
        raise OrgError(405, "METHOD_NOT_ALLOWED", sentence)
    kind = call.object_type()
    row_id = writes.create(call.org, writer(call), kind, call.request.json())
    return _created(call, kind, row_id, _tells_created(call, True))


def read(call: Call) -> Response:
    """GET /sobjects/X/id[?fields=A,B]."""
    kind = call.object_type()
    return answer_row(call, kind, _found(call, kind))


def read_by_key(call: Call) -> Response:
    """GET /sobjects/X/Field/value."""
    kind = call.object_type()
    rows = _by_key(call, kind)
    if len(rows) > 1:
        return _several(call, kind, rows)
    if not rows:
        raise not_found()
    return answer_row(call, kind, rows[0])


def update(call: Call) -> Response:
    """PATCH /sobjects/X/id, with If-Unmodified-Since and, for accounts, If-Match."""
    kind = call.object_type()
    return change_row(call, kind, _found(call, kind))


def change_row(call: Call, kind: ObjectType, row: Row) -> Response:
    """Change a row that was found, by the body and the conditional headers of the call."""
    body = call.request.json()
    halted = _check_conditions(call, kind, row)
    if halted is not None:
        return halted
    writes.update(call.org, writer(call), kind, row, body)
    rest_recent.note(call, kind, row["Id"])
    return Response(204, _tag_header(kind, writes.find(call.org, kind, row["Id"])))


def delete(call: Call) -> Response:
    """DELETE /sobjects/X/id. Conditional headers have no effect here: Salesforce does not support them."""
    kind = call.object_type()
    writes.delete(call.org, writer(call), kind, _found(call, kind))
    return Response(204)


def delete_by_key(call: Call) -> Response:
    """DELETE /sobjects/X/Field/value."""
    kind = call.object_type()
    rows = _by_key(call, kind)
    if len(rows) > 1:
        return _several(call, kind, rows)
    if not rows:
        raise not_found()
    writes.delete(call.org, writer(call), kind, rows[0])
    return Response(204)


def upsert(call: Call) -> Response:
    """PATCH /sobjects/X/Field/value: change the one row with that key, or make it."""
    kind = call.object_type()
    field = _key_field(call, kind, call.arguments["field"])
    body = fields_of(call.request.json())
    refuse_key_in_body(field, body)
    rows = _by_key(call, kind)
    if len(rows) > 1:
        return _several(call, kind, rows)
    if rows:
        halted = _check_conditions(call, kind, rows[0])
        if halted is not None:
            return halted
        writes.update(call.org, writer(call), kind, rows[0], body)
        rest_recent.note(call, kind, rows[0]["Id"])
        if float(call.version) < _UPSERT_TELLS_CREATED:
            return Response(204)
        return Response.of_json(_success(rows[0]["Id"]) | {"created": False})
    if field.type == "id" or call.request.parameters.get("updateOnly", "").lower() == "true":
        raise not_found()
    row_id = writes.create(call.org, writer(call), kind, {**body, field.name: call.arguments["value"]})
    return _created(call, kind, row_id, _tells_created(call, True))


def writer(call: Call) -> writes.Writer:
    """Who writes, with the headers of this very request (in composite: of this subrequest)."""
    header = call.request.header
    return writes.Writer(call.user_id, header("Sforce-Auto-Assign"), header("Sforce-Duplicate-Rule-Header"))


def refuse_key_in_body(field: Field, body: Mapping[str, Any]) -> None:
    """Raises OrgError INVALID_FIELD when the body of an upsert repeats its key."""
    if any(name.lower() == field.name.lower() for name in body):
        sentence = f"The {field.name} field should not be specified in the sobject data."
        raise OrgError(400, "INVALID_FIELD", sentence)


def key_field(call: Call, kind: ObjectType, name: str) -> Field | None:
    """The field by which rows may be upserted: an external id, a lookup id, or Id; None for another."""
    field = kind.field(name)
    if field is None or not call.org.shows(call.user_id, kind.name, field.name):
        return None
    return field if field.external_id or field.id_lookup or field.type == "id" else None


def shown_fields(call: Call, kind: ObjectType, names: list[str] | None) -> list[Field]:
    """The fields to answer with: those named, else all that the user may see. Raises OrgError INVALID_FIELD."""
    if names is None:
        return [one for one in kind.fields.values() if call.org.shows(call.user_id, kind.name, one.name)]
    found = []
    for name in names:
        field = kind.field(name)
        if field is None or not call.org.shows(call.user_id, kind.name, field.name):
            sentence = (
                f"No such column '{name}' on entity '{kind.name}'. If you are attempting to use a custom field,"
                " be sure to append the '__c' after the custom field name. Please reference your WSDL or the"
                " describe call for the appropriate names."
            )
            raise OrgError(400, "INVALID_FIELD", sentence)
        if field not in found:
            found.append(field)
    return found if any(one.type == "id" for one in found) else [*found, kind.fields["id"]]


def record(call: Call, kind: ObjectType, row: Row, fields: list[Field]) -> dict[str, Any]:
    """A row as REST answers write it."""
    whole = call.org.store.render_row(kind.name, row)
    attributes = {"type": kind.name, "url": call.row_url(kind.name, row["Id"])}
    return {"attributes": attributes} | {field.name: whole[field.name] for field in fields}


def _found(call: Call, kind: ObjectType) -> Row:
    """The row of the path; a text of another length than an id is taken for an external id field."""
    text = call.arguments["id"]
    if len(text) not in (15, 18):
        raise _no_such_key(text)
    return found_row(call, kind, text)


def found_row(call: Call, kind: ObjectType, id_text: str) -> Row:
    """A living row that the caller may see. Raises OrgError as `writes.find` does, 404 for a hidden one."""
    row = writes.find(call.org, kind, id_text)
    if not call.org.sharing.may_read(call.user_id, kind, row["Id"]):
        raise not_found()
    return row


def answer_row(call: Call, kind: ObjectType, row: Row) -> Response:
    """A row that was found, with the fields asked for, under the conditional headers of the call."""
    wanted = call.request.parameters.get("fields")
    names = None if wanted is None else [name.strip() for name in wanted.split(",") if name.strip()]
    fields = shown_fields(call, kind, names)
    changed_at, tag = _changed_at(row), _tag(kind, row)
    conditions.require_unmodified(call.request, changed_at, strict=False)
    if tag is not None:
        conditions.require_read_match(call.request, tag)
    unchanged = conditions.row_unchanged(call.request, changed_at, tag)
    if unchanged is not None:
        return unchanged
    headers = conditions.last_modified(changed_at) | _tag_header(kind, row)
    rest_recent.note(call, kind, row["Id"])
    return Response.of_json(record(call, kind, row, fields), headers=headers)


def _check_conditions(call: Call, kind: ObjectType, row: Row) -> Response | None:
    """The conditional headers of a PATCH: raises 412 or 400; answers 304 for an If-Modified-Since not met."""
    conditions.require_unmodified(call.request, _changed_at(row), strict=True)
    tag = _tag(kind, row)
    if tag is not None:
        conditions.require_match(call.request, tag)
    return conditions.not_modified_since(call.request, _changed_at(row))


def _changed_at(row: Row) -> datetime:
    for name in ("LastModifiedDate", "SystemModstamp", "CreatedDate"):
        moment = row.get(name)
        if isinstance(moment, datetime):
            return moment
    return _BEGINNING


def _tag(kind: ObjectType, row: Row) -> str | None:
    """The entity tag; only accounts have one."""
    if kind.name != "Account":
        return None
    return conditions.etag(*(f"{name}={value!r}" for name, value in sorted(row.items())))


def _tag_header(kind: ObjectType, row: Row) -> dict[str, str]:
    tag = _tag(kind, row)
    return {} if tag is None else {"ETag": tag}


def _key_field(call: Call, kind: ObjectType, name: str) -> Field:
    field = key_field(call, kind, name)
    if field is None:
        raise _no_such_key(name)
    return field


def _by_key(call: Call, kind: ObjectType) -> list[Row]:
    field = _key_field(call, kind, call.arguments["field"])
    value = read_value(field, call.arguments["value"])
    rows = call.org.store.rows(kind.name, {field.name: value})
    return [row for row in rows if call.org.sharing.may_read(call.user_id, kind, row["Id"])]


def _no_such_key(name: str) -> OrgError:
    sentence = f"Provided external ID field does not exist or is not accessible: {name}"
    return OrgError(404, "NOT_FOUND", sentence)


def _several(call: Call, kind: ObjectType, rows: list[Row]) -> Response:
    return Response.of_json([call.row_url(kind.name, row["Id"]) for row in rows], 300)


def _success(row_id: str) -> dict[str, Any]:
    return {"id": row_id, "success": True, "errors": []}


def _tells_created(call: Call, created: bool) -> dict[str, bool]:
    return {"created": created} if float(call.version) >= _UPSERT_TELLS_CREATED else {}


def _created(call: Call, kind: ObjectType, row_id: str, more: dict[str, bool]) -> Response:
    rest_recent.note(call, kind, row_id)
    location = {"Location": call.row_url(kind.name, row_id)}
    return Response.of_json(_success(row_id) | more, 201, location)
