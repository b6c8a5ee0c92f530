"""Up to 25 independent calls in one: each is done, counted and answered by itself."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from sfrouter.localorg.call import Call, not_found
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response

MOST_SUBREQUESTS = 25
OLDEST_VERSION = 34
"""Subrequests may name no API version before this one, and none after that of the batch itself."""

_KEYS = frozenset({"method", "url", "richInput", "binaryPartName", "binaryPartNameAlias"})
_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"})
_RESOURCES = frozenset({"limits", "sobjects", "query", "queryAll", "search"})
_URL = re.compile(r"(?:/services/data)?/?v(\d{1,3})\.0/(.+)")
_INHERITED = ("accept", "authorization")

_HALTED = [{"errorCode": "BATCH_PROCESSING_HALTED", "message": "Batch processing halted per request"}]
"""The code is documented; the sentence is as clients have seen it."""


@dataclass(frozen=True, slots=True)
class BatchPart:
    """One subrequest, its form checked."""

    request: Request
    version: str
    resource: tuple[str, ...]


def batch(call: Call) -> Response:
    """POST /composite/batch. Answers 200 even when every subrequest failed. Raises OrgError 400 for its form."""
    body = call.request.json()
    listed = body.get("batchRequests") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(listed, list) or not listed:
        raise OrgError(400, "JSON_PARSER_ERROR", "The request body needs the list batchRequests")
    halt = body.get("haltOnError", False)
    if not isinstance(halt, bool):
        raise OrgError(400, "JSON_PARSER_ERROR", "haltOnError is true or false")
    if len(listed) > MOST_SUBREQUESTS:
        sentence = f"The request can’t contain more than {MOST_SUBREQUESTS} operations."
        raise OrgError(400, "LIMIT_EXCEEDED", sentence)
    parts = [_part(call, one) for one in listed]
    results = _run(call, parts, halt)
    failed = any(result["statusCode"] >= 400 for result in results)
    return Response.of_json({"hasErrors": failed, "results": results})


def _part(call: Call, one: Any) -> BatchPart:
    if not isinstance(one, dict):
        raise OrgError(400, "JSON_PARSER_ERROR", "Every subrequest is an object")
    for name in one:
        if name not in _KEYS:
            raise OrgError(400, "JSON_PARSER_ERROR", f'Unrecognized field "{name}" in a subrequest')
    method, url = one.get("method"), one.get("url")
    for name, value in (("method", method), ("url", url)):
        if not isinstance(value, str) or not value:
            raise OrgError(400, "JSON_PARSER_ERROR", f"A subrequest needs the text {name}")
    if method not in _METHODS:
        raise OrgError(400, "JSON_PARSER_ERROR", f"Invalid method in a subrequest: {method}")
    if "binaryPartName" in one or "binaryPartNameAlias" in one:
        raise OrgError(400, "JSON_PARSER_ERROR", "This org takes no binary parts")
    return _read(call, str(method), str(url), one.get("richInput"))


def _read(call: Call, method: str, url: str, rich_input: Any) -> BatchPart:
    """The part as a request of its own. It brings no headers and gets none but those that carry the session."""
    path, _, query = url.partition("?")
    found = _URL.fullmatch(path)
    if found is None:
        raise OrgError(400, "JSON_PARSER_ERROR", f"The url of a subrequest starts with the API version: {url}")
    newest = float(call.version)
    if not OLDEST_VERSION <= float(found[1]) <= newest:
        sentence = f"API version {found[1]}.0 of a subrequest is not between {OLDEST_VERSION}.0 and {call.version}"
        raise OrgError(400, "UNSUPPORTED_API_VERSION", sentence)
    headers = {name: value for name in _INHERITED if (value := call.request.header(name)) is not None}
    body = b"" if rich_input is None else json.dumps(rich_input).encode()
    version = f"{int(found[1])}.0"
    request = Request(method, f"/services/data/v{version}/{found[2]}", query, headers, body)
    return BatchPart(request, version, tuple(unquote(one) for one in found[2].strip("/").split("/")))


def _run(call: Call, parts: list[BatchPart], halt: bool) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    for place, part in enumerate(parts):
        if halt and results and results[-1]["statusCode"] >= 400:
            results.append({"statusCode": 412, "result": _HALTED})
            continue
        response = _answer(call, part, counted=place == 0)
        result = json.loads(response.body) if response.body else None
        results.append({"statusCode": response.status, "result": result})
    return results


def _answer(call: Call, part: BatchPart, *, counted: bool) -> Response:
    """One answer. Each subrequest counts as a call; the first was counted with the batch itself."""
    try:
        if not counted:
            call.org.calls.spend()
        if part.resource[0] not in _RESOURCES:
            raise not_found()
        inner = replace(call, request=part.request, version=part.version, arguments={})
        response = call.dispatch(inner, part.resource)
    except OrgError as problem:
        response = Response.of_error(problem)
    call.org.note(part.request, response, call.user_id, inside_composite=True)
    return response
