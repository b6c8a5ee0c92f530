"""Who am I: the userinfo and identity resources that clients read right after signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.sessions import Session

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org


def userinfo(org: Org, request: Request) -> Response:
    """GET or POST /services/oauth2/userinfo."""
    session = _signed_in(org, request)
    if isinstance(session, Response):
        return session
    row = _user(org, session.user_id)
    body = _common(org, row) | {
        "sub": org.identity_url(session.user_id),
        "preferred_username": row.get("Username"),
        "name": row.get("Name"),
        "given_name": row.get("FirstName"),
        "family_name": row.get("LastName"),
        "email_verified": True,
        "zoneinfo": row.get("TimeZoneSidKey"),
    }
    return Response.of_json(body)


def identity(org: Org, request: Request, org_id: str, user_id: str) -> Response:
    """GET /id/<org>/<user>, the URL that the token answer and the resource list name."""
    session = _signed_in(org, request)
    if isinstance(session, Response):
        return session
    if org_id != org.org_id or user_id != session.user_id:
        return Response(404, {"Content-Type": "text/plain"}, b"Bad_Id")
    row = _user(org, user_id)
    data = f"{org.instance_url}/services/data/v{{version}}/"
    body = _common(org, row) | {
        "id": org.identity_url(user_id),
        "asserted_user": True,
        "username": row.get("Username"),
        "display_name": row.get("Name"),
        "first_name": row.get("FirstName"),
        "last_name": row.get("LastName"),
        "timezone": row.get("TimeZoneSidKey"),
        "urls": {
            "rest": data,
            "sobjects": f"{data}sobjects/",
            "query": f"{data}query/",
            "recent": f"{data}recent/",
        },
    }
    return Response.of_json(body)


def _signed_in(org: Org, request: Request) -> Session | Response:
    """The session, or the plain-text 403 these two resources answer instead of a JSON error."""
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    if scheme.lower() not in {"bearer", "oauth"}:
        return Response(403, {"Content-Type": "text/plain"}, b"Missing_OAuth_Token")
    try:
        return org.sessions.use(token.strip())
    except OrgError:
        return Response(403, {"Content-Type": "text/plain"}, b"Bad_OAuth_Token")


def _user(org: Org, user_id: str) -> dict[str, Any]:
    row = org.store.get("User", user_id)
    if row is None:
        raise LookupError("a session belongs to a user that is not in the org")
    return row


def _common(org: Org, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "user_id": row["Id"],
        "organization_id": org.org_id,
        "email": row.get("Email"),
        "nick_name": row.get("CommunityNickname"),
        "active": True,
        "user_type": "STANDARD",
        "language": row.get("LanguageLocaleKey"),
        "locale": row.get("LocaleSidKey"),
    }
