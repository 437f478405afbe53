"""Numbers that calls may come from, and those that carriers block."""

import pytest

from tactful_twilio.senders import judge

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
