"""WebSockets of plugins, from a client of another make."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tactful.testing import HookServer, RecordingIntake, serving_hooks
from tests.web.test_hooks import Phone


@pytest.fixture
def server() -> Iterator[HookServer]:
    with serving_hooks({"phone": Phone()}, RecordingIntake()) as server:
        yield server


def _ws(server: HookServer, path: str) -> str:
    return server.hook("phone", path).replace("http:", "ws:")


def test_texts_go_both_ways(server: HookServer) -> None:
    with connect(_ws(server, "chat?name=Ann")) as socket:
        socket.send("hello")
        assert socket.recv() == "Ann said hello"
        socket.send("ü")
        assert socket.recv() == "Ann said ü"


def test_who_sends_bytes_is_cut_off(server: HookServer) -> None:
    with connect(_ws(server, "chat?name=Ann")) as socket:
        socket.send(b"\x00")
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1003


def test_a_socket_that_is_not_there_is_refused(server: HookServer) -> None:
    with pytest.raises(InvalidStatus), connect(_ws(server, "echo")):
        pass


def test_a_handler_that_fails_closes_the_socket_and_is_logged(
    server: HookServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), connect(_ws(server, "rude")) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1011
    assert "phone/rude" in caplog.text
    assert "4711" not in caplog.text


def test_a_socket_whose_plugin_would_end_the_program_is_closed_and_the_others_go_on(
    server: HookServer,
) -> None:
    with connect(_ws(server, "ends")) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1011
    with connect(_ws(server, "chat?name=Ann")) as socket:
        socket.send("hello")
        assert socket.recv() == "Ann said hello"


def test_a_server_that_ends_closes_what_is_open_and_waits_for_nobody() -> None:
    with ExitStack() as stack:
        server = stack.enter_context(serving_hooks({"phone": Phone()}, RecordingIntake()))
        with connect(_ws(server, "chat?name=Ann")) as socket:
            socket.send("hello")
            assert socket.recv() == "Ann said hello"
            stack.close()
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
