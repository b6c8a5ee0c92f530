"""Records reached through their relationships by friendly URLs: /sobjects/Contact/003.../Account/Owner."""

from __future__ import annotations

from dataclasses import replace

from sfrouter.localorg import rest_query, rest_rows, writes
from sfrouter.localorg.call import Call, not_found
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.ids import normalise
from sfrouter.localorg.rest_rows import Row
from sfrouter.localorg.schema import ChildRelationship, ObjectType

SINCE = 36.0
"""The API version that brought relationship URLs."""

MOST_STEPS = 5
"""Relationships in one URL; queries climb no further either."""

Place = tuple[ObjectType, Row]


def read(call: Call) -> Response:
    """GET: the record at the end, or the set of child records. 404 when a relationship holds none."""
    (kind, row), last = _walk(call, _steps(call)[:-1]), _steps(call)[-1]
    child = kind.child(last)
    if child is not None and kind.by_relationship(last) is None:
        return _children(call, child, row)
    return rest_rows.answer_row(call, *_parent(call, (kind, row), last))


def update(call: Call) -> Response:
    """PATCH: change the parent record at the end. Raises OrgError 405 for a set of child records."""
    _refuse_children(call)
    return rest_rows.change_row(call, *_walk(call, _steps(call)))


def delete(call: Call) -> Response:
    """DELETE: delete the parent record at the end. Raises OrgError 405 for a set of child records."""
    _refuse_children(call)
    kind, row = _walk(call, _steps(call))
    writes.delete(call.org, rest_rows.writer(call), kind, row)
    return Response(204)


def read_by_key(call: Call) -> Response:
    """GET /sobjects/X/a/b: by an external id, or by a relationship when `a` is an id."""
    return read(_as_relation(call)) if _names_row(call) else rest_rows.read_by_key(call)


def upsert(call: Call) -> Response:
    """PATCH /sobjects/X/a/b: an upsert by external id, or a change through a relationship."""
    return update(_as_relation(call)) if _names_row(call) else rest_rows.upsert(call)


def delete_by_key(call: Call) -> Response:
    """DELETE /sobjects/X/a/b: by an external id, or through a relationship."""
    return delete(_as_relation(call)) if _names_row(call) else rest_rows.delete_by_key(call)


def _names_row(call: Call) -> bool:
    """Whether the second part of the URL is an id of the object, not the name of a field."""
    kind, text = call.object_type(), call.arguments["field"]
    if kind.field(text) is not None or text[:3] != kind.id_prefix:
        return False
    try:
        normalise(text)
    except ValueError:
        return False
    return True


def _as_relation(call: Call) -> Call:
    arguments = call.arguments
    named = {"object": arguments["object"], "id": arguments["field"], "step1": arguments["value"]}
    return replace(call, arguments=named)


def _steps(call: Call) -> list[str]:
    return [value for name, value in call.arguments.items() if name.startswith("step")]


def _walk(call: Call, steps: list[str]) -> Place:
    """The record that the relationships lead to, from the one the URL begins with."""
    if float(call.version) < SINCE:
        raise not_found()
    kind = call.object_type()
    place: Place = (kind, rest_rows.found_row(call, kind, call.arguments["id"]))
    for step in steps:
        place = _parent(call, place, step)
    return place


def _parent(call: Call, place: Place, step: str) -> Place:
    """The record one step up. Raises OrgError 404 when there is no such relationship, or it is empty."""
    kind, row = place
    through = kind.by_relationship(step)
    if through is None or not call.org.shows(call.user_id, kind.name, through.name):
        raise not_found()
    target_id = row.get(through.name)
    target = call.org.schema.object_of_id(str(target_id)) if target_id else None
    if target is None:
        raise not_found()
    if not call.org.permissions.may(call.user_id, target, "read"):
        raise not_found()
    return target, rest_rows.found_row(call, target, str(target_id))


def _children(call: Call, child: ChildRelationship, row: Row) -> Response:
    """The child records, as a query answers them: by pages, with the fields that the caller may see."""
    kind = call.org.schema.object(child.child_object)
    if kind is None or not kind.queryable:
        raise not_found()
    wanted = call.request.parameters.get("fields")
    names = None if wanted is None else [one.strip() for one in wanted.split(",") if one.strip()]
    fields = ", ".join(field.name for field in rest_rows.shown_fields(call, kind, names))
    soql = f"SELECT {fields} FROM {kind.name} WHERE {child.field} = '{row['Id']}'"  # noqa: S608 - names of the schema
    return rest_query.first_page(call, soql)


def _refuse_children(call: Call) -> None:
    *before, last = _steps(call)
    kind, _ = _walk(call, before)
    if kind.child(last) is not None and kind.by_relationship(last) is None:
        sentence = f"HTTP Method '{call.request.method}' not allowed. Allowed are GET,HEAD"
        raise OrgError(405, "METHOD_NOT_ALLOWED", sentence)
