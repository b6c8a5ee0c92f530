"""Search: this org has none, and says so instead of answering with nothing."""

from __future__ import annotations

from sfrouter.localorg.call import Call
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response


def refuse(call: Call) -> Response:
    """GET or POST /search and /parameterizedSearch. Always raises OrgError 501."""
    sentence = "The local org has no search (SOSL, parameterizedSearch). Use a SOQL query."
    raise OrgError(501, "NOT_IMPLEMENTED", sentence)
