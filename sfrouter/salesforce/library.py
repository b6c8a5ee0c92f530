"""The only file that knows simple-salesforce: a thin cover that takes away its own sign-in and its exceptions."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from sfrouter.salesforce.answers import CallError, first_error
from sfrouter.salesforce.auth import Token
from sfrouter.salesforce.transport import CSV_KIND, OrgSession

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CsvPage:
    """A page of a bulk query's result: its CSV, how many rows it says it has, and the way to the next page."""

    body: bytes
    rows: int
    locator: str | None


class Library:
    """One client for one thread and one token; every method raises CallError only.

    The client gets a ready session id, so it cannot sign in again by itself: its own repeat after a 401 drops
    the caller's headers, among them the one that keeps an assignment rule from taking a lead.
    """

    def __init__(self, token: Token, version: str, session: OrgSession) -> None:
        self.generation = token.generation
        self._session = session
        self._client = Salesforce(
            session_id=token.value,
            instance_url=token.instance_url,
            version=version,
            session=session,
            object_pairs_hook=dict,
        )
        self._client.headers.pop("X-PrettyPrint", None)  # blanks cost a third of every answer

    def query(self, soql: str, *, deleted: bool, headers: Headers) -> Any:
        """The first page of a query, deleted rows included if asked."""
        return self._call(self._client.query, soql, include_deleted=deleted, headers=dict(headers))

    def more(self, path: str, *, headers: Headers) -> Any:
        """A further page; `path` must have been checked, it is glued to the host."""
        return self._call(self._client.query_more, path, identifier_is_url=True, headers=dict(headers))

    def get(self, path: str) -> Any:
        """A resource below /services/data/vXX.0/."""
        return self._call(self._client.restful, path)

    def post(self, path: str, body: Any, *, headers: Headers) -> Any:
        """Send JSON to a resource below /services/data/vXX.0/."""
        send = partial(self._client.restful, method="POST", json=body, headers=dict(headers))
        return self._call(send, path)

    def delete(self, path: str, parameters: Mapping[str, str]) -> Any:
        """Delete what a resource below /services/data/vXX.0/ names."""
        send = partial(self._client.restful, method="DELETE", params=dict(parameters))
        return self._call(send, path)

    def csv(self, path: str, parameters: Mapping[str, str]) -> CsvPage:
        """A page of CSV of a resource below /services/data/vXX.0/."""
        headers = {**self._client.headers, "Accept": CSV_KIND}
        answer = self._session.get(self._client.base_url + path, params=dict(parameters), headers=headers)
        rows, locator = (answer.headers.get(f"Sforce-{name}", "") for name in ("NumberOfRecords", "Locator"))
        if not (rows.isascii() and rows.isdigit()) or not locator:
            raise CallError(status=200, message="the page does not say how many rows it has, or which comes next")
        return CsvPage(answer.content, int(rows), None if locator == "null" else locator)

    def userinfo(self) -> Any:
        """Who the token belongs to."""
        return self._call(self._client.oauth2, "userinfo")

    @staticmethod
    def _call(method: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except SalesforceError as refusal:
            # The session judges answers before the library does; its text would carry address and query.
            code, message = first_error(refusal.content)
            raise CallError(status=refusal.status, code=code, message=message) from None
        except (ValueError, TypeError):
            raise CallError(status=200, message="the org's answer is broken off") from None
