"""The channel against a Twilio on this machine: it keeps the contract, and says what it must."""

from collections.abc import Callable
from functools import partial
from typing import Any

import anyio
import pytest

from tactful.plugins import Secret
from tactful.runtime.ports import Accepted, Message, Refused, SendOutcome
from tactful.testing.contracts import ChannelContract
from tactful.testing.samples import sample_message
from tactful.values import HOUR, SECOND
from tactful_twilio import TwilioChannel
from tests.servers.local_twilio import (
    KEY,
    KEY_SECRET,
    NUMBER,
    OTHER_NUMBER,
    SERVICE,
    LocalTwilio,
)

NOW = 1_800_000_000 * SECOND


def to(number: int, medium: Any = "sms", **changes: Any) -> Message:
    """Return a message to somebody of whom no other test knows."""
    plain = {"to": f"+353871{number:06}", "sender": NUMBER}
    return sample_message(medium, number, **(plain | changes))


def send(channel: TwilioChannel, *messages: Message) -> list[SendOutcome]:
    async def all_of_them() -> list[SendOutcome]:
        try:
            return [await channel.send(message) for message in messages]
        finally:
            await channel.aclose()

    return anyio.run(all_of_them)


class TestContract(ChannelContract):
    senders = dict.fromkeys(("sms", "mms", "voice"), NUMBER)

    @pytest.fixture(autouse=True)
    def _twilio(self, twilio: LocalTwilio, make: Any) -> None:
        self.new: Callable[[], TwilioChannel] = partial(make, twilio.url)

    def channel(self) -> TwilioChannel:
        return self.new()


def test_a_text_leaves_once_from_its_number(twilio: LocalTwilio, make: Any) -> None:
    message = to(1)
    (outcome,) = send(make(twilio.url), message)
    (left,) = twilio.messages(To=message.to)
    assert outcome == Accepted(left["sid"])
    assert (left["from"], left["body"], left["status"]) == (NUMBER, message.text, "queued")


@pytest.mark.parametrize(
    ("number", "sender", "settings", "service"),
    [
        (10, NUMBER, {"messaging_service": SERVICE}, SERVICE),
        (11, "+1 302 222 0001", {"messaging_service": SERVICE}, SERVICE),
        (12, SERVICE, {}, SERVICE),
        (13, NUMBER, {"senders": {NUMBER: {"messaging_service": SERVICE}}}, SERVICE),
        (14, OTHER_NUMBER, {"senders": {NUMBER: {"messaging_service": SERVICE}}}, None),
    ],
)
def test_a_messaging_service_sends_when_it_is_set(
    number: int,
    sender: str,
    settings: dict[str, Any],
    service: str | None,
    twilio: LocalTwilio,
    make: Any,
) -> None:
    message = to(number, sender=sender)
    send(make(twilio.url, **settings), message)
    (left,) = twilio.messages(To=message.to)
    assert left["messaging_service_sid"] == service
    assert left["from"] == (NUMBER if sender == SERVICE else sender.replace(" ", ""))


def test_an_api_key_opens_the_account(twilio: LocalTwilio, make: Any) -> None:
    settings = {"api_key": KEY, "api_secret": Secret(KEY_SECRET, "a test")}
    assert isinstance(send(make(twilio.url, **settings), to(20))[0], Accepted)


def test_a_wrong_token_is_a_matter_of_configuration(twilio: LocalTwilio, make: Any) -> None:
    channel = make(twilio.url, auth_token=Secret("wrong", "a test"))
    (outcome,) = send(channel, to(21))
    assert isinstance(outcome, Refused)
    assert outcome.kind == "configuration"
    assert "auth_token" in outcome.reason
    assert "wrong" not in outcome.reason


def test_a_number_of_somebody_else_is_refused(twilio: LocalTwilio, make: Any) -> None:
    (outcome,) = send(make(twilio.url), to(22, sender="+15559990000"))
    assert isinstance(outcome, Refused)
    assert (outcome.kind, "21606" in outcome.reason) == ("configuration", True)


@pytest.mark.parametrize(
    ("left", "sent"), [(5 * SECOND, True), (5 * SECOND - 1, False), (-1 * HOUR, False)]
)
def test_nothing_is_handed_over_that_would_leave_too_late(
    left: int, sent: bool, twilio: LocalTwilio, make: Any
) -> None:
    message = to(30 if sent else 31, expires_at=NOW + left)
    (outcome,) = send(make(twilio.url, now=lambda: NOW), message)
    assert isinstance(outcome, Accepted) is sent
    assert len(twilio.messages(To=message.to)) == sent


def test_a_call_says_the_text(twilio: LocalTwilio, make: Any) -> None:
    message = to(40, "voice", text="Doors open at 9 & close at 5 <today>")
    (outcome,) = send(make(twilio.url), message)
    (call,) = twilio.calls(To=message.to)
    assert outcome == Accepted(call["sid"])
    assert (call["from"], call["status"]) == (NUMBER, "ringing")


def test_a_closed_channel_opens_again(twilio: LocalTwilio, make: Any) -> None:
    channel = make(twilio.url)
    assert [isinstance(one, Accepted) for one in send(channel, to(50), to(51))] == [True, True]
    assert isinstance(send(channel, to(52))[0], Accepted)
