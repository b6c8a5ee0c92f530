"""Recently used records over REST, and the notes that record calls leave there."""

from __future__ import annotations

from typing import Any

from sfrouter.localorg.call import Call
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.recent_items import HEADER, MOST_KEPT, is_noted
from sfrouter.localorg.schema import ObjectType


def recent(call: Call) -> Response:
    """GET /recent[?limit=N]: id and name of what the caller used last. Raises OrgError 400 for a bad limit."""
    text = call.request.parameters.get("limit", str(MOST_KEPT))
    if not text.isdigit() or int(text) < 1:
        raise OrgError(400, "INVALID_QUERY_FILTER_OPERATOR", f"Invalid value for the limit parameter: {text}")
    return Response.of_json(items(call, None)[: min(int(text), MOST_KEPT)])


def items(call: Call, object_name: str | None) -> list[dict[str, Any]]:
    """The records, the latest first, without those that were deleted since."""
    found = []
    for name, row_id in call.org.recent.of(call.user_id, object_name):
        kind = call.org.schema.object(name)
        row = call.org.store.get(name, row_id) if kind is not None else None
        if kind is not None and row is not None:
            attributes = {"type": name, "url": call.row_url(name, row_id)}
            found.append({"attributes": attributes, "Id": row_id} | _name(kind, row))
    return found


def note(call: Call, kind: ObjectType, row_id: str) -> None:
    """Note a record that a record call touched, unless its Sforce-Mru header says not to."""
    if kind.mru_enabled and is_noted(call.request.header(HEADER), call.version):
        call.org.recent.note(call.user_id, kind.name, row_id)


def _name(kind: ObjectType, row: dict[str, Any]) -> dict[str, Any]:
    field = kind.name_field
    return {} if field is None else {field.name: row.get(field.name)}
