"""Keeps other sites' pages and other machines away from the parts of the local org that ask for no token."""

from __future__ import annotations

from urllib.parse import urlsplit

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request

_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


def refuse_strangers(request: Request) -> None:
    """Raises OrgError 403 when a request names this server by a foreign host, or a page of another site sent it.

    The port is open to this machine only. A page that somebody opens in a browser here could still send
    requests to it; its browser tells so by Host, Origin or Sec-Fetch-Site.
    """
    host = request.header("host")
    if host is not None and _name(f"//{host}") not in _OWN_NAMES:
        raise OrgError(403, "FORBIDDEN", "Ask for this server as 127.0.0.1 or localhost.")
    origin = request.header("origin")
    if origin is not None and origin != f"http://{host}":
        raise OrgError(403, "FORBIDDEN", "A page of another site may not do this.")
    if (request.header("sec-fetch-site") or "none") not in {"same-origin", "none"}:
        raise OrgError(403, "FORBIDDEN", "A page of another site may not do this.")


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
