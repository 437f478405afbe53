"""A real HTTP server on this machine, on a free port, that answers as a test says."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """What the server says to one request.

    So many bytes of the body as `cut` says are promised and not sent; who is `silent` says nothing
    until the server stops.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    silent: bool = False


@dataclass
class Request:
    """A request as it arrived; the names of its headers are small."""

    path: str
    headers: dict[str, str]
    method: str = "GET"
    body: bytes = b""

    def json(self) -> Any:
        """Return what it holds as JSON."""
        return json.loads(self.body)


Respond = Callable[[Request], Answer]


@dataclass
class Server:
    """A server that runs. `requests` are those that arrived, `respond` may be changed."""

    port: int
    respond: Respond
    requests: list[Request] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def host(self) -> str:
        """The server as `[network] allow` names it."""
        return f"127.0.0.1:{self.port}"


class _Listening(ThreadingHTTPServer):
    """A server at which many may knock at once."""

    request_queue_size = 256


@contextmanager
def serving(respond: Respond) -> Iterator[Server]:
    """Run a server while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            request = Request(self.path, headers, self.command, body)
            server.requests.append(request)
            answer = server.respond(request)
            if answer.silent:
                server.stopping.wait()
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) + answer.cut))
            self.end_headers()
            self.wfile.write(answer.body)

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names of the standard library

        def log_message(self, format: str, *args: Any) -> None:
            pass

    running = _Listening(("127.0.0.1", 0), Handler)
    server = Server(running.server_address[1], respond)
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        running.shutdown()
        running.server_close()
        thread.join()


def as_json(value: Any, **headers: str) -> Answer:
    """Answer with JSON."""
    return Answer(
        json.dumps(value).encode(), headers={"Content-Type": "application/json"} | headers
    )


def packed(answer: Answer) -> Answer:
    """Return the same answer, packed."""
    headers = answer.headers | {"Content-Encoding": "gzip"}
    return replace(answer, body=gzip.compress(answer.body), headers=headers)
