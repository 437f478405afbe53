"""Numbers that calls may come from, and those that carriers block."""

import json
from typing import Any

import anyio
import pytest

from tactful.runtime.ports import Finding
from tactful.testing import Answer, Request, serving
from tactful_twilio import TwilioChannel
from tactful_twilio.senders import judge
from tests.servers.local_twilio import ACCOUNT

TWILIO_SERVICE = "MG" + "0" * 32


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "twilio_caller_missing"),
        ("  ", "twilio_caller_missing"),
        ("Acme", "twilio_caller_no_number"),
        (TWILIO_SERVICE, "twilio_caller_no_number"),
        ("087 123 4567", "twilio_caller_no_number"),
        ("12345", "twilio_caller_no_number"),
        ("+1 212 911 2345", "twilio_caller_blocked"),
        ("+1 411", "twilio_caller_blocked"),
        ("911", "twilio_caller_no_number"),
        ("+1 900 234 5678", "twilio_caller_blocked"),
        ("+1 212 555 0143", "twilio_caller_blocked"),
        ("+1 112 234 5678", "twilio_caller_blocked"),
        ("+1 292 234 5678", "twilio_caller_blocked"),
        ("+1 800 234 5678", "twilio_caller_toll_free"),
        ("+1 212 736 5000", None),
        ("+12127365000", None),
        ("+353 1 677 1717", None),
        ("+353 20 9155 103", "twilio_caller_blocked"),
    ],
)
def test_a_caller_is_a_number_that_can_be_called_back(number: str, code: str | None) -> None:
    found = judge("voice", number)
    assert [one.code for one in found] == ([] if code is None else [code])
    assert all(one.help for one in found)
    assert all(one.severity == ("warning" if "toll" in one.code else "error") for one in found)


def test_texts_may_come_from_where_calls_may_not() -> None:
    for sender in ("Acme", "12345", TWILIO_SERVICE):
        assert not any(one.severity == "error" for one in judge("sms", sender))


OWNED, SILENT, VERIFIED, STRANGE = "+13022220000", "+13022220001", "+13022220002", "+13022220003"


def account(request: Request) -> Answer:
    """Answer as Twilio does for an account with two numbers, and one that is verified."""
    path = request.path.partition("?")[0]
    found: dict[str, Any] = {"sid": ACCOUNT, "status": "active", "type": "Full"}
    if path.endswith("/IncomingPhoneNumbers.json"):
        numbers = [{"phone_number": OWNED, "capabilities": {"sms": True, "voice": True}}]
        numbers += [{"phone_number": SILENT, "capabilities": {"sms": True, "voice": False}}]
        found = {"incoming_phone_numbers": numbers}
    elif path.endswith("/OutgoingCallerIds.json"):
        found = {"outgoing_caller_ids": [{"phone_number": VERIFIED}]}
    return Answer(json.dumps(found).encode(), headers={"Content-Type": "application/json"})


def test_callers_are_owned_or_verified_and_can_call(make: Any) -> None:
    async def examine(channel: TwilioChannel) -> list[Finding]:
        try:
            return list(await channel.examine())
        finally:
            await channel.aclose()

    senders: dict[str, Any] = {one: {} for one in (OWNED, SILENT, VERIFIED, STRANGE)}
    with serving(account) as server:
        channel = make(server.url(""), public="https://care.example.com", senders=senders)
        found = anyio.run(examine, channel)
    assert {(one.code, one.severity) for one in found} == {
        ("twilio_number_no_voice", "warning"),
        ("twilio_number_verified", "note"),
        ("twilio_number_not_owned", "error"),
    }
    told = {one.code: one.message for one in found}
    assert SILENT in told["twilio_number_no_voice"]
    assert VERIFIED in told["twilio_number_verified"]
    assert STRANGE in told["twilio_number_not_owned"]
