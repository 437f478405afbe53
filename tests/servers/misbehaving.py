"""An HTTP server that answers as badly as a test wants: late, half, never, with anything."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Behave = Callable[[socket.socket], None]
"""What is done with a connection when a whole request has come in on it. It is closed when raised
`ConnectionError`; else the next request is waited for."""


@dataclass
class Misbehaving:
    """The server. `heard` are the requests that came in whole, `connections` how many were open."""

    url: str
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0


def answer(
    status: str, body: bytes = b"", *headers: str, length: int | None = None, close: bool = False
) -> Behave:
    """Answer each request with a status line such as `201 Created`, and a body."""

    def behave(connection: socket.socket) -> None:
        size = len(body) if length is None else length
        lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {size}", "", ""]
        connection.sendall("\r\n".join(lines).encode() + body)
        if close:
            raise ConnectionError

    return behave


def silence(connection: socket.socket) -> None:
    """Say nothing until the other side gives up."""
    connection.recv(1)
    raise ConnectionError


def hang_up(connection: socket.socket) -> None:
    """Close without an answer."""
    raise ConnectionError


def reset(connection: socket.socket) -> None:
    """Break the connection off at once (RST)."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionError


def endless(connection: socket.socket) -> None:
    """Begin an answer, and never end it."""
    connection.sendall(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"x" * 65_536
    while True:
        connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")


@contextmanager
def misbehaving(behave: Behave) -> Iterator[Misbehaving]:
    """Run the server while the block runs."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Misbehaving(f"http://127.0.0.1:{listener.getsockname()[1]}")
    open_now: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while request := _whole_request(connection):
                server.heard.append(request)
                behave(connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                server.connections += 1
                open_now.append(connection)
                threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for connection in open_now:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def _whole_request(connection: socket.socket) -> bytes:
    """Read one request with its body; nothing when the other side is gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65_536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        more = connection.recv(65_536)
        if not more:
            return b""
        body += more
    return head + b"\r\n\r\n" + body
