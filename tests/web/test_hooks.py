"""Routes of plugins over real HTTP: what they get, and what becomes of those who misbehave."""

import logging
import socket
from collections.abc import Iterator, Sequence

import anyio
import httpx
import pytest

from tactful.errors import StoreInvalid
from tactful.runtime.inbound import (
    Intake,
    KeyPress,
    Route,
    Socket,
    SocketRoute,
    WebAnswer,
    WebRequest,
)
from tactful.testing import HookServer, RecordingIntake, serving_hooks
from tactful.web import hooks as hooks_module
from tactful.web import server as server_module

PUBLIC = "https://care.example.com/messages"


class Phone:
    """A channel's routes: `echo` tells what it got, the others misbehave."""

    def __init__(self) -> None:
        self.got: list[WebRequest] = []

    def routes(self) -> Sequence[Route | SocketRoute]:
        return (
            Route("echo", self._echo, methods=("GET", "POST")),
            Route("files/", self._echo, methods=("GET",)),
            Route("press", self._press),
            Route("fails", self._fails),
            Route("ends", self._ends),
            Route("silent", self._silent),
            Route("nonsense", self._nonsense),
            Route("broken", self._broken),
            SocketRoute("chat", self._chat),
            SocketRoute("rude", self._rude),
            SocketRoute("ends", self._end),
        )

    async def _echo(self, request: WebRequest, intake: Intake) -> WebAnswer:
        self.got.append(request)
        return WebAnswer(200, request.body, "text/xml", {"X-Seen": "yes"})

    async def _press(self, request: WebRequest, intake: Intake) -> WebAnswer:
        await intake.take(KeyPress(attempt="1", key="1", dedup="one"))
        return WebAnswer()

    async def _fails(self, request: WebRequest, intake: Intake) -> WebAnswer:
        raise ValueError("the secret is 4711")

    async def _ends(self, request: WebRequest, intake: Intake) -> WebAnswer:
        raise SystemExit("the secret is 4711")

    async def _silent(self, request: WebRequest, intake: Intake) -> WebAnswer:
        await anyio.sleep_forever()
        raise AssertionError

    async def _nonsense(self, request: WebRequest, intake: Intake) -> WebAnswer:
        return "well"  # type: ignore[return-value]

    async def _broken(self, request: WebRequest, intake: Intake) -> WebAnswer:
        return WebAnswer(headers={"X-Name": "a\r\nSet-Cookie: b"})

    async def _chat(self, socket: Socket, intake: Intake) -> None:
        name = dict(socket.query)["name"]
        while (text := await socket.receive()) is not None:
            await socket.send(f"{name} said {text}")

    async def _rude(self, socket: Socket, intake: Intake) -> None:
        raise ValueError("the secret is 4711")

    async def _end(self, socket: Socket, intake: Intake) -> None:
        raise SystemExit(3)


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def intake() -> RecordingIntake:
    return RecordingIntake()


@pytest.fixture
def server(phone: Phone, intake: RecordingIntake) -> Iterator[HookServer]:
    with serving_hooks({"phone": phone}, intake, public_url=PUBLIC) as server:
        yield server


def test_a_route_gets_the_public_address_whatever_the_sender_says(
    server: HookServer, phone: Phone
) -> None:
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Odd": "Yes"}
    url = server.hook("phone", "echo") + "?a=%2B1&b=&a=2"
    answer = httpx.post(url, content=b"Body=\xff", headers=forged)
    assert (answer.status_code, answer.content) == (200, b"Body=\xff")
    assert answer.headers["content-type"] == "text/xml"
    assert answer.headers["x-seen"] == "yes"
    (request,) = phone.got
    assert request.url == f"{PUBLIC}/hooks/phone/echo?a=%2B1&b=&a=2"
    assert request.query == [("a", "+1"), ("b", ""), ("a", "2")]
    assert request.headers["x-odd"] == "Yes"
    assert (request.method, request.path) == ("POST", "")


def test_the_address_is_as_it_was_written_when_it_has_odd_characters(
    server: HookServer, phone: Phone
) -> None:
    httpx.get(server.url + "/hooks/phone/files/a%2Fb/%C3%BC.png?x")
    (request,) = phone.got
    assert request.url == f"{PUBLIC}/hooks/phone/files/a%2Fb/%C3%BC.png?x"
    assert request.path == "a/b/ü.png"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/hooks/phone/none", 404),
        ("POST", "/hooks/other/echo", 404),
        ("POST", "/hooks/phone/echo/more", 404),
        ("POST", "/hooks/", 404),
        ("GET", "/nothing", 404),
        ("PUT", "/hooks/phone/echo", 405),
        ("GET", "/hooks/phone/press", 405),
        ("GET", "/hooks/phone/chat", 404),
    ],
)
def test_what_is_not_there_is_told(server: HookServer, method: str, path: str, status: int) -> None:
    assert httpx.request(method, server.url + path).status_code == status


def test_who_uses_a_wrong_method_hears_which_are_right(server: HookServer) -> None:
    answer = httpx.put(server.hook("phone", "echo"))
    assert answer.headers["allow"] == "GET, POST"


@pytest.mark.parametrize("path", ["fails", "ends", "nonsense", "broken"])
def test_a_route_that_fails_is_a_500_and_logged_without_what_was_said(
    phone: Phone, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with (  # the server has ended, and with it all that it logs, before the log is read
        caplog.at_level(logging.ERROR),
        serving_hooks({"phone": phone}, RecordingIntake()) as server,
    ):
        answer = httpx.post(server.hook("phone", path) + "?token=4711")
    assert answer.status_code == 500
    assert f"phone/{path}" in caplog.text
    assert "4711" not in caplog.text + answer.text


def test_what_cannot_be_kept_is_to_be_told_again(
    server: HookServer, intake: RecordingIntake
) -> None:
    intake.error = StoreInvalid("the disk is full")
    answer = httpx.post(server.hook("phone", "press"))
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    intake.error = None
    assert httpx.post(server.hook("phone", "press")).status_code == 204
    assert intake.signals == [KeyPress(attempt="1", key="1", dedup="one")]


def test_a_route_that_never_answers_is_cut_off(
    server: HookServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks_module, "ANSWER_SECONDS", 0.05)
    assert httpx.post(server.hook("phone", "silent")).status_code == 503


def test_a_body_that_is_too_large_is_refused(
    server: HookServer, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks_module, "MOST_BODY", 1_000)
    pieces = (b"x" * 100 for _ in range(20))
    assert httpx.post(server.hook("phone", "echo"), content=b"x" * 1_001).status_code == 413
    assert httpx.post(server.hook("phone", "echo"), content=pieces).status_code == 413
    assert phone.got == []


def test_one_connection_serves_many_requests(server: HookServer, phone: Phone) -> None:
    with httpx.Client() as client:
        for _ in range(3):
            answer = client.post(server.hook("phone", "echo"), content=b"x")
            assert answer.headers.get("connection") != "close"
    assert len(phone.got) == 3


@pytest.mark.parametrize(
    "sent",
    [b"", b"POST /hooks/phone/echo HTTP/1.1\r\nHost: x\r\n", b"GET /healthz HTTP/1.1\r\n"],
    ids=["nothing", "half a head", "one line"],
)
def test_who_never_ends_the_head_of_a_request_is_let_go(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(server_module, "HEADER_SECONDS", 0.05)
    with (
        serving_hooks({"phone": phone}, RecordingIntake()) as server,
        socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as slow,
    ):
        slow.settimeout(30)
        slow.sendall(sent)
        assert slow.recv(100) == b""
        assert httpx.get(f"{server.url}/healthz").status_code == 200


def test_who_never_ends_a_body_is_let_go_and_holds_up_nobody(
    server: HookServer, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks_module, "ANSWER_SECONDS", 0.3)
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as slow:
        slow.settimeout(30)
        slow.sendall(b"POST /hooks/phone/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
        assert httpx.post(server.hook("phone", "echo"), content=b"x").status_code == 200
        assert slow.recv(100).startswith(b"HTTP/1.1 503")
    assert [request.body for request in phone.got] == [b"x"]


def test_bytes_that_are_no_request_are_refused(server: HookServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as odd:
        odd.settimeout(30)
        odd.sendall(b"\x16\x03\x01\x02\x00 hello\r\n\r\n")
        assert odd.recv(100).startswith(b"HTTP/1.1 400")
    assert httpx.get(f"{server.url}/healthz").json() == {"status": "ok"}
