"""Carries every request: time limits, no redirects, no machine-wide settings, TLS, only to the org's hosts."""

import logging
import ssl
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter

from sfrouter.base.clock import Clock
from sfrouter.base.log import logger
from sfrouter.salesforce.addresses import Origin, origin_of
from sfrouter.salesforce.answers import CallError, failure_of, is_json, kind_of, sample_of
from sfrouter.salesforce.counts import CallCounter, CallKind
from sfrouter.salesforce.errors import UntrustedAddressError
from sfrouter.salesforce.server_time import ServerTime

LARGEST_ANSWER = 64 * 1024 * 1024
CSV_KIND = "text/csv"
_CHUNK = 64 * 1024

log = logger("salesforce")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How requests travel. Seconds: to connect, between two bytes, and for a whole answer."""

    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    call_seconds: float = 180.0
    proxy: str = ""
    ca_file: str = ""


class _TlsAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_minimum_version=ssl.TLSVersion.TLSv1_2, **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(*args, ssl_minimum_version=ssl.TLSVersion.TLSv1_2, **kwargs)


class _PlainLoopbackAdapter(HTTPAdapter):
    """simple-salesforce always writes https; a local org on this machine speaks http."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = "http://" + (request.url or "").removeprefix("https://")
        kwargs["proxies"] = {}
        return super().send(request, *args, **kwargs)


class OrgSession(requests.Session):
    """One thread's connections. `kind` says what the next request is for, for the count."""

    def __init__(self, transport: "Transport") -> None:
        super().__init__()
        self.kind = CallKind.QUERY
        self._transport = transport
        self.trust_env = False  # else .netrc would replace our Authorization header (F30)
        self.verify = transport.wire.ca_file or True
        self.proxies = {"https": transport.wire.proxy} if transport.wire.proxy else {}
        self.headers.update({"User-Agent": "sfrouter", "Accept": "application/json"})
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.mount("https://", _TlsAdapter())

    def speak_plainly(self, prefix: str) -> None:
        """Use http for addresses that begin so; only ever called for trusted http addresses of this machine."""
        if prefix not in self.adapters:
            self.mount(prefix, _PlainLoopbackAdapter())

    def get_redirect_target(self, resp: requests.Response) -> None:
        """No redirect leads anywhere: it could carry the token to another host."""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send and read in full. Raises CallError for whatever is not data; no address is in it."""
        transport = self._transport
        transport.check(request.url or "", self)
        kwargs.update(timeout=(transport.wire.connect_timeout, transport.wire.read_timeout), stream=True)
        transport.counter.add(self.kind)
        started = transport.clock.monotonic()
        try:
            response = super().send(request, **kwargs)
            _read(response, transport.clock, started + transport.wire.call_seconds)
        except CallError:
            raise
        except (OSError, urllib3.exceptions.HTTPError, ValueError) as trouble:
            raise _unanswered(trouble) from None
        accepted = str(request.headers.get("Accept", ""))
        wanted = accepted if accepted == CSV_KIND else ""
        transport.note(response, self.kind, transport.clock.monotonic() - started, wanted)
        failure = failure_of(
            response.status_code, response.headers, response.content, transport.clock, wanted=wanted
        )
        if failure is not None:
            raise failure
        return response


class Transport:
    """A session for each thread (requests promises none for sharing), and what all answers tell together."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self.wire = wire
        self.clock = clock
        self.counter = CallCounter()
        self.server_time = ServerTime(clock)
        self._trusted: frozenset[Origin] = frozenset()
        self._own = threading.local()
        self._sessions: weakref.WeakSet[OrgSession] = weakref.WeakSet()
        self._warnings: set[str] = set()
        self._lock = threading.Lock()
        for quoting in ("urllib3.connection", "urllib3.connectionpool"):
            # Their warnings quote the whole address, and with it the query.
            logging.getLogger(quoting).setLevel(logging.ERROR)

    def trust(self, origin: Origin) -> None:
        """Allow requests to this origin; all others are refused before anything is sent."""
        with self._lock:
            self._trusted |= {origin}

    def session(self, kind: CallKind) -> OrgSession:
        """This thread's session, ready for a call of this kind."""
        session: OrgSession | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = OrgSession(self)
            with self._lock:
                self._sessions.add(session)
        session.kind = kind
        return session

    def check(self, url: str, session: OrgSession) -> None:
        """Raises UntrustedAddressError when the request would leave for a host nobody named."""
        scheme, _, rest = url.partition("://")
        found = origin_of(f"{scheme}://{rest.partition('/')[0].partition('?')[0]}")
        if found in self._trusted:
            return
        plain = Origin("http", found.host, 80 if found.port == 443 else found.port)
        if found.scheme == "https" and plain in self._trusted:
            session.speak_plainly(f"https://{rest.partition('/')[0]}/")
            return
        raise UntrustedAddressError(f"a request to {found.host} was stopped: it is not the org's host")

    def note(self, response: requests.Response, kind: CallKind, elapsed: float, wanted: str = "") -> None:
        """Learn from an answer: the org's time, the day's usage, its warnings, and what was no data.

        `wanted`: data of this kind beside JSON; of data nothing gets into the log.
        """
        as_wanted = bool(wanted) and kind_of(response.headers) == wanted
        if is_json(response.headers) or as_wanted or response.status_code == 204:
            self.server_time.note(response.headers.get("Date", ""), elapsed)
            self.counter.note_usage(response.headers.get("Sforce-Limit-Info", ""))
            self._pass_on(response.headers.get("Warning", ""))
            return
        log.warning(
            "answer_not_json",
            call=str(kind),
            status=response.status_code,
            content_type=response.headers.get("Content-Type", "")[:80],
            sample=sample_of(response.content),
        )

    def close(self) -> None:
        """Close all connections of all threads."""
        with self._lock:
            for session in list(self._sessions):
                session.close()

    def _pass_on(self, warning: str) -> None:
        with self._lock:
            new = bool(warning) and warning not in self._warnings and len(self._warnings) < 100
            self._warnings.add(warning)
        if new:
            log.warning("org_warns", text=warning[:300])


def _read(response: requests.Response, clock: Clock, deadline: float) -> None:
    """Read the body piece by piece: a server that drips a byte now and then would hold us for ever."""
    pieces: list[bytes] = []
    size = 0
    while piece := response.raw.read1(_CHUNK, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if clock.monotonic() > deadline:
            response.close()
            raise CallError(status=0, message="the answer did not end in time")
        if size > LARGEST_ANSWER:
            response.close()
            raise CallError(status=0, message="the answer is too large")
    response._content = b"".join(pieces)
    response._content_consumed = True  # type: ignore[attr-defined]


_NEVER_LEFT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    ssl.SSLCertVerificationError,
)


def _unanswered(trouble: BaseException) -> CallError:
    """The trouble in words, and whether the request can have reached the org."""
    causes = _causes(trouble)
    sent = not any(isinstance(cause, _NEVER_LEFT) for cause in causes)
    return CallError(message=_words(causes), sent=sent)


def _words(causes: tuple[BaseException, ...]) -> str:
    table: Mapping[type[BaseException], str] = {
        ssl.SSLCertVerificationError: "the certificate of the other side was refused",
        urllib3.exceptions.NameResolutionError: "the org's host name is not known",
        urllib3.exceptions.NewConnectionError: "the connection was refused",
        urllib3.exceptions.ConnectTimeoutError: "no connection within the time limit",  # NewConnection's parent
        urllib3.exceptions.ProxyError: "the proxy did not let us through",
        urllib3.exceptions.ReadTimeoutError: "no answer within the time limit",
        urllib3.exceptions.SSLError: "TLS failed",
    }
    for kind, words in table.items():
        if any(isinstance(cause, kind) for cause in causes):
            return words
    if any(isinstance(cause, requests.exceptions.Timeout | TimeoutError) for cause in causes):
        return "no answer within the time limit"
    return "the connection broke off"


def _causes(trouble: BaseException) -> tuple[BaseException, ...]:
    """Everything wrapped inside an exception: requests hides the real one in `args` and `reason`."""
    found: list[BaseException] = []
    waiting: list[object] = [trouble]
    while waiting and len(found) < 20:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            waiting.extend([*one.args, getattr(one, "reason", None), one.__cause__])
    return tuple(found)
