"""The org as one object: its schema, rows, people, rules and limits, and the one door requests come in by."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sfrouter.localorg import rest
from sfrouter.localorg.assignment import AssignmentRule
from sfrouter.localorg.auth import ConnectedApp
from sfrouter.localorg.bulk_jobs import BulkJobs
from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.cursors import Cursors
from sfrouter.localorg.duplicates import DuplicateRule
from sfrouter.localorg.exchange import Handler, Middleware, Request, Response
from sfrouter.localorg.flows import Flows
from sfrouter.localorg.ids import make_id
from sfrouter.localorg.limits import DEVELOPER_DAILY_CALLS, ApiCalls, LongCalls
from sfrouter.localorg.locks import RowLocks
from sfrouter.localorg.permissions import Permissions
from sfrouter.localorg.recent_items import RecentItems
from sfrouter.localorg.records import Records
from sfrouter.localorg.schema import Schema
from sfrouter.localorg.sessions import Session, Sessions
from sfrouter.localorg.sharing import Sharing
from sfrouter.localorg.sight import Sight
from sfrouter.localorg.sign_in import SignIn
from sfrouter.localorg.store import Store
from sfrouter.localorg.tooling_fields import CustomFields
from sfrouter.localorg.validation import ValidationRule
from sfrouter.localorg.visibility import Visibility

LOG_LENGTH = 10_000
"""Requests kept in the log; older ones are dropped."""

_LOGGED_HEADERS = (
    "content-type",
    "if-match",
    "if-modified-since",
    "if-unmodified-since",
    "sforce-auto-assign",
    "sforce-query-options",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One request as the org saw it, for tests. It never holds a token or a body.

    `query` is the decoded SOQL of a query call, else empty; `inside_composite` marks a subrequest.
    """

    time: datetime
    method: str
    path: str
    query: str
    status: int
    user_id: str | None
    headers: Mapping[str, str]
    inside_composite: bool = False


class Org:
    """A strict stand-in for a Salesforce org. `handle` answers a request without any network.

    Tests and the simulator add faults to `middlewares`: callables (request, next) -> Response, tried in order
    around the org's own work. `aliases` gives the id behind a world's "@key", without the @. Answers to calls of
    an API version older than `deprecated_below` carry a warning.
    """

    def __init__(self, schema: Schema, store: Store, clock: OrgClock, *, org_id: str | None = None) -> None:
        self.schema = schema
        self.store = store
        self.clock = clock
        self.org_id = org_id or make_id("00D", 1)
        self.instance_url = "http://127.0.0.1"
        self.sessions = Sessions(clock, self.org_id)
        self.cursors = Cursors(clock)
        self.calls = ApiCalls(clock, DEVELOPER_DAILY_CALLS)
        self.long_calls = LongCalls(clock)
        self.recent = RecentItems()
        self.sign_in = SignIn()
        self.connected_apps: dict[str, ConnectedApp] = {}
        self.visibility = Visibility(store, clock)
        self.locks = RowLocks(clock, self.visibility.locked_rows)
        self.permissions = Permissions(store, schema)
        self.sharing = Sharing(store, self.permissions)
        self.rules: tuple[AssignmentRule, ...] = ()
        self.validation_rules: list[ValidationRule] = []
        self.duplicate_rules: list[DuplicateRule] = []
        self.history_fields: dict[str, frozenset[str]] = {}
        self.no_history: set[str] = set()
        self.flows = Flows(self)
        self.records = Records(self)
        self.default_lead_owner: str | None = None
        self.sandbox = False
        self.aliases: dict[str, str] = {}
        self.schema_changed_at = clock.stamp()
        self.middlewares: list[Middleware] = []
        self.request_log: deque[LogEntry] = deque(maxlen=LOG_LENGTH)
        self.bulk = BulkJobs(self)
        self.custom_fields = CustomFields(self)
        self.deprecated_below = 0
        self._hidden: dict[str | None, set[tuple[str, str]]] = {}
        self._numbers: dict[str, int] = {}

    @classmethod
    def from_world(
        cls,
        world: Mapping[str, Any] | Path | str,
        clock: OrgClock | None = None,
        store_path: str = ":memory:",
    ) -> Org:
        """An org made of a world file or its content. Raises WorldError with every fault of the file."""
        from sfrouter.localorg.world_load import load_world

        return load_world(world, clock or OrgClock(), store_path)

    @classmethod
    def reopen(cls, store_path: str, clock: OrgClock | None = None) -> Org:
        """The org that a database file holds, with its rows as they were left. Raises WorldError."""
        from sfrouter.localorg.world_reopen import reopen_org

        return reopen_org(store_path, clock or OrgClock())

    # -- requests ------------------------------------------------------------

    def handle(self, request: Request) -> Response:
        """Answer a request, through the middlewares. Raises DropConnection when one of them cuts the line."""
        handler: Handler = self._answer
        for middleware in reversed(self.middlewares):
            handler = _around(middleware, handler)
        with self.long_calls.underway():
            return handler(request)

    def _answer(self, request: Request) -> Response:
        response = rest.answer(self, request)
        self.note(request, response, self._caller(request))
        return response

    def _caller(self, request: Request) -> str | None:
        token = (request.header("authorization") or "").partition(" ")[2].strip()
        return self.sessions.user_of(token)

    def note(
        self, request: Request, response: Response, user_id: str | None, *, inside_composite: bool = False
    ) -> None:
        """Write a request into the log, without anything secret."""
        is_data = request.path.startswith("/services/data")
        entry = LogEntry(
            time=self.clock.now(),
            method=request.method,
            path=request.path,
            query=request.parameters.get("q", "") if is_data else "",
            status=response.status,
            user_id=user_id,
            headers={name: value for name in _LOGGED_HEADERS if (value := request.header(name)) is not None},
            inside_composite=inside_composite,
        )
        self.request_log.append(entry)

    # -- people and sessions ------------------------------------------------------------

    def open_session(self, user: str) -> Session:
        """Sign a user in without the token endpoint: by "@key" of the world, or by id. Raises KeyError."""
        user_id = self.id_of(user)
        if not self.is_active_user(user_id):
            raise KeyError(f"{user} is not an active user")
        return self.sessions.open(user_id)

    def settle(self) -> None:
        """Bring the org up to its clock: late commits become visible, late flows run. Every call does so first."""
        self.visibility.settle()
        self.flows.run_due()

    def expire_sessions(self) -> int:
        """End every session, as an administrator can; tells how many there were."""
        return self.sessions.expire_all()

    def id_of(self, name: str) -> str:
        """The id behind "@key", or the id itself. Raises KeyError for an unknown key."""
        return self.aliases[name[1:]] if name.startswith("@") else name

    def is_active_user(self, user_id: str) -> bool:
        """Whether there is such a user and may work."""
        return self.store.count("User", {"Id": user_id, "IsActive": True}) > 0

    def user_called(self, username: str) -> str | None:
        """The id of the user with a username, or None."""
        rows = self.store.rows("User", {"Username": username}) if username else []
        return str(rows[0]["Id"]) if rows else None

    def identity_url(self, user_id: str) -> str:
        """The URL that tells who a user is."""
        return f"{self.instance_url}/id/{self.org_id}/{user_id}"

    def audiences(self) -> set[str]:
        """What a JWT may name as its audience: the login host, or this org's own address."""
        login = "https://test.salesforce.com" if self.sandbox else "https://login.salesforce.com"
        return {login, self.instance_url}

    # -- fields ------------------------------------------------------------

    def hide_fields(self, user_id: str | None, fields: set[tuple[str, str]]) -> None:
        """Hide (object, field) pairs from a user, or from everyone with None."""
        lowered = {(kind.lower(), field.lower()) for kind, field in fields}
        self._hidden.setdefault(user_id, set()).update(lowered)

    def hidden_from(self, user_id: str) -> set[tuple[str, str]]:
        """The (object, field) pairs, in lower case, that are hidden from a user by hand."""
        return self._hidden.get(user_id, set()) | self._hidden.get(None, set())

    def shows(self, user_id: str, object_name: str, field_name: str) -> bool:
        """Whether a user may see a field: it is not hidden, and the user's permissions let them read it."""
        pair = (object_name.lower(), field_name.lower())
        if pair in self._hidden.get(user_id, ()) or pair in self._hidden.get(None, ()):
            return False
        kind = self.schema.object(object_name)
        field = kind.field(field_name) if kind is not None else None
        return kind is None or field is None or self.permissions.may_read_field(user_id, kind, field)

    def visible_fields(self, user_id: str) -> Sight | None:
        """What one user sees in queries and describes, or None when nothing is kept from anybody."""
        if not self._hidden and not self.sharing.defaults and not self.permissions.limits_anybody():
            return None
        return Sight(self, user_id)

    def next_number(self, object_name: str, field: str) -> int:
        """The next number of an auto-number field."""
        key = f"{object_name}.{field}"
        if key not in self._numbers:
            numbers = [str(row.get(field) or "") for row in self.store.rows(object_name, include_deleted=True)]
            self._numbers[key] = max((int(one) for one in numbers if one.isdigit()), default=1_000)
        self._numbers[key] += 1
        return self._numbers[key]


def _around(middleware: Middleware, inner: Handler) -> Handler:
    return lambda request: middleware(request, inner)
