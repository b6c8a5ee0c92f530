"""A loopback stand-in for the way to Salesforce's hosts: for clients that insist on https.

It is an HTTP proxy that answers CONNECT for those hosts by speaking TLS itself, with a certificate made for this
run, and hands the plain bytes to the local org. Other hosts are refused: nothing ever leaves the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

HOSTS = ("login.salesforce.com", "test.salesforce.com", "localhost")
_WELCOME = tuple(f"CONNECT {host}:".encode() for host in (*HOSTS, "127.0.0.1"))
_CHUNK = 65_536


class Front:
    """The proxy, as a context manager: `settings` are the environment variables that send a client through it."""

    def __init__(self, folder: Path, org_port: int) -> None:
        self._org_port = org_port
        self._certificate = _certificate(folder)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self._certificate)
        self._listening = socket.create_server(("127.0.0.1", 0))

    @property
    def settings(self) -> dict[str, str]:
        """What requests-based clients read: the proxy for https, and whom to trust."""
        proxy = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        trust = str(self._certificate)
        names = ("HTTPS_PROXY", "https_proxy")
        return dict.fromkeys(names, proxy) | {"REQUESTS_CA_BUNDLE": trust, "NO_PROXY": "", "no_proxy": ""}

    def __enter__(self) -> Front:
        threading.Thread(target=asyncio.run, args=(self._serve(),), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.close()

    async def _serve(self) -> None:
        async with await asyncio.start_server(self._welcome, sock=self._listening) as serving:
            await serving.serve_forever()

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(_WELCOME):
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
                writer.close()
                return
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.drain()
            await writer.start_tls(self._context)
            from_org, to_org = await asyncio.open_connection("127.0.0.1", self._org_port)
            await asyncio.gather(_pump(reader, to_org), _pump(from_org, writer))


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(_CHUNK):
            target.write(data)
            await target.drain()
    with contextlib.suppress(OSError):
        target.close()


def _certificate(folder: Path) -> Path:
    """A self-signed certificate and its key for the hosts, in one PEM file good for two days."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "local org of this check")])
    hosts: list[x509.GeneralName] = [x509.DNSName(host) for host in HOSTS]
    hosts.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "front.pem"
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
