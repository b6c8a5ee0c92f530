"""A server on this machine that misbehaves on the wire as told: silent, dripping, cut off, redirecting."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Script = Callable[[socket.socket, threading.Event], None]


@dataclass
class Heard:
    """What the server was asked."""

    port: int
    requests: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def listening(*scripts: Script) -> Iterator[Heard]:
    """Answer the first connection with the first script, and so on; the last one stays. Stops with the block."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard = Heard(server.getsockname()[1])
        over = threading.Event()
        threads: list[threading.Thread] = []

        def serve() -> None:
            count = 0
            while not over.is_set():
                with suppress(OSError):
                    line, _ = server.accept()
                    script = scripts[min(count, len(scripts) - 1)]
                    count += 1
                    threads.append(threading.Thread(target=talk, args=(line, script), daemon=True))
                    threads[-1].start()

        def talk(line: socket.socket, script: Script) -> None:
            with suppress(OSError), line:
                heard.requests.append(read_request(line))
                script(line, over)

        main = threading.Thread(target=serve, daemon=True)
        main.start()
        try:
            yield heard
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)
            for thread in (main, *threads):
                thread.join(timeout=5)


def read_request(line: socket.socket) -> str:
    """The head of a request and its body."""
    text = b""
    while b"\r\n\r\n" not in text:
        piece = line.recv(65_536)
        if not piece:
            break
        text += piece
    head, _, body = text.partition(b"\r\n\r\n")
    length = 0
    for row in head.decode("latin-1").split("\r\n"):
        if row.lower().startswith("content-length:"):
            length = int(row.partition(":")[2])
    while len(body) < length:
        body += line.recv(65_536)
    return (head + b"\r\n\r\n" + body).decode("latin-1")


def says(body: str, *, status: str = "200 OK", headers: str = "", length: int | None = None) -> Script:
    """One whole answer, or one that promises more than it gives."""

    def script(line: socket.socket, _over: threading.Event) -> None:
        size = len(body.encode()) if length is None else length
        line.sendall(
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n"
            f"Connection: close\r\n{headers}\r\n{body}".encode()
        )

    return script


def silent(_line: socket.socket, over: threading.Event) -> None:
    """Take the request and say nothing."""
    over.wait(30)


def slams(_line: socket.socket, _over: threading.Event) -> None:
    """Take the request and close."""


def drips(line: socket.socket, over: threading.Event) -> None:
    """A good head, then a byte now and then, without end."""
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
    while not over.wait(0.05):
        line.sendall(b" ")
