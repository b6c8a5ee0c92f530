"""Makes the local org misbehave by a plan: dead lines, errors, limits, slow or broken answers."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import DropConnection, Handler, Request, Response
from sfrouter.localorg.fault_plan import Fault, FaultPlanError, read_plan
from sfrouter.localorg.ids import normalise
from sfrouter.localorg.sessions import session_expired
from sfrouter.localorg.visibility import DELAY_HEADER

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

STRIKES_KEPT = 1_000
"""Strikes remembered; older ones are dropped."""

_DATA_PATH = re.compile(r"/services/data/v\d+\.0(?=/|$)")
_ROW_ID = re.compile(r"[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?")
_ROW_KEYS = frozenset({"id", "accountid", "whoid", "whatid"})
_ONLY_DATA = frozenset(
    {"session_expired", "daily_limit", "concurrent_limit", "partial", "small_pages", "late_commit"}
)
_OUTAGE = b"<!DOCTYPE html><html><head><title>Down</title></head><body>Down for maintenance.</body></html>"


@dataclass(frozen=True, slots=True)
class Strike:
    """A call that a trouble struck: when, by which trouble (its place in the plan), and what was asked."""

    time: datetime
    fault: int
    kind: str
    method: str
    path: str


@dataclass(slots=True)
class _Armed:
    """A trouble with its own dice, so that others beside it do not change whom it strikes."""

    number: int
    fault: Fault
    dice: random.Random
    fitting: int = 0
    struck: int = 0


class Faults:
    """A middleware for `org.middlewares` that strikes calls by a plan. The same plan strikes the same calls.

    `wait` is called with the seconds of a slow call; a simulator may move a clock instead of sleeping.
    Several troubles may strike one call, in the order of the plan.
    """

    def __init__(
        self,
        org: Org,
        plan: Mapping[str, Any] | Path | str,
        *,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.seed, faults = read_plan(plan)
        self._org = org
        self._wait = wait
        self._lock = threading.Lock()
        # Chance that can be repeated is the purpose; nothing here is a secret.
        self._armed = [
            _Armed(number, fault, random.Random(f"{self.seed}/{number}"))  # noqa: S311
            for number, fault in enumerate(faults)
        ]
        self.strikes: deque[Strike] = deque(maxlen=STRIKES_KEPT)
        self._users = {fault.user: self._user(fault.user) for fault in faults if fault.user is not None}

    def __call__(self, request: Request, proceed: Handler) -> Response:
        """Answer a call, struck by the troubles that are for it. Raises DropConnection for a dead line."""
        for armed in reversed([one for one in self._armed if self._strikes(one, request)]):
            proceed = self._struck(armed, proceed)
        return proceed(request)

    def counts(self) -> list[dict[str, Any]]:
        """For each trouble of the plan: its settings, how many calls fitted, how many it struck."""
        return [_told(one.fault) | {"fitting": one.fitting, "struck": one.struck} for one in self._armed]

    # -- which calls ------------------------------------------------------------

    def _strikes(self, armed: _Armed, request: Request) -> bool:
        fault = armed.fault
        if not self._fits(fault, request):
            return False
        with self._lock:
            armed.fitting += 1
            # The dice fall for every fitting call, so that `skip` and `times` do not shift later ones.
            hit = armed.dice.random() < fault.chance
            if not hit or armed.fitting <= fault.skip or (fault.times is not None and armed.struck >= fault.times):
                return False
            armed.struck += 1
            strike = Strike(self._org.clock.now(), armed.number, fault.kind, request.method, request.path)
            self.strikes.append(strike)
            return True

    def _fits(self, fault: Fault, request: Request) -> bool:
        is_data = _DATA_PATH.match(request.path) is not None
        if not request.path.startswith("/services/") or (fault.kind in _ONLY_DATA and not is_data):
            return False
        if fault.method is not None and fault.method.upper() != request.method:
            return False
        if fault.path is not None and not _path_fits(fault.path, request.path):
            return False
        if fault.soql is not None and fault.soql.lower() not in request.parameters.get("q", "").lower():
            return False
        now = self._org.clock.now()
        if (fault.start is not None and now < fault.start) or (fault.until is not None and now >= fault.until):
            return False
        return fault.user is None or self._org.sessions.user_of(_token(request)) == self._users[fault.user]

    def _user(self, name: str) -> str:
        try:
            return self._org.id_of(name)
        except KeyError:
            raise FaultPlanError(f"fault plan: the world has no user {name}. Write @key or an id.") from None

    # -- what happens ------------------------------------------------------------

    def _struck(self, armed: _Armed, proceed: Handler) -> Handler:
        return lambda request: _DEEDS[armed.fault.kind](self, armed, request, proceed)

    def _drop_before(self, armed: _Armed, request: Request, proceed: Handler) -> Response:
        raise DropConnection("before")

    def _drop_after(self, armed: _Armed, request: Request, proceed: Handler) -> Response:
        proceed(request)
        raise DropConnection("after")

    def _error(self, armed: _Armed, request: Request, proceed: Handler) -> Response:
        if armed.fault.after_work:
            proceed(request)
        return error_answer(armed.fault.status, html=armed.fault.html)

    def _session_expired(self, armed: _Armed, request: Request, proceed: Handler) -> Response:
        if armed.fault.end_session:
            self._org.sessions.revoke(_token(request))
        return Response.of_error(session_expired())

    def _daily_limit(self, armed: _Armed, request: Request, proceed: Handler) -> Response:
        return Response.of_error(OrgError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))

    def _concurrent_limit(self, armed: _Armed, request: Request, proceed: Handler) -> Response:
        sentence = "ConcurrentPerOrgLongTxn Limit exceeded."
        return Response.of_error(OrgError(403, "REQUEST_LIMIT_EXCEEDED", sentence))

    def _slow(self, armed: _Armed, request: Request, proceed: Handler) -> Response:
        self._wait(armed.fault.seconds)
        return proceed(request)

    def _truncated(self, armed: _Armed, request: Request, proceed: Handler) -> Response:
        response = proceed(request)
        kept = response.body[: int(len(response.body) * armed.fault.keep)]
        # With the length that was meant, a client can tell that the answer broke off.
        headers = {**response.headers, "Content-Length": str(len(response.body))}
        return Response(response.status, headers, kept)

    def _partial(self, armed: _Armed, request: Request, proceed: Handler) -> Response:
        with self._lock:
            chosen = [one for one in rows_named(request) if armed.dice.random() < armed.fault.share]
        with self._org.store.lock, self._held(chosen):
            return proceed(request)

    @contextmanager
    def _held(self, ids: Iterable[str]) -> Iterator[None]:
        """Rows held by "another transaction" while one call is answered; those held already stay so."""
        free = []
        for row_id in ids:
            try:
                self._org.locks.require_free([row_id])
            except OrgError:
                continue
            free.append(row_id)
        self._org.locks.hold(free)
        try:
            yield
        finally:
            self._org.locks.release(free)

    def _small_pages(self, armed: _Armed, request: Request, proceed: Handler) -> Response:
        return proceed(_with_header(request, "Sforce-Query-Options", "batchSize=200"))

    def _late_commit(self, armed: _Armed, request: Request, proceed: Handler) -> Response:
        return proceed(_with_header(request, DELAY_HEADER, str(armed.fault.seconds)))


_DEEDS: Final[Mapping[str, Callable[[Faults, _Armed, Request, Handler], Response]]] = {
    "drop_before": Faults._drop_before,
    "drop_after": Faults._drop_after,
    "error": Faults._error,
    "session_expired": Faults._session_expired,
    "daily_limit": Faults._daily_limit,
    "concurrent_limit": Faults._concurrent_limit,
    "slow": Faults._slow,
    "truncated": Faults._truncated,
    "partial": Faults._partial,
    "small_pages": Faults._small_pages,
    "late_commit": Faults._late_commit,
}


def _told(fault: Fault) -> dict[str, Any]:
    """What a plan says of a trouble: the settings that are not as they are anyway."""
    settings = {
        one.name: getattr(fault, one.name) for one in fields(fault) if getattr(fault, one.name) != one.default
    }
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in settings.items()}


def error_answer(status: int, *, html: bool) -> Response:
    """What Salesforce, or the edge before it, answers when it fails: its array of errors, or a web page."""
    if html:
        return Response(status, {"Content-Type": "text/html;charset=UTF-8"}, _OUTAGE)
    if status == 503:
        return Response.of_error(OrgError(503, "SERVER_UNAVAILABLE", "The server is temporarily unavailable"))
    return Response.of_error(OrgError(status, "UNKNOWN_EXCEPTION", "An unexpected error occurred"))


def rows_named(request: Request) -> list[str]:
    """The ids of rows that a writing call names: to change, to delete, or as parents of new rows."""
    if request.method == "GET":
        return []
    found = [request.parameters.get("ids", ""), unquote(request.path).rpartition("/")[2]]
    try:
        body = json.loads(request.body) if request.body else {}
    except ValueError:
        body = {}
    found += _ids_within(body)
    ids = [one for text in found for one in text.split(",") if _ROW_ID.fullmatch(one)]
    return list(dict.fromkeys(normalised for one in ids if (normalised := _long(one)) is not None))


def _ids_within(value: Any) -> Iterable[str]:
    if isinstance(value, list):
        for one in value:
            yield from _ids_within(one)
    if isinstance(value, dict):
        for key, one in value.items():
            if key.lower() in _ROW_KEYS and isinstance(one, str):
                yield one
            elif key == "url" and isinstance(one, str):
                yield one.rpartition("/")[2]
            else:
                yield from _ids_within(one)


def _long(row_id: str) -> str | None:
    try:
        return normalise(row_id)
    except ValueError:
        return None


def _path_fits(pattern: str, path: str) -> bool:
    short = _DATA_PATH.sub("", path, count=1)
    return fnmatchcase(path, pattern) or fnmatchcase(short, pattern)


def _token(request: Request) -> str:
    return (request.header("authorization") or "").partition(" ")[2].strip()


def _with_header(request: Request, name: str, value: str) -> Request:
    kept = {key: text for key, text in request.headers.items() if key.lower() != name.lower()}
    return replace(request, headers={**kept, name: value})
