"""An org made of prepared answers, for the tests of the gateway: nothing leaves this process."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import responses

from sfrouter.base.clock import SetClock
from sfrouter.salesforce.auth import Credentials
from sfrouter.salesforce.gateway import Gateway, GatewaySettings

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOST = "https://acme.my.salesforce.com"
DATA = f"{HOST}/services/data/v65.0"
TOKEN_URL = f"{HOST}/services/oauth2/token"
ORG, USER, LEAD = "00D000000000001EAA", "005000000000001AAA", "00Q000000000001EAA"

CLIENT = Credentials(login_url=HOST, client_id="the-client-id", client_secret="the-client-secret")
READY = Credentials(instance_url=HOST, access_token="00D000000000001!ready")

EXPIRED = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
DAILY = [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
CONCURRENT = [{"message": "ConcurrentPerOrgLongTxn Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
PAGE_503 = "<html><body>Down for maintenance, write to jane@acme.com</body></html>"


class Scene:
    """Prepared answers and a gateway that meets them. Several answers at one address come one after another."""

    def __init__(self, wire: responses.RequestsMock) -> None:
        self.wire = wire
        self.clock = SetClock(NOON)
        self.tokens = 0

    def gateway(self, credentials: Credentials = CLIENT, **settings: Any) -> Gateway:
        """A gateway on this scene's clock; signs in by client credentials unless told otherwise."""
        return Gateway(credentials, GatewaySettings(**settings), self.clock, seed=7)

    def signs_in(self, times: int = 10, **changes: Any) -> None:
        """The token endpoint gives token-1, token-2, ... , each time a new one."""

        def grant(_request: Any) -> tuple[int, dict[str, str], str]:
            self.tokens += 1
            body = {
                "access_token": f"token-{self.tokens}",
                "instance_url": HOST,
                "id": f"https://login.salesforce.com/id/{ORG}/{USER}",
                "token_type": "Bearer",
            }
            return 200, {}, json.dumps(body | changes)

        self.wire.add_callback("POST", TOKEN_URL, grant, content_type="application/json")

    def answers(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        kind: str = "application/json;charset=UTF-8",
    ) -> None:
        """The next answer at an address below the version's root (or any path from '/')."""
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        url = HOST + path if path.startswith("/") else f"{DATA}/{path}"
        self.wire.add(method, url, body=text, status=status, headers=dict(headers or {}), content_type=kind)

    def breaks(self, method: str, path: str, failure: Exception) -> None:
        """The next call at an address ends in an exception."""
        self.wire.add(method, f"{DATA}/{path}", body=failure)

    def sent(self, part: str) -> list[Any]:
        """The requests whose address holds this text, in order."""
        return [call.request for call in self.wire.calls if part in (call.request.url or "")]


def page(
    rows: Sequence[Mapping[str, Any]], *, total: int | None = None, next_path: str | None = None, **changes: Any
) -> dict[str, Any]:
    """A page of query rows as the org sends it."""
    body: dict[str, Any] = {
        "totalSize": len(rows) if total is None else total,
        "done": next_path is None,
        "records": [{"attributes": {"type": "Lead", "url": "/x"}, **row} for row in rows],
    }
    if next_path is not None:
        body["nextRecordsUrl"] = next_path
    return body | changes


def leads(first: int, last: int) -> list[dict[str, str]]:
    """Rows with ids numbered so."""
    return [{"Id": f"00Q{number:012}EAA"} for number in range(first, last + 1)]
