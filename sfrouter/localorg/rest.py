"""The front desk of the REST interface: finds the resource a call is for, checks the token, counts the call."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from sfrouter.localorg import auth, rest_identity
from sfrouter.localorg.call import Call, not_found
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.rest_routes import ROUTES
from sfrouter.localorg.sessions import Session, session_expired
from sfrouter.localorg.visibility import DELAY_HEADER

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

LONGEST_URI = 16_384
"""Bytes of a URI, and of a URI with its headers: above it Salesforce answers 414, or 431."""

OLDEST_VERSION, NEWEST_VERSION = 31, 67
_SEASONS = ("Summer", "Winter", "Spring")

_ROUTES = [(tuple(pattern.split("/")) if pattern else (), methods) for pattern, methods in ROUTES]
_VERSION = re.compile(r"v(\d{1,3})\.0")


def answer(org: Org, request: Request) -> Response:
    """Answer one request; every refusal comes back in Salesforce's words, never as an exception."""
    request = _with_real_method(request)
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


def _with_real_method(request: Request) -> Request:
    """A POST may name another method in its URL (`_HttpMethod=PATCH`), for clients that can send no other."""
    named = request.parameters.get("_HttpMethod") if request.method == "POST" else None
    if named and request.path.startswith("/services/data/"):
        return replace(request, method=named)
    return request


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
        org.settle()
        org.bulk.run_due()
        session = bearer(org, request)
        try:
            org.long_calls.require_room()
            org.calls.spend()
            call = Call(org, request, session.token, session.user_id, number, dispatch, _version_number)
            with org.visibility.transaction(session.user_id, request.header(DELAY_HEADER)):
                response = dispatch(call, rest)
        except OrgError as problem:
            response = Response.of_error(problem)
        org.bulk.run_due()
        usage = {"Sforce-Limit-Info": org.calls.header()} | _warning(org, number)
    return replace(response, headers={**response.headers, **usage})


def _warning(org: Org, version: str) -> dict[str, str]:
    """The header that tells a client its API version is on the way out."""
    if float(version) >= org.deprecated_below:
        return {}
    return {"Warning": '299 - "This API is deprecated and will be removed in a later release."'}


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
    _check_accept(call.request, csv=path[:1] == ("jobs",))
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


def _check_accept(request: Request, *, csv: bool) -> None:
    """This org speaks JSON, and CSV in bulk jobs; a client that asks for XML alone is refused, not surprised."""
    wanted = request.header("accept")
    if not wanted:
        return
    kinds = {part.split(";")[0].strip().lower() for part in wanted.split(",")}
    known = {"*/*", "application/*", "application/json"} | ({"text/csv", "text/*"} if csv else set())
    if not kinds & known:
        raise OrgError(406, "NOT_ACCEPTABLE", f"Cannot satisfy the Accept header: {wanted}")
