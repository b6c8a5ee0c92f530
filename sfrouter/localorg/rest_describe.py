"""What the org has: its resources, its objects and fields as the calling user may see them, its limits."""

from __future__ import annotations

from dataclasses import replace

from sfrouter.localorg import conditions, rest_recent
from sfrouter.localorg.call import Call
from sfrouter.localorg.describe_kept import KeptAnswers, describe_key
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.limits import limits_body

_RESOURCES = ("composite", "limits", "query", "queryAll", "recent", "sobjects", "tooling")


def resources(call: Call) -> Response:
    """GET /services/data/vXX.0/: the resources this org really serves, and who is calling."""
    body = {name: f"{call.base}/{name}" for name in _RESOURCES}
    body["identity"] = call.org.identity_url(call.user_id)
    return Response.of_json(body)


def limits(call: Call) -> Response:
    """GET /limits. Raises OrgError 403 for a caller who may not see Setup."""
    if not call.org.permissions.of(call.user_id).sees_setup:
        raise OrgError(403, "INSUFFICIENT_ACCESS", "insufficient access rights on object id", ())
    return Response.of_json(limits_body(call.org.calls))


def everything(call: Call) -> Response:
    """GET /sobjects: Describe Global."""
    unchanged = conditions.unchanged(call.request, call.org.schema_changed_at)
    if unchanged is not None:
        return unchanged
    body = call.org.schema.describe_global(api_version=call.version)
    visible = call.org.visible_fields(call.user_id)
    if visible is not None:
        visible.narrow_global(body)
    return Response.of_json(body, headers=conditions.last_modified(call.org.schema_changed_at))


def basic(call: Call) -> Response:
    """GET /sobjects/X: a few facts about the object, and which of its records the caller used last."""
    name = call.object_type().name
    listed = call.org.schema.describe_global(api_version=call.version)["sobjects"]
    described = next(entry for entry in listed if entry["name"] == name)
    return Response.of_json({"objectDescribe": described, "recentItems": rest_recent.items(call, name)})


def describe(call: Call) -> Response:
    """GET /sobjects/X/describe, without the fields hidden from the calling user."""
    kind = call.object_type()
    unchanged = conditions.unchanged(call.request, call.org.schema_changed_at)
    if unchanged is not None:
        return unchanged
    answer = _KEPT.get(describe_key(call, kind), lambda: _described(call, kind.name))
    return replace(answer, headers={**answer.headers, **conditions.last_modified(call.org.schema_changed_at)})


_KEPT = KeptAnswers()


def _described(call: Call, name: str) -> Response:
    visible = call.org.visible_fields(call.user_id)
    body = call.org.schema.describe(name, api_version=call.version, visible_fields=visible)
    if visible is not None:
        visible.narrow(body)
    return Response.of_json(body)
