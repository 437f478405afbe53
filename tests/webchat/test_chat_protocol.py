"""Without a browser: what the socket of the chat takes, refuses, and bounds."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tactful.runtime.inbound import PersonReply
from tactful.values import HOUR, MINUTE
from tests.webchat.house import Chat, chat_message, chatting, token

ORIGIN = "https://shop.example.com"


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    with chatting(tmp_path / "webchat", origins=[ORIGIN]) as running:
        yield running


class Page:
    """The other side of a socket, as a page is."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def say(self, **value: Any) -> None:
        self.socket.send(json.dumps(value))

    def hear(self, kind: str) -> dict[str, Any]:
        """Return the next text of a kind."""
        while True:
            value: dict[str, Any] = json.loads(self.socket.recv(timeout=30))
            if value["t"] == kind:
                return value

    def closed(self) -> int | None:
        """Wait until it is closed, and return the code."""
        try:
            while True:
                self.socket.recv(timeout=30)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


@contextmanager
def page(chat: Chat, origin: str | None = ORIGIN) -> Iterator[Page]:
    headers = {} if origin is None else {"Origin": origin}
    url = f"ws://127.0.0.1:{chat.port}/hooks/webchat/socket"
    with connect(url, additional_headers=headers, proxy=None) as socket:
        yield Page(socket)


@contextmanager
def visitor(chat: Chat, *keys: str, after: int = 0) -> Iterator[Page]:
    with page(chat) as opened:
        opened.say(t="hello", token=token(*keys), after=after)
        opened.hear("welcome")
        yield opened


# ---- who may come in ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example.com", "http://shop.example.com"]
)
def test_only_pages_of_the_named_sites_may_talk(chat: Chat, origin: str | None) -> None:
    with page(chat, origin) as opened:
        assert opened.closed() == 4403


def test_a_page_of_our_own_may_talk(chat: Chat) -> None:
    with page(chat, chat.origin) as opened:
        opened.say(t="hello", token=token())
        opened.hear("welcome")


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({"t": "ping"}, 4400),
        ({"t": "say", "id": "reply-01", "text": "Hello"}, 4400),
        ({"t": "hello"}, 4400),
        ({"t": "hello", "token": "nonsense"}, 4401),
        ({"t": "hello", "token": token(lasts=48 * HOUR)}, 4401),
    ],
)
def test_nothing_is_taken_before_a_token(chat: Chat, first: dict[str, Any], code: int) -> None:
    with page(chat) as opened:
        opened.say(**first)
        assert opened.closed() == code
    assert chat.ears.signals == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"t":"drop table"}',
        '{"t":"say","id":"../../x","text":"a"}',
        '{"t":"say","id":"reply-01","text":7}',
        '{"t":"got","ids":[],"seen":true}',
        '{"t":"hello","token":"again"}',
        '{"t":"say","id":"reply-01","text":"\\ud800"}',
        json.dumps({"t": "say", "id": "reply-01", "text": "x" * 9_000}),
        json.dumps({"t": "ping", "more": "x" * 30_000}),
        "[" * 20_000,
    ],
    ids=lambda text: text[:24],
)
def test_what_is_not_understood_ends_the_talk_and_nothing_else(chat: Chat, text: str) -> None:
    with visitor(chat) as opened, visitor(chat) as other:
        opened.socket.send(text)
        assert opened.closed() == 4400
        other.say(t="ping")
        other.hear("pong")
    assert chat.ears.signals == []


def test_one_visitor_has_so_many_tabs(tmp_path: Path) -> None:
    with chatting(tmp_path / "webchat", origins=[ORIGIN], most_tabs=2) as chat:
        with visitor(chat), visitor(chat), page(chat) as third:
            third.say(t="hello", token=token())
            assert third.closed() == 4503
        with visitor(chat, "B-2"):
            pass


# ---- what is said -------------------------------------------------------------------------------


def test_a_repeated_reply_counts_once(chat: Chat) -> None:
    for _ in range(3):
        with visitor(chat) as opened:
            opened.say(t="say", id="reply-01", text="Yes")
            assert opened.hear("kept")["id"] == "reply-01"
    (reply,) = chat.heard(lambda signals: bool(signals))
    assert isinstance(reply, PersonReply)
    assert reply.text == "Yes"


def test_two_visitors_may_give_replies_the_same_name(chat: Chat) -> None:
    for key in ("A-1", "B-2"):
        with visitor(chat, key) as opened:
            opened.say(t="say", id="reply-01", text=f"I am {key}")
            opened.hear("kept")
    signals = chat.heard(lambda signals: len(signals) == 2)
    assert [s.address for s in signals if isinstance(s, PersonReply)] == ["A-1", "B-2"]


@pytest.mark.parametrize(
    ("text", "why"), [("", "empty"), (" \n\t\x00 ", "empty"), ("x" * 2_001, "long")]
)
def test_what_cannot_be_taken_is_declined(chat: Chat, text: str, why: str) -> None:
    with visitor(chat) as opened:
        opened.say(t="say", id="reply-01", text=text)
        assert opened.hear("declined") == {
            "t": "declined",
            "id": "reply-01",
            "why": why,
            "after": None,
        }
    assert chat.ears.signals == []


def test_control_characters_are_left_out(chat: Chat) -> None:
    with visitor(chat) as opened:
        opened.say(t="say", id="reply-01", text=" a\x00b\x1b[31m\r\nc ")
        opened.hear("kept")
    (reply,) = chat.heard(lambda signals: bool(signals))
    assert isinstance(reply, PersonReply)
    assert reply.text == "ab[31m\nc"


def test_who_writes_very_much_has_to_wait_in_all_tabs(tmp_path: Path) -> None:
    with chatting(tmp_path / "webchat", origins=[ORIGIN], replies_per_minute=3) as chat:
        with visitor(chat) as first, visitor(chat) as second:
            for number in range(3):
                first.say(t="say", id=f"reply-0{number}", text="Hello?")
                first.hear("kept")
            second.say(t="say", id="reply-09", text="Hello?")
            declined = second.hear("declined")
            assert declined["why"] == "slow"
            assert 0 < declined["after"] <= 20_000
            chat.clock.ahead += MINUTE
            second.say(t="say", id="reply-09", text="Hello?")
            second.hear("kept")
        with visitor(chat, "B-2") as other:
            other.say(t="say", id="reply-01", text="Hello")
            other.hear("kept")


def test_a_page_that_floods_is_let_go(chat: Chat) -> None:
    with visitor(chat) as opened:
        for _ in range(150):
            opened.say(t="ping")
        assert opened.closed() == 4429


# ---- what is shown ------------------------------------------------------------------------------


def test_who_comes_back_is_told_only_what_is_new(chat: Chat) -> None:
    chat.send(chat_message(1))
    with visitor(chat) as opened:
        had = opened.hear("items")
        assert [item["text"] for item in had["items"]] == ["Message 1"]
        opened.say(t="got", ids=[had["items"][0]["id"]], seen=True)
        rev = opened.hear("items")["rev"]
    chat.send(chat_message(2))
    with visitor(chat, after=rev) as again:
        assert [item["text"] for item in again.hear("items")["items"]] == ["Message 2"]


def test_a_visitor_sees_the_messages_of_all_their_keys_and_no_others(chat: Chat) -> None:
    for number, key in enumerate(("C-7", "A-1", "B-2"), 1):
        chat.send(chat_message(number, to=key))
    with visitor(chat, "C-7", "A-1") as opened:
        shown = opened.hear("items")["items"]
    assert [item["text"] for item in shown] == ["Message 1", "Message 2"]


def test_many_messages_come_in_several_texts(chat: Chat) -> None:
    with visitor(chat) as opened:
        rev = opened.hear("items")["rev"]
    for number in range(1, 131):
        chat.send(chat_message(number))
    with visitor(chat, after=rev or 1) as again:
        first, second = again.hear("items"), again.hear("items")
    assert (len(first["items"]), len(second["items"])) == (100, 30)


# ---- what is served -----------------------------------------------------------------------------


def get(chat: Chat, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{chat.origin}/hooks/webchat/{path}", headers=headers, trust_env=False)


def test_the_script_is_served_once_for_as_long_as_it_is_the_same(chat: Chat) -> None:
    answer = get(chat, "chat.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    again = get(chat, "chat.js", **{"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_no_setting_can_end_the_script(tmp_path: Path) -> None:
    title = "</script><script>alert(1)</script>\u2028'\"\\`${x}"
    with chatting(tmp_path / "webchat", title=title) as chat:
        script = get(chat, "chat.js").text
    assert "</script" not in script
    assert "\u2028" not in script
    assert json.dumps({"": title}).replace("<", "\\u003c") in script


@pytest.mark.parametrize(
    ("demo", "headers", "status"),
    [
        (True, {}, 200),
        (False, {}, 404),
        (True, {"Host": "care.example.com"}, 404),
        (True, {"X-Forwarded-For": "203.0.113.9"}, 404),
    ],
)
def test_the_demonstration_is_for_this_machine_only(
    tmp_path: Path, demo: bool, headers: dict[str, str], status: int
) -> None:
    with chatting(tmp_path / "webchat", demo=demo, key=None) as chat:
        answer = get(chat, "demo?as=%3Cb%3E", **headers)
        assert answer.status_code == status
        assert "<b>" not in answer.text
        assert ("data-visitor" in answer.text) == (status == 200)
