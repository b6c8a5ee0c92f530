"""The line to the org is TLS 1.2 or newer, to a host whose certificate is good; there is no way around it."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr
from requests.adapters import HTTPAdapter

from sfrouter.base.clock import SystemClock
from sfrouter.config.settings import Settings
from sfrouter.journey.assembly import open_gateway
from sfrouter.salesforce.addresses import origin_of
from sfrouter.salesforce.answers import CallError
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.transport import Transport, Wire

REFUSED = "the certificate of the other side was refused"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def certificate(folder: Path, host: str, *, ended: bool = False) -> Path:
    """A certificate that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    ends = now - timedelta(days=1) if ended else now + timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = folder / f"{host}-{ended}.pem"
    file.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return file


@contextmanager
def serving(file: Path, *, newest: ssl.TLSVersion | None = None) -> Iterator[int]:
    """A server on this machine that answers every caller who can agree with it; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    if newest is not None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = newest
    door = socket.create_server(("127.0.0.1", 0))
    door.settimeout(0.2)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                caller, _ = door.accept()
            except TimeoutError:
                continue
            try:
                with context.wrap_socket(caller, server_side=True) as line:
                    line.recv(4096)
                    line.sendall(ANSWER)
            except (OSError, ssl.SSLError):
                caller.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield door.getsockname()[1]
    finally:
        over.set()
        thread.join(timeout=10)
        door.close()


def asked(port: int, *, ca_file: str = "", proxy: str = "") -> int:
    """The status of one answer to our own way of asking."""
    transport = Transport(Wire(connect_timeout=5, read_timeout=5, ca_file=ca_file, proxy=proxy), SystemClock())
    transport.trust(origin_of(f"https://localhost:{port}"))
    return transport.session(CallKind.QUERY).get(f"https://localhost:{port}/").status_code


def test_a_good_certificate_of_a_named_authority_is_taken(tmp_path: Path) -> None:
    file = certificate(tmp_path, "localhost")
    with serving(file) as port:
        assert asked(port, ca_file=str(file)) == 200


def test_a_certificate_that_vouches_for_itself_is_refused(tmp_path: Path) -> None:
    with serving(certificate(tmp_path, "localhost")) as port, pytest.raises(CallError) as caught:
        asked(port)
    assert caught.value.message == REFUSED
    assert not caught.value.status


def test_a_certificate_of_another_host_or_of_the_past_is_refused(tmp_path: Path) -> None:
    for file in (certificate(tmp_path, "evil.example"), certificate(tmp_path, "localhost", ended=True)):
        with serving(file) as port, pytest.raises(CallError) as caught:
            asked(port, ca_file=str(file))
        assert caught.value.message == REFUSED


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_nothing_older_than_tls_1_2_is_spoken(tmp_path: Path) -> None:
    file = certificate(tmp_path, "localhost")
    with serving(file, newest=ssl.TLSVersion.TLSv1_1) as port:
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.load_verify_locations(file)
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = ssl.TLSVersion.TLSv1
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
                old.wrap_socket(line, server_hostname="localhost").close()
        except (OSError, ssl.SSLError):
            pytest.skip("the machine's own OpenSSL no longer speaks TLS 1.1 at all")
        with pytest.raises(CallError) as caught:
            asked(port, ca_file=str(file))
        assert caught.value.message == "TLS failed"


def test_the_bound_is_our_own_and_not_only_the_default_of_a_library() -> None:
    """Newer libraries refuse older TLS by themselves; an older one must be told."""
    adapter = Transport(Wire(), SystemClock()).session(CallKind.QUERY).get_adapter("https://localhost/")
    assert isinstance(adapter, HTTPAdapter)
    pools = (adapter.poolmanager, adapter.proxy_manager_for("http://127.0.0.1:9"))
    assert [one.connection_pool_kw["ssl_minimum_version"] for one in pools] == [ssl.TLSVersion.TLSv1_2] * 2


@contextmanager
def proxying(target: int, lines: list[bytes]) -> Iterator[int]:
    """A proxy on this machine that lets one caller through to `target`, whatever was asked for; its port."""
    door = socket.create_server(("127.0.0.1", 0))
    door.settimeout(10)

    def carry(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65_536):
                sink.sendall(piece)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def serve() -> None:
        caller, _ = door.accept()
        with caller, socket.create_connection(("127.0.0.1", target), timeout=10) as beyond:
            lines.append(caller.recv(65_536))
            caller.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=carry, args=(beyond, caller))
            back.start()
            carry(caller, beyond)
            back.join(timeout=10)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield door.getsockname()[1]
    finally:
        thread.join(timeout=15)
        door.close()


def settings(ca_file: Path, proxy: str) -> Settings:
    """Settings that lead to a server of this machine with a ready token."""
    return Settings(
        salesforce_instance_url="https://localhost:9", salesforce_access_token=SecretStr("00Dx!token"),
        salesforce_ca_file=ca_file, salesforce_proxy=SecretStr(proxy),
    )  # fmt: skip


def test_the_settings_name_a_proxy_and_an_authority_and_the_line_is_encrypted_through_it(tmp_path: Path) -> None:
    file, lines = certificate(tmp_path, "localhost"), list[bytes]()
    with serving(file) as port, proxying(port, lines) as proxy:
        gateway = open_gateway(settings(file, f"http://me:hush@127.0.0.1:{proxy}"), SystemClock())
        assert list(gateway.versions()) == []
        gateway.close()
    (asked_for,) = lines
    assert asked_for.startswith(b"CONNECT localhost:9 ")
    assert b"Proxy-Authorization: Basic " in asked_for
    assert b"00Dx" not in asked_for


def test_behind_a_proxy_the_certificate_is_held_against_the_host_too(tmp_path: Path) -> None:
    file = certificate(tmp_path, "evil.example")
    with serving(file) as port, proxying(port, []) as proxy, pytest.raises(CallError) as caught:
        asked(9, ca_file=str(file), proxy=f"http://127.0.0.1:{proxy}")
    assert caught.value.message == REFUSED


def test_there_is_no_setting_that_turns_verification_off() -> None:
    words = ("insecure", "verify", "tls", "ssl", "redirect")
    assert not [name for name in Settings.model_fields if any(word in name for word in words)]
