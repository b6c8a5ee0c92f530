"""Serves a local org over HTTP on this machine only, so that any Salesforce client can talk to it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.compression import answered
from sfrouter.localorg.desks import Desks
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import DropConnection, Request, Response
from sfrouter.localorg.org import Org

LARGEST_BODY = 50 * 1024 * 1024
"""Bytes of a request body; Salesforce refuses above 50 MB."""

LARGEST_UPLOAD = 160 * 1024 * 1024
"""Bytes taken in for the data of a bulk job, so that the org itself can refuse what is over its limit."""

_LARGEST_HEAD = 128 * 1024
"""Bytes of request line and headers the parser takes in, so that the org itself can answer 414 or 431."""

_START_SECONDS, _STOP_SECONDS = 10.0, 5.0


class LocalOrgStartError(Exception):
    """The server cannot start: the sentence says why and what to do."""


class _Connection(H11Protocol):
    """An HTTP connection that can be cut: keeps its transport where the application finds it."""

    open_transports: dict[tuple[str, int], asyncio.Transport] = {}  # noqa: RUF012 - shared on purpose

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._peer: tuple[str, int] = tuple((transport.get_extra_info("peername") or ("", 0))[:2])
        self.open_transports[self._peer] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.open_transports.pop(self._peer, None)
        super().connection_lost(exc)


class _Application:
    """The ASGI application around an org; the org itself works in a thread."""

    def __init__(self, org: Org, desks: Desks) -> None:
        self._org = org
        self._answered = desks.before(org)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _body(receive, LARGEST_UPLOAD if scope["path"].endswith("/batches") else LARGEST_BODY)
        if body is None:
            response = Response.of_error(_too_large())
        else:
            try:
                response = await run_in_threadpool(self._handle, _request(scope, body))
            except DropConnection:
                await _cut(scope)
                return
        await _answer(scope, send, response, self._org.clock.now())

    def _handle(self, request: Request) -> Response:
        try:
            return answered(self._answered, request, LARGEST_UPLOAD)
        except DropConnection:
            raise
        except Exception as problem:
            sentence = f"An unexpected error occurred ({type(problem).__name__})"
            return Response.of_error(OrgError(500, "UNKNOWN_EXCEPTION", sentence))


async def _body(receive: Receive, most: int) -> bytes | None:
    """The request's body, or None when it is too large (it is read to its end, so that the client hears so)."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if size <= most:
            parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts) if size <= most else None


def _too_large() -> OrgError:
    return OrgError(413, "EXCEEDED_MAX_SIZE_REQUEST", "The size of the message exceeded 50 MB.")


def _request(scope: Scope, body: bytes) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    path = scope["raw_path"].decode("latin-1").partition("?")[0]
    return Request(scope["method"], path, scope["query_string"].decode("latin-1"), headers, body)


async def _answer(scope: Scope, send: Send, response: Response, now: datetime) -> None:
    """Send the answer; its Date is the org's own clock, as clients measure their skew by it.

    One that promises more than it has is cut off where it ends.
    """
    headers = [(b"Date", format_datetime(now, usegmt=True).encode())]
    headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    if response.status not in {204, 304} and response.header("content-length") is None:
        headers.append((b"Content-Length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    short = int(response.header("content-length") or 0) > len(response.body)
    await send({"type": "http.response.body", "body": response.body, "more_body": short})
    if short:
        await _cut(scope, after_sending=True)


async def _cut(scope: Scope, *, after_sending: bool = False) -> None:
    """Close the client's socket without an answer, or once what there is of it is sent."""
    client = scope.get("client")
    transport = _Connection.open_transports.get(tuple(client)) if client else None
    if transport is not None:
        if after_sending:
            transport.close()
        else:
            transport.abort()
    # The loss is noticed in a later turn of the loop; until then the server would still answer 500.
    for _ in range(3):
        await asyncio.sleep(0)


class LocalOrgServer:
    """A local org behind a port of this machine, in a thread of its own; a context manager for tests.

    `world` is a world file, its content, or an org that is ready. Port 0 takes a free port; `url` tells which.
    Raises LocalOrgStartError when the port is taken or the host is not this machine, WorldError for a bad world.
    """

    def __init__(
        self,
        world: Org | Mapping[str, Any] | Path | str,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        clock: OrgClock | None = None,
        desks: Desks | None = None,
    ) -> None:
        self.org = world if isinstance(world, Org) else Org.from_world(world, clock)
        self._socket = bound_socket(host, port)
        self.port = int(self._socket.getsockname()[1])
        self.url = f"http://{host}:{self.port}"
        self.org.instance_url = self.url
        self._server = _uvicorn_server(self.org, desks or Desks())
        self._thread: threading.Thread | None = None

    def start(self) -> LocalOrgServer:
        """Begin to answer; returns when the port does."""
        self._thread = threading.Thread(target=self._run, name="local-org", daemon=True)
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(_START_SECONDS / 0.01)):
            if self._server.started:
                return self
            waited.wait(0.01)
        raise LocalOrgStartError("the local org did not start within 10 seconds. Try again, or another port.")

    def stop(self) -> None:
        """Stop answering and free the port. The org itself stays usable in this process."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)
            self._thread = None
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def __enter__(self) -> LocalOrgServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(
    port: int,
    world: Org | Mapping[str, Any] | Path | str,
    host: str = "127.0.0.1",
    *,
    store_path: str = ":memory:",
    on_ready: Callable[[str], None] | None = None,
    desks: Desks | None = None,
) -> None:
    """Serve a world, or an org, until interrupted (Ctrl-C, SIGTERM).

    `on_ready` is told the URL once the port is bound; `desks` opens the page for people and the hidden hand.
    Raises WorldError, FaultPlanError and LocalOrgStartError before it answers anything.
    """
    org = world if isinstance(world, Org) else Org.from_world(world, store_path=store_path)
    bound = bound_socket(host, port)
    org.instance_url = f"http://{host}:{bound.getsockname()[1]}"
    server = _uvicorn_server(org, desks or Desks())
    if on_ready is not None:
        on_ready(org.instance_url)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[bound])
    finally:
        bound.close()
        org.store.close()


def bound_socket(host: str, port: int) -> socket.socket:
    """A listening socket on a loopback address. Raises LocalOrgStartError."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError as problem:
        raise LocalOrgStartError(f"{host!r} is no address. Use 127.0.0.1.") from problem
    if not address.is_loopback:
        raise LocalOrgStartError(f"the local org has no real security and never listens on {host}. Use 127.0.0.1.")
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    # The protocol must be named, or asyncio leaves Nagle's algorithm on: 40 ms a call.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((str(address), port))
        listening.listen(128)
    except (OSError, OverflowError) as problem:
        listening.close()
        raise LocalOrgStartError(_why_not(port, problem)) from problem
    return listening


def _why_not(port: int, problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.errno == errno.EADDRINUSE:
        return f"port {port} is in use by another program. Stop it, or choose another port (0 takes a free one)."
    if isinstance(problem, OSError) and problem.errno == errno.EACCES:
        return f"port {port} needs special rights. Choose one above 1023."
    return f"port {port} cannot be opened. Choose one from 1024 to 65535."


def _uvicorn_server(org: Org, desks: Desks) -> uvicorn.Server:
    config = uvicorn.Config(
        _Application(org, desks),
        http=_Connection,
        loop="asyncio",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
    )
    return uvicorn.Server(config)
