"""Conditional requests: "only if it has (not) changed since", as Salesforce honours them on rows and describes."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response

_HTTP_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}"
    r" \d{2}:\d{2}:\d{2} ([A-Z]{1,4}|[+-]\d{4})"
)
"""`Mon, 30 Nov 2020 08:34:54 MST`: the form the guides give, with any zone."""

_ETAG = re.compile(r'"([^"]*)"')


def last_modified(moment: datetime) -> dict[str, str]:
    """The Last-Modified header for a moment: whole seconds, GMT."""
    return {"Last-Modified": format_datetime(moment.astimezone(UTC), usegmt=True)}


def etag(*parts: str) -> str:
    """An entity tag: a hash of what identifies this state of the row."""
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    return f'"{base64.b64encode(digest).decode()}--gzip"'


def unchanged(request: Request, changed_at: datetime) -> Response | None:
    """For a describe: 304 without a body when nothing changed since the caller's date, else None.

    Raises OrgError 412 when If-Unmodified-Since is older than the change.
    """
    require_unmodified(request, changed_at, strict=False)
    since = _date(request, "If-Modified-Since", strict=False)
    if since is not None and changed_at.replace(microsecond=0) <= since:
        return Response(304, last_modified(changed_at))
    return None


def row_unchanged(request: Request, changed_at: datetime, tag: str | None) -> Response | None:
    """For a row: 304 when If-Modified-Since or (Account only, `tag` given) If-None-Match says so."""
    headers = last_modified(changed_at) | ({"ETag": tag} if tag else {})
    since = _date(request, "If-Modified-Since", strict=False)
    if since is not None and changed_at <= since:
        return Response(304, headers)
    named = request.header("If-None-Match")
    if tag and named is not None and _names(named, tag):
        return Response(304, headers)
    return None


def require_unmodified(request: Request, changed_at: datetime, *, strict: bool) -> None:
    """If-Unmodified-Since: raises OrgError 412 when the row changed later than the date given.

    The comparison knows whole seconds only, so two changes within a second cannot be told apart: the weak
    check that Salesforce documents. With `strict` (PATCH and POST) a malformed date is a 400.
    """
    since = _date(request, "If-Unmodified-Since", strict=strict)
    if since is not None and changed_at > since:
        raise precondition_failed()


def require_match(request: Request, tag: str) -> None:
    """If-Match and If-None-Match of a write to an Account: raises OrgError 412, or 400 for malformed ones."""
    wanted = _tags(request, "If-Match")
    if wanted is not None and not _names(wanted, tag):
        raise precondition_failed()
    unwanted = _tags(request, "If-None-Match")
    if unwanted is not None and _names(unwanted, tag):
        raise precondition_failed()


def require_read_match(request: Request, tag: str) -> None:
    """If-Match of a read of an Account: raises OrgError 412 when no tag fits."""
    wanted = request.header("If-Match")
    if wanted is not None and not _names(wanted, tag):
        raise precondition_failed()


def not_modified_since(request: Request, changed_at: datetime) -> Response | None:
    """If-Modified-Since of a PATCH: 304, and the change is not made, when the row has not changed since."""
    since = _date(request, "If-Modified-Since", strict=False)
    if since is not None and changed_at <= since:
        return Response(304, last_modified(changed_at))
    return None


def precondition_failed() -> OrgError:
    """412. The guides give the status but no body; this one is in the usual shape."""
    sentence = "The request was not executed because a precondition in its headers was not satisfied."
    return OrgError(412, "PRECONDITION_FAILED", sentence)


def _names(header: str, tag: str) -> bool:
    return header.strip() == "*" or tag.strip('"') in _ETAG.findall(header)


def _tags(request: Request, name: str) -> str | None:
    value = request.header(name)
    if value is not None and value.strip() != "*" and not _ETAG.search(value):
        raise _malformed(name, value)
    return value


def _date(request: Request, name: str, *, strict: bool) -> datetime | None:
    value = request.header(name)
    if value is None:
        return None
    try:
        if not _HTTP_DATE.fullmatch(value.strip()):
            raise ValueError(value)
        found = parsedate_to_datetime(value.strip())
        if found.tzinfo is None:
            raise ValueError(value)
    except ValueError as problem:
        if strict:
            raise _malformed(name, value) from problem
        return None
    return found


def _malformed(name: str, value: str) -> OrgError:
    return OrgError(400, "INVALID_HEADER_VALUE", f"Invalid value for header {name}: {value}")
