"""The front desk of the REST interface: finds the resource a call is for, checks the token, counts the call."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from sfrouter.localorg import (
    auth,
    rest_collections,
    rest_composite,
    rest_describe,
    rest_identity,
    rest_query,
    rest_rows,
)
from sfrouter.localorg.call import Answerer, Call, not_found
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.sessions import Session, session_expired

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

LONGEST_URI = 16_384
"""Bytes of a URI, and of a URI with its headers: above it Salesforce answers 414, or 431."""

OLDEST_VERSION, NEWEST_VERSION = 31, 67
_SEASONS = ("Summer", "Winter", "Spring")

ROUTES: tuple[tuple[str, Mapping[str, Answerer]], ...] = (
    ("", {"GET": rest_describe.resources}),
    ("limits", {"GET": rest_describe.limits}),
    ("query", {"GET": rest_query.query}),
    ("query/{locator}", {"GET": rest_query.more}),
    ("queryAll", {"GET": rest_query.query_all}),
    ("queryAll/{locator}", {"GET": rest_query.more}),
    ("sobjects", {"GET": rest_describe.everything}),
    ("sobjects/{object}", {"GET": rest_describe.basic, "POST": rest_rows.create}),
    ("sobjects/{object}/describe", {"GET": rest_describe.describe}),
    (
        "sobjects/{object}/{id}",
        {
            "GET": rest_rows.read,
            "PATCH": rest_rows.update,
            "DELETE": rest_rows.delete,
            "POST": rest_rows.create_by_id,
        },
    ),
    (
        "sobjects/{object}/{field}/{value}",
        {
            "GET": rest_rows.read_by_key,
            "PATCH": rest_rows.upsert,
            "DELETE": rest_rows.delete_by_key,
        },
    ),
    ("composite", {"GET": rest_composite.kinds, "POST": rest_composite.composite}),
    (
        "composite/sobjects",
        {
            "POST": rest_collections.create,
            "PATCH": rest_collections.update,
            "DELETE": rest_collections.delete,
        },
    ),
    (
        "composite/sobjects/{object}",
        {"GET": rest_collections.retrieve, "POST": rest_collections.retrieve_many},
    ),
    ("composite/sobjects/{object}/{field}", {"PATCH": rest_collections.upsert}),
)
"""Every resource below /services/data/vXX.0/ and the methods it takes. What is not here is 404, or 405."""

_ROUTES = [(tuple(pattern.split("/")) if pattern else (), methods) for pattern, methods in ROUTES]
_VERSION = re.compile(r"v(\d{1,3})\.0")


def answer(org: Org, request: Request) -> Response:
    """Answer one request; every refusal comes back in Salesforce's words, never as an exception."""
    try:
        response = _answer(org, replace(request, method="GET") if request.method == "HEAD" else request)
    except OrgError as problem:
        response = Response.of_error(problem)
    if request.method == "HEAD":
        return Response(response.status, response.headers)
    return response


def _answer(org: Org, request: Request) -> Response:
    _check_size(request)
    segments = [unquote(part) for part in request.path.strip("/").split("/")]
    match segments:
        case ["services", "oauth2", "token"]:
            return auth.token(org, request)
        case ["services", "oauth2", "revoke"]:
            return auth.revoke(org, request)
        case ["services", "oauth2", "userinfo"]:
            return rest_identity.userinfo(org, request)
        case ["id", org_id, user_id]:
            return rest_identity.identity(org, request, org_id, user_id)
        case ["services", "data"]:
            if request.method != "GET":
                raise _wrong_method(request, ("GET",))
            return Response.of_json(versions())
        case ["services", "data", version, *rest]:
            return _data(org, request, version, tuple(rest))
    raise not_found()


def _check_size(request: Request) -> None:
    if request.uri_length > LONGEST_URI:
        raise OrgError(414, "URI_TOO_LONG", "The length of the URI exceeds the 16,384-byte limit.")
    if request.uri_length + request.headers_length > LONGEST_URI:
        sentence = "The combined length of the URI and headers exceeds the 16,384-byte limit."
        raise OrgError(431, "REQUEST_HEADER_FIELDS_TOO_LARGE", sentence)


def versions() -> list[dict[str, str]]:
    """The API versions, oldest first, as `GET /services/data` lists them."""
    return [
        {"label": _label(number), "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
        for number in range(OLDEST_VERSION, NEWEST_VERSION + 1)
    ]


def _label(number: int) -> str:
    # 31.0 was Summer '14; Winter '15 followed, and three releases a year since.
    year, season = divmod(number - OLDEST_VERSION, 3)
    return f"{_SEASONS[season]} '{14 + year + (1 if season else 0)}"


def _data(org: Org, request: Request, version: str, rest: tuple[str, ...]) -> Response:
    """A call below /services/data/vXX.0/: token first, then the count, then the resource."""
    number = _version_number(version)
    with org.store.lock:
        session = bearer(org, request)
        try:
            org.calls.spend()
            call = Call(org, request, session.token, session.user_id, number, dispatch, _version_number)
            response = dispatch(call, rest)
        except OrgError as problem:
            response = Response.of_error(problem)
        usage = {"Sforce-Limit-Info": org.calls.header()}
    return replace(response, headers={**response.headers, **usage})


def _version_number(text: str) -> str:
    found = _VERSION.fullmatch(text)
    if found is None or int(found[1]) > NEWEST_VERSION:
        raise not_found()
    if int(found[1]) < OLDEST_VERSION:
        raise OrgError(410, "UNSUPPORTED_API_VERSION", f"API version {found[1]}.0 has been retired.")
    return f"{int(found[1])}.0"


def bearer(org: Org, request: Request) -> Session:
    """The session of the Authorization header. Raises OrgError 401 INVALID_SESSION_ID."""
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    if scheme.lower() not in {"bearer", "oauth"}:
        raise session_expired()
    session = org.sessions.use(token.strip())
    if not org.is_active_user(session.user_id):
        org.sessions.expire_user(session.user_id)
        raise session_expired()
    return session


def dispatch(call: Call, path: tuple[str, ...]) -> Response:
    """Answer a call for a resource. Raises OrgError 404 for an unknown one, 405 for a wrong method, 406."""
    _check_accept(call.request)
    for pattern, methods in _ROUTES:
        arguments = _fits(pattern, path)
        if arguments is not None:
            answerer = methods.get(call.request.method)
            if answerer is None:
                raise _wrong_method(call.request, methods)
            return answerer(replace(call, arguments=arguments))
    raise not_found()


def _fits(pattern: tuple[str, ...], parts: tuple[str, ...]) -> dict[str, str] | None:
    if len(pattern) != len(parts):
        return None
    arguments = {}
    for expected, found in zip(pattern, parts, strict=True):
        if expected.startswith("{"):
            arguments[expected[1:-1]] = found
        elif expected != found:
            return None
    return arguments


def _wrong_method(request: Request, methods: Collection[str]) -> OrgError:
    allowed = ",".join(sorted([*methods, "HEAD"] if "GET" in methods else methods))
    sentence = f"HTTP Method '{request.method}' not allowed. Allowed are {allowed}"
    return OrgError(405, "METHOD_NOT_ALLOWED", sentence)


def _check_accept(request: Request) -> None:
    """This org speaks JSON only; a client that asks for XML alone is refused rather than surprised."""
    wanted = request.header("accept")
    if not wanted:
        return
    kinds = {part.split(";")[0].strip().lower() for part in wanted.split(",")}
    if not kinds & {"*/*", "application/*", "application/json"}:
        raise OrgError(406, "NOT_ACCEPTABLE", f"Cannot satisfy the Accept header: {wanted}")
