"""The web server: uvicorn on a socket of ours, ended by us, patient with nobody for ever."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tactful.errors import TactfulError

HEADER_SECONDS = 10.0
"""So long a client may take until its request has a head."""
IDLE_SECONDS = 75
"""So long a connection stays open for the next request; proxies close theirs after 60."""
END_SECONDS = 10
"""So long an end waits for answers that are under way."""
MOST_FRAME = 256 * 1024
"""The longest text of a WebSocket, in bytes."""


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address; port 0 means any that is free.

    Raises `TactfulError` when that address cannot be had.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        bound = socket.socket(family, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((host, port))
            bound.listen(512)
            bound.setblocking(False)
        except BaseException:
            bound.close()
            raise
    except OSError as error:
        raise TactfulError(
            f"the web server cannot listen at {host}:{port}: {error.strerror}",
            help="Name another with --host and --port, or in [server] of tactful.toml.",
        ) from error
    return bound


def address_of(bound: socket.socket) -> tuple[str, int]:
    """Return the host and the port of a bound socket."""
    host, port = bound.getsockname()[:2]
    return str(host), int(port)


def url_of(host: str, port: int) -> str:
    """Return the web address of a server, as one on this machine calls it."""
    at = ipaddress.ip_address(host)
    if at.is_unspecified:
        host = "::1" if at.version == 6 else "127.0.0.1"
    return f"http://[{host}]:{port}" if at.version == 6 else f"http://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that is bound there."""
    return ipaddress.ip_address(host).is_loopback


class _Impatient(HttpToolsProtocol):
    """Closes connections on which no request begins, or whose head does not end."""

    _patience: asyncio.TimerHandle | None = None
    _wants_head = True

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._wants_head:
            self._wait_no_more()
        elif self._patience is None:
            self._wait_for_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wants_head = True

    def on_headers_complete(self) -> None:
        self._wants_head = False
        super().on_headers_complete()

    def _wait_for_head(self) -> None:
        self._patience = self.loop.call_later(HEADER_SECONDS, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WebServer:
    """Serves an application on a bound socket, from `run` to `stop`."""

    def __init__(self, app: ASGIApp, bound: socket.socket) -> None:
        self._bound = bound
        self._server = _Server(
            uvicorn.Config(
                app,
                http=_Impatient,
                ws="websockets-sansio",
                ws_max_size=MOST_FRAME,
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=IDLE_SECONDS,
                timeout_graceful_shutdown=END_SECONDS,
            )
        )

    async def run(self) -> None:
        """Serve until `stop`, then answer what is under way, and return."""
        await self._server.serve(sockets=[self._bound])

    def stop(self) -> None:
        """Take no new requests, and end."""
        self._server.should_exit = True
