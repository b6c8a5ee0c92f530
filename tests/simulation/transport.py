"""The wire: hands every request of the process to the local org without a socket, and lets it go wrong."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from sfrouter.localorg.compression import answered
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.org import Org
from sfrouter.localorg.server import LARGEST_UPLOAD
from tests.simulation.clock import SimulatedClock
from tests.simulation.crash import CrashPoints

LONGEST = (10.0, 60.0)
"""Seconds for the connection, and for the answer; after a minute without one a call counts as unanswered (F25)."""


@dataclass(frozen=True)
class Call:
    """One request as it leaves the process, and what it is for."""

    number: int
    request: Request

    @cached_property
    def kind(self) -> str:
        """token, query, more, job or rows (of Bulk), change (leads), create, describe or other."""
        path = self.request.path.rstrip("/")
        if path.endswith("/oauth2/token"):
            return "token"
        if "/jobs/query" in path:
            return "rows" if path.endswith("/results") else "job"
        if "/query/" in path or "/queryAll/" in path:
            return "more"
        if path.endswith(("/query", "/queryAll")):
            return "query"
        asked = self._asked_together
        if asked:
            return "describe" if all(one.endswith("/describe") for one in asked) else "other"
        if self.request.method in {"PATCH", "POST"} and ("/composite" in path or "/sobjects/" in path):
            changes = self.request.method == "PATCH" or path.endswith("/composite")
            return "change" if changes else "create"
        return "describe" if path.endswith("/describe") else "other"

    @cached_property
    def _asked_together(self) -> tuple[str, ...]:
        """The addresses in a composite whose parts all only read; empty for every other call."""
        if not self.request.path.rstrip("/").endswith("/composite") or not self.request.body:
            return ()
        listed = json.loads(self.request.body).get("compositeRequest", [])
        return tuple(one["url"] for one in listed) if all(one["method"] == "GET" for one in listed) else ()

    @property
    def writes(self) -> bool:
        """Does it change the org?"""
        return self.kind in {"change", "create"}

    @property
    def only_asks(self) -> bool:
        """Does it leave the org as it is for sure? All but reading, sign-ins and query jobs may change it."""
        if self.kind in {"token", "job", "rows"} or self.request.method in {"GET", "HEAD"}:
            return True
        return self.request.method == "POST" and bool(self._asked_together)

    @cached_property
    def soql(self) -> str:
        """The query, or ""."""
        return self.request.parameters.get("q", "")

    @cached_property
    def parts(self) -> list[dict[str, Any]]:
        """What a write holds: subrequests, or records; one for a plain write."""
        if not self.writes or not self.request.body:
            return []
        body = json.loads(self.request.body)
        found = body.get("compositeRequest") or body.get("records") or [body]
        return list(found)

    @cached_property
    def lead_ids(self) -> list[str]:
        """The leads that a write names."""
        ids = [str(part.get("url", "")).rpartition("/")[2] or str(part.get("WhoId", "")) for part in self.parts]
        ids += [self.request.path.rpartition("/")[2]]
        return [one for one in ids if one.startswith("00Q")]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call as it went: when it left, when it was over (elapsed seconds), and what came back (0: nothing).

    `mark` is "limited" when the org said that it was too much, "used up" where it meant the day's calls, "signed
    in" for a token, "odd" for rows of CSV with quotes, line breaks and #N/A in them; `life` is the process that
    asked.
    """

    number: int
    left: float
    over: float
    call: Call
    status: int
    trouble: str
    mark: str
    life: int


Proceed = Callable[[], Response]
Strike = Callable[[Call, Proceed], Response]


@dataclass
class Wire:
    """All requests of the process pass here. `strike` may do to a call whatever the seed wants.

    `latency` gives the seconds that a call takes, half of them before the org does its work. `careless` are the
    calls that could have hung for ever, or would have believed any certificate.
    """

    org: Org
    clock: SimulatedClock
    points: CrashPoints
    strike: Strike
    latency: Callable[[], float]
    exchanges: list[Exchange] = field(default_factory=list)
    org_faults: list[str] = field(default_factory=list)
    careless: list[str] = field(default_factory=list)
    life: int = 0
    _count: int = 0

    def send(self, prepared: requests.PreparedRequest) -> requests.Response:
        """Carry one request. Raises what a broken line raises, and Crash."""
        self._count += 1
        call = Call(self._count, _request(prepared))
        self.points.point(f"before {call.kind}")
        left = self.clock.monotonic()
        seconds = self.latency()
        self.clock.advance(seconds / 2)
        try:
            answer = self.strike(call, lambda: self.work(call.request))
        except Exception as trouble:
            self._note(call, left, 0, type(trouble).__name__, b"")
            self.points.point(f"after {call.kind}")
            raise
        self.clock.advance(seconds / 2)
        self._note(call, left, answer.status, "", answer.body)
        self.points.point(f"after {call.kind}")
        return self._response(prepared, answer)

    def work(self, request: Request) -> Response:
        """The org's own work, by the same way as behind its port: unpacked, answered, packed."""
        try:
            return answered(self.org.handle, request, LARGEST_UPLOAD)
        except Exception as problem:
            self.org_faults.append(f"{request.method} {request.path}: {type(problem).__name__} {problem}")
            return Response.of_error(OrgError(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred"))

    def _note(self, call: Call, left: float, status: int, trouble: str, body: bytes) -> None:
        limited = status == 429 or (status == 403 and b"REQUEST_LIMIT_EXCEEDED" in body)
        token = call.kind == "token" and status == 200 and b'"access_token"' in body and body.endswith(b"}")
        odd = call.kind == "rows" and status == 200 and _odd(body)
        used_up = limited and b"TotalRequests" in body
        mark = "used up" if used_up else "limited" if limited else "signed in" if token else "odd" if odd else ""
        over = self.clock.monotonic()
        self.exchanges.append(Exchange(call.number, left, over, call, status, trouble, mark, self.life))

    def _response(self, prepared: requests.PreparedRequest, answer: Response) -> requests.Response:
        headers = {"Date": format_datetime(self.org.clock.now(), usegmt=True)} | dict(answer.headers)
        if answer.status not in {204, 304}:
            headers.setdefault("Content-Length", str(len(answer.body)))
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(answer.body), headers=headers, status=answer.status, preload_content=False,
            request_method=prepared.method or "GET",
        )  # fmt: skip
        response = requests.Response()
        response.status_code = answer.status
        response.headers = CaseInsensitiveDict(headers)
        response.raw = raw
        response.url = prepared.url or ""
        response.request = prepared
        return response


@contextmanager
def wired(wire: Wire) -> Iterator[None]:
    """Let every HTTP adapter of this process use the wire instead of a socket."""
    original = HTTPAdapter.send

    def send(
        _self: HTTPAdapter, request: requests.PreparedRequest, stream: bool = False, timeout: Any = None,
        verify: Any = True, *_: Any, **__: Any,
    ) -> requests.Response:  # fmt: skip
        if not _patient(timeout):
            wire.careless.append(f"a call left with the time limit {timeout}")
        if verify is False:
            wire.careless.append("a call left that believes any certificate")
        return wire.send(request)

    HTTPAdapter.send = send  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        HTTPAdapter.send = original  # type: ignore[method-assign]


def _patient(timeout: Any) -> bool:
    """Is it one time limit or two, each of a length that somebody may wait for?"""
    limits = timeout if isinstance(timeout, tuple) else (timeout,)
    return 1 <= len(limits) <= 2 and all(
        isinstance(one, int | float) and 0 < one <= longest
        for one, longest in zip(limits, LONGEST[-len(limits) :], strict=True)
    )


def _request(prepared: requests.PreparedRequest) -> Request:
    address = urlsplit(prepared.url or "")
    body = prepared.body or b""
    raw = body.encode() if isinstance(body, str) else bytes(body)
    headers = {str(name): _text(value) for name, value in prepared.headers.items()}
    return Request(prepared.method or "GET", address.path, address.query, headers, raw)


def _odd(body: bytes) -> bool:
    try:
        text = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    except (OSError, EOFError, zlib.error):  # cut off on the way
        return False
    return b"#N/A" in text and b'""' in text


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
