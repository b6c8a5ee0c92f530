"""Answers health checks and Prometheus on this machine: is the daemon alive, is it ready, and what it counts."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sfrouter.base.errors import SfrouterError
from sfrouter.base.log import logger
from sfrouter.daemon.exposition import CONTENT_TYPE

LOOPBACK = "127.0.0.1"
_OURSELVES = frozenset({LOOPBACK, "localhost"})
_TEXT = "text/plain; charset=utf-8"
_log = logger("daemon")


class PortTakenError(SfrouterError):
    """Another program listens where the metrics should be."""

    def __init__(self, port: int, why: str) -> None:
        super().__init__(
            f"port {port} of this machine cannot be opened for metrics ({why})",
            mend="set SFROUTER_METRICS_PORT to a free port above 1023, or to 0 for none",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is said to each question. The two health questions give "" when all is well, else why not."""

    metrics: Callable[[], str]
    unhealthy: Callable[[], str]
    unready: Callable[[], str]


class Doorway:
    """A small web server on the loopback address only; it changes nothing and shows nobody's data."""

    def __init__(self, port: int, answers: Answers) -> None:
        """Raises PortTakenError."""
        try:
            self._server = _Server((LOOPBACK, port), answers)
        except (OSError, OverflowError) as failure:
            raise PortTakenError(port, getattr(failure, "strerror", None) or str(failure)) from None
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()
        _log.info("metrics_open", port=self.port)

    def stop(self) -> None:
        """Answer no more."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], answers: Answers) -> None:
        self.answers = answers
        super().__init__(address, _Caller)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is no trouble of ours; the library would print a traceback."""


class _Caller(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5  # seconds; a caller that says nothing shall not hold a thread
    server_version, sys_version = "sfrouter", ""

    def do_GET(self) -> None:
        if self._host() not in _OURSELVES:  # a page in somebody's browser may point its own name at this machine
            self._say(HTTPStatus.FORBIDDEN, "ask for 127.0.0.1 or localhost\n")
            return
        path, answers = self.path.partition("?")[0], self.server.answers
        if path == "/metrics":
            self._say(HTTPStatus.OK, answers.metrics(), CONTENT_TYPE)
        elif path in ("/healthz", "/readyz"):
            trouble = answers.unhealthy() if path == "/healthz" else answers.unready()
            status = HTTPStatus.SERVICE_UNAVAILABLE if trouble else HTTPStatus.OK
            self._say(status, f"{trouble or 'ok'}\n")
        else:
            self._say(HTTPStatus.NOT_FOUND, "there are /metrics, /healthz and /readyz\n")

    do_HEAD = do_GET  # noqa: N815 - the library's own name

    def _host(self) -> str:
        return self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")

    def _say(self, status: HTTPStatus, text: str, content_type: str = _TEXT) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Who asked for the metrics is no news."""
