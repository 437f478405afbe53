"""When Twilio, or the way to it, fails: each failure has the one outcome that is safe."""

import json
from typing import Any

import anyio
import pytest

from tactful.runtime.ports import Accepted, Refused, Retry, SendOutcome, Unknown
from tactful.testing.samples import sample_message
from tactful_twilio import TwilioChannel
from tests.servers.local_twilio import NUMBER
from tests.servers.misbehaving import (
    Behave,
    answer,
    endless,
    hang_up,
    misbehaving,
    reset,
    silence,
)
from tests.servers.running import free_port

SHORT = "2 seconds"  # half of it is for connecting: a busy machine takes its time
JSON = "Content-Type: application/json"
CREATED = json.dumps({"sid": "SM" + "0" * 32, "status": "queued", "to": "+353871234567"}).encode()


def error(code: int) -> bytes:
    return json.dumps({"code": code, "message": "told to", "status": 400}).encode()


def send(channel: TwilioChannel, count: int = 1) -> list[SendOutcome]:
    async def all_of_them() -> list[SendOutcome]:
        try:
            return [
                await channel.send(sample_message("sms", number, sender=NUMBER, token="late-1"))
                for number in range(1, count + 1)
            ]
        finally:
            await channel.aclose()

    return anyio.run(all_of_them)


IN_DOUBT: list[tuple[str, Behave]] = [
    ("says nothing", silence),
    ("hangs up", hang_up),
    ("breaks off", reset),
    ("never ends", endless),
    ("breaks off in its answer", answer("201 Created", CREATED, JSON, length=9_999, close=True)),
    ("stops in its answer", answer("201 Created", CREATED, JSON, length=9_999)),
    (
        "answers with a page",
        answer("201 Created", b"<html>Welcome</html>", "Content-Type: text/html"),
    ),
    ("answers with nothing", answer("201 Created", b"", JSON)),
    ("answers with no message", answer("201 Created", b"{}", JSON)),
    ("answers with null", answer("201 Created", b"null", JSON)),
    ("answers with a list", answer("201 Created", b"[1]", JSON)),
    ("answers in no encoding", answer("201 Created", b"\xff\xfe\x00", JSON)),
    ("sends us on", answer("302 Found", b"", "Location: http://127.0.0.1:1/")),
    ("answers with no HTTP", lambda connection: connection.sendall(b"SMTP ready\r\n")),
    ("fails", answer("500 Internal Server Error", error(20500), JSON)),
    ("fails without a word", answer("502 Bad Gateway", b"<html>", "Content-Type: text/html")),
    ("is away", answer("503 Service Unavailable", error(20503), JSON)),
    ("timed out behind a gateway", answer("504 Gateway Timeout")),
    ("timed out reading us", answer("408 Request Timeout")),
    ("says that its provider timed out", answer("400 Bad Request", error(30410), JSON)),
]


@pytest.mark.parametrize(("what", "behave"), IN_DOUBT, ids=[what for what, _ in IN_DOUBT])
def test_a_request_that_may_have_been_heard_is_in_doubt_and_never_repeated(
    what: str, behave: Behave, make: Any
) -> None:
    with misbehaving(behave) as server:
        (outcome,) = send(make(server.url, timeout=SHORT))
        assert isinstance(outcome, Unknown), outcome
        assert len(server.heard) == 1
        assert b"POST /2010-04-01/Accounts/" in server.heard[0]


REFUSED: list[tuple[str, Behave, str]] = [
    ("a wrong token", answer("401 Unauthorized", error(20003), JSON), "configuration"),
    ("a wrong account", answer("404 Not Found", error(20404), JSON), "configuration"),
    ("no code", answer("403 Forbidden", b"<html>no</html>"), "configuration"),
    ("a proxy", answer("407 Proxy Authentication Required"), "configuration"),
    ("too large for a proxy", answer("413 Payload Too Large"), "configuration"),
    ("opted out", answer("400 Bad Request", error(21610), JSON), "recipient, gone"),
    ("a landline", answer("400 Bad Request", error(21614), JSON), "recipient, gone"),
    ("no number", answer("400 Bad Request", error(21211), JSON), "recipient, gone"),
    ("blocked", answer("400 Bad Request", error(30004), JSON), "recipient, gone"),
    ("out of reach", answer("400 Bad Request", error(30005), JSON), "recipient"),
    ("a filter", answer("400 Bad Request", error(30007), JSON), "policy"),
    (
        "failed at once",
        answer("201 Created", CREATED.replace(b"queued", b"failed"), JSON),
        "recipient",
    ),
]


@pytest.mark.parametrize(("what", "behave", "kind"), REFUSED, ids=[what for what, _, _ in REFUSED])
def test_what_twilio_declares_not_sent_is_refused(
    what: str, behave: Behave, kind: str, make: Any
) -> None:
    with misbehaving(behave) as server:
        (outcome,) = send(make(server.url))
        assert isinstance(outcome, Refused), outcome
        assert outcome.kind + ", gone" * outcome.gone == kind
        assert len(server.heard) == 1


@pytest.mark.parametrize(
    ("behave", "tries"),
    [
        (answer("429 Too Many Requests", error(20429), JSON), 8),
        (answer("429 Too Many Requests"), 8),
        (answer("400 Bad Request", error(21611), JSON), 6),
        (answer("400 Bad Request", error(99_999), JSON), 2),
    ],
    ids=["too many requests", "too many, without a word", "a full queue", "an unknown code"],
)
def test_what_may_pass_is_put_off_later_and_later_and_not_for_ever(
    behave: Behave, tries: int, make: Any
) -> None:
    with misbehaving(behave) as server:
        outcomes = send(make(server.url), tries + 1)
    *put_off, last = outcomes
    waits = [outcome.after for outcome in put_off if isinstance(outcome, Retry)]
    assert len(waits) == tries
    assert isinstance(last, Refused)
    assert min(waits) > 0
    assert max(waits[1:], default=0) > waits[0] // 2
    with misbehaving(behave) as server:
        assert send(make(server.url), tries + 1) == outcomes, "the same attempts wait the same"


def test_where_nobody_listens_nothing_was_sent(make: Any) -> None:
    (outcome,) = send(make(f"http://127.0.0.1:{free_port()}"))
    assert isinstance(outcome, Retry)
    assert "not reached" in outcome.reason


def test_where_no_secure_connection_comes_about_nothing_was_sent(make: Any) -> None:
    with misbehaving(hang_up) as server:
        (outcome,) = send(make(server.url.replace("http:", "https:"), timeout=SHORT))
        assert isinstance(outcome, Retry)
        assert not server.heard


def test_connections_are_used_again(make: Any) -> None:
    with misbehaving(answer("201 Created", CREATED, JSON)) as server:
        outcomes = send(make(server.url), 5)
        assert (len(server.heard), server.connections) == (5, 1)
    assert {type(outcome) for outcome in outcomes} == {Accepted}


def test_a_connection_that_the_server_closes_is_not_used_again(make: Any) -> None:
    closing = answer("201 Created", CREATED, JSON, "Connection: close", close=True)
    with misbehaving(closing) as server:
        outcomes = send(make(server.url), 3)
        assert (len(server.heard), server.connections) == (3, 3)
    assert {type(outcome) for outcome in outcomes} == {Accepted}


@pytest.mark.parametrize("behave", [answer("401 Unauthorized", error(20003), JSON), silence])
def test_no_outcome_tells_a_secret_or_a_number(behave: Behave, make: Any) -> None:
    with misbehaving(behave) as server:
        (outcome,) = send(make(server.url, timeout=SHORT))
    told = repr(outcome)
    assert "token-of-the-local-account" not in told
    assert "353871234567" not in told
