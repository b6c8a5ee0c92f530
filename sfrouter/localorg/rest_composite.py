"""Several calls in one: up to 25 subrequests, each with its own headers, that may refer to one another."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from sfrouter.localorg.call import Call, not_found
from sfrouter.localorg.composite_references import filled, filled_text
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response

MOST_SUBREQUESTS = 25
MOST_QUERIES = 5
"""Of the subrequests, at most five may be queries or collections."""

_REFERENCE_ID = re.compile(r"[A-Za-z0-9_]+")
_INHERITED = ("accept", "authorization", "content-type")
"""Headers that a subrequest takes from the call around it and must not bring itself."""

_KEYS = frozenset({"method", "url", "referenceId", "body", "httpHeaders"})
METHODS = ("POST", "PUT", "PATCH", "GET", "DELETE")
_VERSION = re.compile(r"/services/data/(v\d{1,3}\.0)/(.+)")
ROLLED_BACK = "The transaction was rolled back since another operation in the same transaction failed."


@dataclass(frozen=True, slots=True)
class Subrequest:
    """One part of a composite call, as sent."""

    method: str
    url: str
    reference_id: str
    headers: Mapping[str, str]
    body: Any


class Undo(Exception):  # noqa: N818 - it carries the answers out of the transaction it ends
    """All parts are to be undone; `answers` are those given so far, the last of them a failure."""

    def __init__(self, answers: list[dict[str, Any]]) -> None:
        super().__init__()
        self.answers = answers


def kinds(call: Call) -> Response:
    """GET /composite: the composite resources that this org serves."""
    names = ["tree", "batch", "sobjects"] + (["graph"] if float(call.version) >= 50 else [])
    return Response.of_json({name: f"{call.base}/composite/{name}" for name in names})


def composite(call: Call) -> Response:
    """POST /composite. Counts as one call; the answer is 200 even when every part failed."""
    body = call.request.json()
    if not isinstance(body, dict) or not isinstance(body.get("compositeRequest"), list):
        raise OrgError(400, "JSON_PARSER_ERROR", "The request body needs the list compositeRequest")
    if not body["compositeRequest"]:
        raise OrgError(400, "JSON_PARSER_ERROR", "compositeRequest is empty")
    for name in ("allOrNone", "collateSubrequests"):
        if not isinstance(body.get(name, False), bool):
            raise OrgError(400, "JSON_PARSER_ERROR", f"{name} is true or false")
    too_many = _too_many(body["compositeRequest"])
    if too_many is not None:
        return too_many
    parts = [read_part(one) for one in body["compositeRequest"]]
    check_reference_ids(parts)
    if not body.get("allOrNone", False):
        return _each(call, parts)
    try:
        with call.org.store.transaction():
            answers = run_parts(call, parts)
            if len(answers) < len(parts) or has_failed(parts[-1], answers[-1]):
                raise Undo(answers)
    except Undo as undone:
        answers = halted_but_last(parts, undone.answers)
    return Response.of_json({"compositeResponse": answers})


def _each(call: Call, parts: list[Subrequest]) -> Response:
    """The parts one after the other, whatever becomes of any. Their bodies are JSON and go in as they are: of ten
    descriptions that is all the work."""
    refers = b"@{" in call.request.body
    bodies: dict[str, Any] = {}
    texts: list[bytes] = []
    for part in parts:
        response = _answer(call, part, bodies)
        rest = json.dumps(_part_rest(part, response), ensure_ascii=False).encode()
        texts.append(b'{"body": ' + (response.body or b"null") + b", " + rest[1:])
        if refers and response.status < 400:
            bodies[part.reference_id] = json.loads(response.body) if response.body else None
    return Response.of_json_text(b'{"compositeResponse": [' + b", ".join(texts) + b"]}")


def _too_many(listed: list[Any]) -> Response | None:
    """More than 25 parts, or five queries: one answer without reference, as seen from a real org."""
    urls = [one.get("url") for one in listed if isinstance(one, dict)]
    queries = sum(1 for url in urls if isinstance(url, str) and _is_query(url))
    if len(listed) > MOST_SUBREQUESTS:
        sentence = "The request can’t contain more than 25 operations."
    elif queries > MOST_QUERIES:
        sentence = "The request can’t contain more than 5 query or sObject Collections operations."
    else:
        return None
    error = [{"errorCode": "LIMIT_EXCEEDED", "message": sentence}]
    part = {"body": error, "httpHeaders": {}, "httpStatusCode": 400, "referenceId": None}
    return Response.of_json({"compositeResponse": [part]}, 400)


def _is_query(url: str) -> bool:
    found = _VERSION.fullmatch(url.partition("?")[0])
    resource = found[2].strip("/") if found else ""
    return resource.split("/")[0] in {"query", "queryAll"} or _is_collection(resource)


def _is_collection(resource: str) -> bool:
    return resource == "composite/sobjects" or resource.startswith("composite/sobjects/")


def read_part(one: Any, allowed: frozenset[str] = _KEYS) -> Subrequest:
    """One part, its form checked. Raises OrgError 400, which refuses the whole call."""
    if not isinstance(one, dict):
        raise OrgError(400, "JSON_PARSER_ERROR", "Every subrequest is an object")
    for name in one:
        if name not in allowed and name != "referenceID":
            raise OrgError(400, "JSON_PARSER_ERROR", f'Unrecognized field "{name}" in a subrequest')
    method, url = one.get("method"), one.get("url")
    reference_id = one.get("referenceId", one.get("referenceID"))
    for name, value in (("method", method), ("url", url), ("referenceId", reference_id)):
        if not isinstance(value, str) or not value:
            raise OrgError(400, "JSON_PARSER_ERROR", f"A subrequest needs the text {name}")
    if method not in METHODS:
        raise OrgError(400, "JSON_PARSER_ERROR", f"Invalid method in a subrequest: {method}")
    headers = one.get("httpHeaders") or {}
    _check_headers(headers)
    return Subrequest(str(method), str(url), str(reference_id), headers, one.get("body"))


def _check_headers(headers: Any) -> None:
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise OrgError(400, "JSON_PARSER_ERROR", "httpHeaders is an object of texts")
    for name in headers:
        if name.lower() in _INHERITED:
            sentence = f"The header {name} is not allowed in a subrequest"
            raise OrgError(400, "INVALID_HTTP_HEADER", sentence)


def check_reference_ids(parts: list[Subrequest]) -> None:
    """Raises OrgError 400 for a reference id that is ill-formed or stands twice."""
    seen: set[str] = set()
    for part in parts:
        if not _REFERENCE_ID.fullmatch(part.reference_id):
            sentence = f"Invalid reference ID: {part.reference_id}. Use letters, numbers and underscores only."
            raise OrgError(400, "INVALID_REFERENCE_ID", sentence)
        if part.reference_id in seen:
            raise OrgError(400, "DUPLICATE_REFERENCE_ID", f"Duplicate reference ID: {part.reference_id}")
        seen.add(part.reference_id)


def run_parts(call: Call, parts: list[Subrequest]) -> list[dict[str, Any]]:
    """Answer the parts in their order, up to the first that fails."""
    bodies: dict[str, Any] = {}
    answers: list[dict[str, Any]] = []
    for part in parts:
        response = _answer(call, part, bodies)
        answer = _part_answer(part, response)
        answers.append(answer)
        if response.status < 400:
            bodies[part.reference_id] = answer["body"]
        if has_failed(part, answer):
            break
    return answers


def _answer(call: Call, part: Subrequest, bodies: Mapping[str, Any]) -> Response:
    request = Request(part.method, part.url, headers=part.headers)
    try:
        request = _request(call, part, bodies)
        response = _dispatched(call, request)
    except OrgError as problem:
        response = Response.of_error(problem)
    call.org.note(request, response, call.user_id, inside_composite=True)
    return response


def _request(call: Call, part: Subrequest, bodies: Mapping[str, Any]) -> Request:
    """The part as a request of its own: its own headers, and three inherited ones; no other outer header."""
    path, _, query = filled_text(part.url, bodies).partition("?")
    inherited = {name: call.request.header(name) for name in _INHERITED}
    headers = {name: value for name, value in inherited.items() if value is not None} | dict(part.headers)
    body = b"" if part.body is None else json.dumps(filled(part.body, bodies)).encode()
    return Request(part.method, path, query, headers, body)


def _dispatched(call: Call, request: Request) -> Response:
    found = _VERSION.fullmatch(request.path)
    if found is None:
        raise not_found()
    resource = tuple(unquote(one) for one in found[2].strip("/").split("/"))
    allowed = resource[0] in {"sobjects", "query", "queryAll"} or resource[:2] == ("composite", "sobjects")
    if not allowed:
        raise not_found()
    version = call.check_version(found[1])
    inner = replace(call, request=request, version=version, arguments={})
    return call.dispatch(inner, resource)


def _part_answer(part: Subrequest, response: Response) -> dict[str, Any]:
    return {"body": json.loads(response.body) if response.body else None, **_part_rest(part, response)}


def _part_rest(part: Subrequest, response: Response) -> dict[str, Any]:
    """What an answer says beside its body."""
    headers = {name: value for name, value in response.headers.items() if name.lower() != "content-type"}
    return {"httpHeaders": headers, "httpStatusCode": response.status, "referenceId": part.reference_id}


def has_failed(part: Subrequest, answer: Mapping[str, Any]) -> bool:
    """Whether a part failed; a collections part also by one failing record."""
    if answer["httpStatusCode"] >= 400:
        return True
    if part.method == "GET" or not isinstance(answer["body"], list):
        return False
    return any(isinstance(one, dict) and one.get("success") is False for one in answer["body"])


def halted_but_last(parts: list[Subrequest], answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """After a rollback: the failed part keeps its answer, all others tell that they were halted."""
    failed_at = len(answers) - 1
    return [answers[place] if place == failed_at else halted(part) for place, part in enumerate(parts)]


def halted(part: Subrequest, sentence: str = ROLLED_BACK) -> dict[str, Any]:
    """The answer of a part that was undone, or never tried."""
    body = [{"errorCode": "PROCESSING_HALTED", "message": sentence}]
    return {"body": body, "httpHeaders": {}, "httpStatusCode": 400, "referenceId": part.reference_id}
