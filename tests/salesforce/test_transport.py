"""On a real socket: no call hangs, nothing of the machine's own settings leaks in, no redirect is followed."""

import threading
import time
from pathlib import Path

import pytest
import requests
from structlog.testing import capture_logs

from sfrouter.base.clock import SystemClock
from sfrouter.base.log import redact
from sfrouter.salesforce.addresses import origin_of
from sfrouter.salesforce.answers import CallError
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.errors import UntrustedAddressError
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.transport import OrgSession, Transport, Wire
from tests.salesforce.listener import Heard, Script, drips, listening, says, silent, slams

QUICK = Wire(connect_timeout=2.0, read_timeout=0.3, call_seconds=0.6)


def transport_to(heard: Heard, wire: Wire = QUICK) -> Transport:
    transport = Transport(wire, SystemClock())
    transport.trust(origin_of(heard.address))
    return transport


def ask(heard: Heard, wire: Wire = QUICK, *, https: bool = True) -> requests.Response:
    """GET through a fresh session; by default with the https that simple-salesforce would write."""
    address = heard.address.replace("http://", "https://") if https else heard.address
    return transport_to(heard, wire).session(CallKind.QUERY).get(f"{address}/services/data?q=jane%40acme.com")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (silent, "no answer within the time limit"),
        (drips, "did not end in time"),
        (slams, "broke off"),
        (says('{"a": 1}', length=50), "broke off"),
        (says("x" * 20, headers="Content-Encoding: gzip\r\n"), "broke off"),
    ],
)
def test_a_call_ends_in_time_and_its_error_names_no_address(script: Script, words: str) -> None:
    started = time.monotonic()
    with listening(script) as heard, pytest.raises(CallError) as caught:
        ask(heard)
    assert time.monotonic() - started < 3
    assert words in caught.value.words
    assert caught.value.sent
    assert caught.value.verdict(writing=True) is Verdict.UNKNOWN
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert "jane" not in f"{caught.value!r} {caught.value} {vars(caught.value)}"


def test_a_refused_connection_surely_did_not_reach_the_org() -> None:
    with listening(slams) as heard:
        pass
    with pytest.raises(CallError) as caught:
        ask(heard)
    assert not caught.value.sent
    assert caught.value.verdict(writing=True) is Verdict.RETRY
    assert caught.value.words == "the connection was refused"


def test_an_unknown_host_surely_was_not_reached() -> None:
    transport = Transport(QUICK, SystemClock())
    transport.trust(origin_of("https://nowhere.invalid"))
    with pytest.raises(CallError) as caught:
        transport.session(CallKind.QUERY).get("https://nowhere.invalid/")
    assert not caught.value.sent
    assert "nowhere" not in caught.value.words


def test_plain_http_is_spoken_where_the_library_writes_https_but_only_to_a_trusted_local_org() -> None:
    with listening(says('{"a": 1}')) as heard:
        assert ask(heard).json() == {"a": 1}
        assert heard.requests[0].startswith("GET /services/data?q=jane%40acme.com HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test/services/data",
        "https://acme.my.salesforce.com@evil.test/",
        "https://acme.my.salesforce.com:444/",
        "http://acme.my.salesforce.com/",
        "http://127.0.0.1:1/",
        "https://127.0.0.1:1/",
    ],
)
def test_a_request_to_a_host_nobody_named_is_stopped(url: str) -> None:
    transport = Transport(QUICK, SystemClock())
    transport.trust(origin_of("https://acme.my.salesforce.com"))
    with pytest.raises(UntrustedAddressError):
        transport.session(CallKind.QUERY).get(url)
    assert transport.counter.count().total == 0


def test_a_redirect_is_refused_and_its_target_never_asked() -> None:
    with listening(says("{}")) as target:
        moved = says("", status="302 Found", headers=f"Location: {target.address}/x\r\n")
        with listening(moved) as heard, pytest.raises(CallError) as caught:
            ask(heard)
        assert caught.value.status == 302
        assert not target.requests


def test_netrc_proxy_and_certificate_settings_of_the_machine_are_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login thief password stolen\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with listening(says("{}")) as heard:
        session = transport_to(heard).session(CallKind.QUERY)
        session.get(f"{heard.address}/", headers={"Authorization": "Bearer mine"})
        assert "Authorization: Bearer mine\r\n" in heard.requests[0]
        assert "Basic" not in heard.requests[0]


def test_a_configured_proxy_and_certificate_file_are_used() -> None:
    wire = Wire(proxy="http://127.0.0.1:3128", ca_file="/etc/company.pem")
    session = Transport(wire, SystemClock()).session(CallKind.QUERY)
    assert session.proxies == {"https": "http://127.0.0.1:3128"}
    assert session.verify == "/etc/company.pem"
    assert Transport(Wire(), SystemClock()).session(CallKind.QUERY).verify is True


def test_cookies_are_not_kept() -> None:
    with listening(says("{}", headers="Set-Cookie: sid=secret; Path=/\r\n")) as heard:
        session = transport_to(heard).session(CallKind.QUERY)
        session.get(f"{heard.address}/")
        session.get(f"{heard.address}/")
        assert len(heard.requests) == 2
        assert "Cookie" not in heard.requests[1]


def test_a_warning_of_the_org_is_passed_on_once_and_names_nobody() -> None:
    """F27: so it announces, long before, that a version will be retired."""
    warns = says("{}", headers='Warning: 299 - "Version 31.0 is deprecated, ask jane@acme.com"\r\n')
    with listening(warns) as heard, capture_logs() as lines:
        session = transport_to(heard).session(CallKind.QUERY)
        session.get(f"{heard.address}/")
        session.get(f"{heard.address}/")
    (told,) = [redact(line) for line in lines if line["event"] == "org_warns"]
    assert "Version 31.0 is deprecated" in told["text"]
    assert "jane" not in told["text"]


def test_an_answer_that_is_too_large_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sfrouter.salesforce.transport.LARGEST_ANSWER", 10)
    with listening(says('{"a": "0123456789"}')) as heard, pytest.raises(CallError) as caught:
        ask(heard)
    assert "too large" in caught.value.words


def test_every_request_is_counted_by_kind_also_one_that_failed() -> None:
    with listening(says("{}"), slams) as heard:
        transport = transport_to(heard)
        transport.session(CallKind.LIMITS).get(heard.address)
        with pytest.raises(CallError):
            transport.session(CallKind.QUERY).get(heard.address)
    count = transport.counter.count()
    assert (count.total, dict(count.by_kind)) == (2, {CallKind.LIMITS: 1, CallKind.QUERY: 1})


def test_each_thread_has_its_own_session() -> None:
    transport = Transport(QUICK, SystemClock())
    mine = transport.session(CallKind.QUERY)
    others: list[OrgSession] = []
    thread = threading.Thread(target=lambda: others.append(transport.session(CallKind.QUERY)))
    thread.start()
    thread.join()
    assert transport.session(CallKind.LIMITS) is mine
    assert others[0] is not mine
    transport.close()
