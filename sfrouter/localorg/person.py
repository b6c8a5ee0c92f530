"""Somebody at the screen: reads and changes the org by its own rules, without a token and uncounted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sfrouter.localorg import rest
from sfrouter.localorg.call import Call
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.org import Org

VERSION = "65.0"
_NO_RULES = {"Sforce-Auto-Assign": "FALSE"}


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the org in front of a browser.

    What he may see and do is judged as for any call of his. As in Salesforce, work in a browser costs no API
    calls, and no fault plan stands between him and the org.
    """

    org: Org
    user_id: str
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_RULES)

    def query(self, soql: str) -> list[dict[str, Any]]:
        """The first page of a query. Raises OrgError."""
        return list(self._ask("GET", ("query",), query=urlencode({"q": soql})).json()["records"])

    def count(self, soql: str) -> int:
        """What a SELECT COUNT() answers. Raises OrgError."""
        return int(self._ask("GET", ("query",), query=urlencode({"q": soql})).json()["totalSize"])

    def read(self, object_name: str, row_id: str) -> dict[str, Any]:
        """A row with all fields that the person may see. Raises OrgError."""
        return dict(self._ask("GET", ("sobjects", object_name, row_id)).json())

    def create(self, object_name: str, values: Mapping[str, Any]) -> str:
        """A new row; its id. Raises OrgError with the first rule that it breaks."""
        return str(self._ask("POST", ("sobjects", object_name), values).json()["id"])

    def update(self, object_name: str, row_id: str, changes: Mapping[str, Any]) -> None:
        """Change a row; no assignment rule runs. Raises OrgError with the first rule that the change breaks."""
        self._ask("PATCH", ("sobjects", object_name, row_id), changes)

    def delete(self, object_name: str, row_id: str) -> None:
        """Put a row into the recycle bin. Raises OrgError."""
        self._ask("DELETE", ("sobjects", object_name, row_id))

    def _ask(
        self, method: str, path: tuple[str, ...], body: Mapping[str, Any] | None = None, *, query: str = ""
    ) -> Response:
        url = f"/services/data/v{VERSION}/{'/'.join(path)}?{query}"
        request = Request.build(method, url, headers=self.headers, json_body=body)
        with self.org.store.lock:
            self.org.settle()
            call = Call(self.org, request, "", self.user_id, VERSION, rest.dispatch, _own_version)
            try:
                with self.org.visibility.transaction(self.user_id):
                    response = rest.dispatch(call, path)
            except OrgError as problem:
                self.org.note(request, Response.of_error(problem), self.user_id)
                raise
            self.org.note(request, response, self.user_id)
        if response.status >= 400:
            first = response.json()[0]
            raise OrgError(response.status, first["errorCode"], first["message"])
        return response


def _own_version(text: str) -> str:
    """A person has no version of the API; nothing here asks for another."""
    return VERSION
