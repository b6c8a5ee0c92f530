"""A signed-in person or program inside this process, who asks the org without a network (tests, simulator)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.org import Org

API_VERSION = "65.0"


class Actor:
    """Sends requests in the name of one user: `Actor(org, "@bob").patch("/sobjects/Lead/00Q...", {...})`.

    Paths are given below /services/data/vXX.0. Requests pass through the org's front door: they are counted,
    judged and logged like any other.
    """

    def __init__(self, org: Org, user: str, *, version: str = API_VERSION) -> None:
        self.org = org
        self.user_id = org.id_of(user)
        self.version = version
        self._token = org.open_session(user).token

    def send(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Response:
        """One request. Raises DropConnection when a fault cuts the line."""
        url = f"/services/data/v{self.version}{path}"
        sent = {"Authorization": f"Bearer {self._token}"} | dict(headers or {})
        return self.org.handle(Request.build(method, url, headers=sent, json_body=body))

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        """GET."""
        return self.send("GET", path, None, headers)

    def post(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Response:
        """POST with a JSON body."""
        return self.send("POST", path, body, headers)

    def patch(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Response:
        """PATCH with a JSON body."""
        return self.send("PATCH", path, body, headers)

    def delete(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        """DELETE."""
        return self.send("DELETE", path, None, headers)

    def query(self, soql: str, headers: Mapping[str, str] | None = None) -> Response:
        """The first page of a query."""
        return self.get(f"/query?q={quote(soql)}", headers)
