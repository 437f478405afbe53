"""What became of a lost answer: found where one message alone fits, and never guessed."""

import logging
from datetime import UTC, datetime
from typing import Any

import anyio
import pytest

from tactful.runtime.ports import Accepted, Finding, Message
from tactful.testing import sample_message
from tactful.values import HOUR, MINUTE, instant
from tactful_twilio import TwilioChannel
from tests.servers.local_twilio import NUMBER, OTHER_NUMBER, SERVICE, TOKEN, LocalTwilio


def a(number: int, medium: Any = "sms", **changes: Any) -> Message:
    """Return a message of now, to somebody of whom no other test knows."""
    plain = {
        "to": f"+353872{number:06}",
        "sender": NUMBER,
        "permitted_at": instant(datetime.now(UTC)),
    }
    return sample_message(medium, number, **(plain | changes))


def sent_then_asked(channel: TwilioChannel, sent: list[Message], *asked: Message) -> list[Any]:
    """Send messages, let their answers be lost, and ask what became of others."""

    async def both() -> list[Any]:
        try:
            for message in sent:
                assert isinstance(await channel.send(message), Accepted)
            return [await channel.reconcile(message) for message in asked]
        finally:
            await channel.aclose()

    return anyio.run(both)


@pytest.mark.parametrize(
    ("number", "medium", "sender", "settings"),
    [
        (1, "sms", NUMBER, {}),
        (2, "sms", NUMBER, {"messaging_service": SERVICE}),
        (3, "sms", SERVICE, {}),
        (4, "voice", NUMBER, {}),
        (5, "mms", NUMBER, {}),
    ],
)
def test_a_message_that_twilio_has_is_found(
    number: int, medium: str, sender: str, settings: dict[str, Any], twilio: LocalTwilio, make: Any
) -> None:
    message = a(number, medium, sender=sender)
    (found,) = sent_then_asked(make(twilio.url, **settings), [message], message)
    listed = twilio.calls if medium == "voice" else twilio.messages
    assert found == Accepted(listed(To=message.to)[0]["sid"])


def test_one_that_has_arrived_is_found_as_such_and_one_that_failed_is_not_sent_again(
    twilio: LocalTwilio, make: Any
) -> None:
    for number, status in ((10, "delivered"), (11, "failed"), (12, "undelivered")):
        message = a(number)
        sent_then_asked(make(twilio.url), [message])
        (left,) = twilio.messages(To=message.to)
        twilio.message_becomes(left["sid"], status)
        (found,) = sent_then_asked(make(twilio.url), [], message)
        assert found == Accepted(left["sid"], delivered=status == "delivered")


CHANGES: list[dict[str, Any]] = [
    {"to": "+353872999999"},
    {"sender": OTHER_NUMBER},
    {"sender": SERVICE},
    {"text": "Something else."},
    {"permitted_at": 0},
    {"permitted_at": instant(datetime(2026, 1, 1, tzinfo=UTC))},
]


@pytest.mark.parametrize("other", CHANGES, ids=lambda change: "-".join(change))
def test_another_message_is_not_taken_for_it(
    other: dict[str, Any], twilio: LocalTwilio, make: Any
) -> None:
    sent = a(20 + CHANGES.index(other))
    changed = {"to": sent.to} | other
    lost = a(30, **changed)
    assert sent_then_asked(make(twilio.url), [sent], lost) == [None]


@pytest.mark.parametrize("shift", [-HOUR, -2 * MINUTE, 2 * MINUTE, HOUR])
def test_the_same_text_at_another_time_is_not_taken_for_it(
    shift: int, twilio: LocalTwilio, make: Any
) -> None:
    sent = a(40)
    lost = a(40, permitted_at=sent.permitted_at + shift)
    assert sent_then_asked(make(twilio.url), [sent], lost) == [None]


def test_of_two_that_fit_neither_is_chosen(twilio: LocalTwilio, make: Any) -> None:
    message = a(50)
    assert sent_then_asked(make(twilio.url), [message, message], message) == [None]


def test_one_message_is_given_to_one_attempt_only(twilio: LocalTwilio, make: Any) -> None:
    message = a(51)
    first, second = sent_then_asked(make(twilio.url), [message], message, message)
    assert isinstance(first, Accepted)
    assert second is None


def test_smart_encoding_does_not_hide_a_message(twilio: LocalTwilio, make: Any) -> None:
    sent = a(52, text='"Hello" - it\'s us...')
    lost = a(52, text="“Hello” – it’s us…")
    smart = {"smart_encoding": True}
    assert isinstance(sent_then_asked(make(twilio.url, **smart), [sent], lost)[0], Accepted)
    assert sent_then_asked(make(twilio.url), [], lost) == [None]


def test_no_log_tells_a_number_a_text_or_a_secret(
    twilio: LocalTwilio, make: Any, caplog: pytest.LogCaptureFixture
) -> None:
    message = a(60, text="Something private.")
    with caplog.at_level(logging.DEBUG):
        sent_then_asked(make(twilio.url), [message], message)
        logging.getLogger("httpx").info("somebody else asks")
    assert "somebody else asks" in caplog.text
    for private in (message.to.removeprefix("+"), TOKEN, message.text):
        assert private not in caplog.text


# ---- examination ---------------------------------------------------------------------------------


def examined(channel: TwilioChannel) -> dict[str, Finding]:
    async def ask() -> dict[str, Finding]:
        try:
            return {one.code: one for one in await channel.examine()}
        finally:
            await channel.aclose()

    return anyio.run(ask)


def test_a_sound_account_has_nothing_to_tell(twilio: LocalTwilio, make: Any) -> None:
    settings = {"messaging_service": SERVICE, "senders": {NUMBER: {"rate": "3 per second"}}}
    assert examined(make(twilio.url, public="https://care.example.com", **settings)) == {}


def test_what_is_wrong_with_the_account_is_told(twilio: LocalTwilio, make: Any) -> None:
    from tactful.plugins import Secret

    wrong = "MG" + "9" * 32
    found = examined(make(twilio.url, messaging_service=wrong, senders={"+15553330000": {}}))
    assert set(found) == {"twilio_not_called_back", "twilio_refused", "twilio_number_not_owned"}
    assert wrong in found["twilio_refused"].message
    found = examined(make(twilio.url, auth_token=Secret("wrong", "a test")))
    assert set(found) == {"twilio_not_called_back", "twilio_refused"}
    assert "auth_token" in found["twilio_refused"].help
    assert set(examined(make("http://127.0.0.1:1", public="https://a.example"))) == {
        "twilio_not_reached"
    }


def test_the_owner_looks_at_the_account_where_an_api_key_works(
    twilio: LocalTwilio, make: Any
) -> None:
    from tactful.plugins import Secret
    from tests.servers.local_twilio import KEY

    settings = {"api_key": KEY, "api_secret": Secret("wrong", "a test")}
    found = examined(make(twilio.url, public="https://care.example.com", **settings))
    assert "numbers" in found["twilio_refused"].message
