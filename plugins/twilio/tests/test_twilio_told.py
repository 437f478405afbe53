"""What Twilio posts means: statuses of messages and calls, and what people write."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.runtime.inbound import DeliveryStatus, KeyPress, OptedIn, OptedOut, PersonReply
from tactful.testing import sample_message
from tactful_twilio.inbound.messages import message_received
from tactful_twilio.inbound.statuses import message_status
from tactful_twilio.voice.statuses import call_status, is_machine

HERE = Path(__file__).parent


def recorded(name: str) -> dict[str, str]:
    """Return what Twilio posted once, by its name."""
    lines = (HERE / "data" / "webhook_payloads.jsonl").read_text(encoding="utf-8").splitlines()
    rows = {row["name"]: dict(row["params"]) for row in map(json.loads, lines)}
    found: dict[str, str] = rows[name]
    return found


# ---- what became of a message --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("accepted", "accepted"), ("scheduled", "accepted"), ("queued", "accepted"),
        ("sending", "accepted"), ("sent", "accepted"), ("delivered", "delivered"),
        ("read", "delivered"), ("partially_delivered", "delivered"), ("SENT", "accepted"),
        ("undelivered", "undelivered"), ("failed", "failed"), ("canceled", "failed"),
    ],
)  # fmt: skip
def test_each_status_of_a_message_is_one_of_ours(told: str, status: str) -> None:
    known = message_status({"MessageSid": "SM1", "MessageStatus": told}, "7")
    assert known is not None
    assert (known.attempt, known.status, known.provider_id) == ("7", status, "SM1")


@pytest.mark.parametrize("told", ["", "received", "receiving", "teleported", "\ud800"])
def test_a_status_that_says_nothing_of_ours_is_let_by(told: str) -> None:
    assert message_status({"MessageSid": "SM1", "MessageStatus": told}, "7") is None


def test_recorded_statuses_are_read() -> None:
    known = [message_status(recorded(name), "7") for name in ("status sent", "status delivered")]
    assert [one and one.status for one in known] == ["accepted", "delivered"]


@pytest.mark.parametrize(
    ("code", "gone"),
    [("30006", True), ("30005", False), ("21610", True), ("30003", False), ("30007", False)],
)
def test_an_error_code_says_why_and_whether_the_address_is_no_good(code: str, gone: bool) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": code}
    known = message_status(form, "7")
    assert known is not None
    assert known.gone is gone
    assert code in known.reason


@pytest.mark.parametrize("code", ["", "0", "null", "-1", "30005x", "٣٠٠٠٥", "9" * 40])
def test_an_odd_error_code_takes_no_address_away(code: str) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": code}
    known = message_status(form, "7")
    assert known is not None
    assert (known.status, known.gone) == ("failed", False)


def test_a_code_beside_a_delivery_changes_nothing() -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered", "ErrorCode": "30005"}
    known = message_status(form, "7")
    assert known is not None
    assert (known.status, known.gone, known.reason) == ("delivered", False, "")


def test_one_status_has_one_name_and_another_another() -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered", "RawDlrDoneDate": "2611240901"}
    others = [
        form | {"MessageSid": "SM2"},
        form | {"MessageStatus": "sent"},
        form | {"ErrorCode": "30003"},
        form | {"RawDlrDoneDate": "2611240902"},
    ]
    names = [known.dedup for one in (form, *others) if (known := message_status(one, "7"))]
    assert len(set(names)) == 5
    again = message_status(form | {"Something": "new"}, "7")
    assert again is not None
    assert again.dedup == names[0]


# ---- what people write ---------------------------------------------------------------------------

WROTE = {"MessageSid": "SM9", "From": "+353871234567", "To": "+35320915000", "Body": "Yes please"}


def test_a_text_is_a_reply_from_its_number() -> None:
    assert message_received(WROTE) == (
        PersonReply(
            channel="sms",
            address="+353871234567",
            text="Yes please",
            dedup="SM9:reply",
            to="+35320915000",
        ),
    )
    (recorded_one,) = message_received(recorded("inbound text"))
    assert isinstance(recorded_one, PersonReply)
    assert (recorded_one.address, recorded_one.text) == ("+14085550143", "Hello, it me")


def test_pictures_come_along_in_their_order() -> None:
    media = {f"MediaUrl{n}": f"https://media/{n}" for n in (10, 2, 0)} | {"MediaUrl1": ""}
    (reply,) = message_received(WROTE | media | {"NumMedia": "3", "Body": ""})
    assert isinstance(reply, PersonReply)
    assert reply.channel == "mms"
    assert reply.media == ("https://media/0", "https://media/2", "https://media/10")


def test_an_opt_out_that_twilio_has_answered_is_not_answered_again() -> None:
    (out,) = message_received(WROTE | {"Body": "Stop it", "OptOutType": "STOP"})
    assert out == OptedOut(
        channel="sms", address="+353871234567", dedup="SM9:stop", text="Stop it", answered=True
    )
    (asked,) = message_received(WROTE | {"Body": "HELP", "OptOutType": "HELP"})
    assert isinstance(asked, PersonReply)
    assert asked.answered


def test_start_lifts_a_block_and_yes_answers_the_question_too() -> None:
    back = OptedIn(
        channel="sms", address="+353871234567", dedup="SM9:start", text="Start ", answered=True
    )
    assert message_received(WROTE | {"Body": "Start ", "OptOutType": "START"}) == (back,)
    first, second = message_received(WROTE | {"Body": "YES", "OptOutType": "START"})
    assert isinstance(first, OptedIn)
    assert isinstance(second, PersonReply)
    assert (second.text, second.answered) == ("YES", True)


def test_a_keyword_that_twilio_did_not_answer_is_for_the_engine_to_read() -> None:
    (reply,) = message_received(recorded("inbound STOP"))
    assert isinstance(reply, PersonReply)
    assert (reply.text, reply.answered) == ("STOP", False)


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("+353871234567", "+353871234567"),
        (" +353871234567 ", "+353871234567"),
        ("rcs:+353871234567", "+353871234567"),
        ("whatsapp:+353871234567", "whatsapp:+353871234567"),
        ("12345", "12345"),
        ("Amazon", "Amazon"),
    ],
)
def test_an_address_is_the_persons_number(told: str, address: str) -> None:
    (reply,) = message_received(WROTE | {"From": told})
    assert isinstance(reply, PersonReply)
    assert reply.address == address


@pytest.mark.parametrize("form", [{}, {"From": ""}, {"From": "  ", "Body": "x"}])
def test_what_nobody_sent_says_nothing(form: dict[str, str]) -> None:
    assert message_received(form) == ()


def test_a_message_without_a_sid_is_still_taken_once() -> None:
    plain = {"From": "+353871234567", "Body": "Hello"}
    (first,), (again,) = message_received(plain), message_received(dict(reversed(plain.items())))
    (other,) = message_received(plain | {"Body": "Hello!"})
    assert first.dedup == again.dedup != other.dedup


_names = st.sampled_from(
    ["MessageSid", "From", "To", "Body", "OptOutType", "MessageStatus", "ErrorCode", "MediaUrl0",
     "CallSid", "CallStatus", "AnsweredBy", "SipResponseCode", "NumMedia", "Other"]
)  # fmt: skip
_forms = st.dictionaries(_names | st.text(max_size=8), st.text(max_size=30))


@given(_forms)
def test_no_form_is_too_odd(form: dict[str, str]) -> None:
    message_received(form)
    message_status(form, "7")
    call_status(form, "7", None)
    call_status(form | {"CallStatus": "completed"}, "7", sample_message("voice", keys=("1",)))


# ---- calls ---------------------------------------------------------------------------------------


def event(status: str, **more: str) -> dict[str, str]:
    return {"CallSid": "CA1", "CallStatus": status, "SequenceNumber": "2", **more}


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("queued", "accepted"), ("initiated", "accepted"), ("ringing", "accepted"),
        ("in-progress", "accepted"), ("completed", "delivered"), ("busy", "no answer"),
        ("no-answer", "no answer"), ("failed", "failed"), ("canceled", "failed"),
    ],
)  # fmt: skip
def test_each_event_of_a_call_is_one_of_our_statuses(told: str, status: str) -> None:
    (known,) = call_status(event(told), "7", None)
    assert isinstance(known, DeliveryStatus)
    assert (known.status, known.provider_id, known.dedup) == (status, "CA1", f"CA1:{told}:2")


def test_an_event_that_is_new_says_nothing() -> None:
    assert call_status(event("pondering"), "7", None) == ()
    assert call_status({}, "7", None) == ()


@pytest.mark.parametrize(
    ("by", "machine"),
    [
        ("human", False), ("unknown", False), ("", False), ("machine_start", True),
        ("machine_end_beep", True), ("machine_end_silence", True), ("machine_end_other", True),
        ("machine", True), ("fax", True),
    ],
)  # fmt: skip
def test_who_is_not_known_is_taken_for_a_person(by: str, machine: bool) -> None:
    assert is_machine({"AnsweredBy": by}) is machine
    (known, *_) = call_status(event("completed", AnsweredBy=by), "7", None)
    assert isinstance(known, DeliveryStatus)
    assert known.status == ("voicemail" if machine else "delivered")


@pytest.mark.parametrize(
    ("changes", "heard"),
    [({"keys": ("1",)}, True), ({"any_key": True}, True), ({}, False)],
)
def test_a_persons_call_that_is_over_tells_the_flow_that_no_key_came(
    changes: dict[str, Any], heard: bool
) -> None:
    message = sample_message("voice", 7, **changes)
    told = call_status(event("completed"), "7", message)
    pressed = [signal for signal in told if isinstance(signal, KeyPress)]
    assert [one.key for one in pressed] == ([""] if heard else [])
    machine = call_status(event("completed", AnsweredBy="machine_end_beep"), "7", message)
    assert not any(isinstance(signal, KeyPress) for signal in machine)


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        (event("busy"), "the line was busy"),
        (event("failed", SipResponseCode="404"), "its carrier does not know the number"),
        (event("failed", SipResponseCode="608"), "an analytics service blocked"),
        (event("failed", SipResponseCode="999"), ""),
        (event("canceled"), "the call was cancelled"),
    ],
)
def test_a_call_that_nobody_took_says_why(form: dict[str, str], reason: str) -> None:
    (known,) = call_status(form, "7", None)
    assert isinstance(known, DeliveryStatus)
    assert known.reason.startswith(reason)
    assert bool(known.reason) is bool(reason)


def test_a_recorded_call_is_read() -> None:
    (known,) = call_status(recorded("call completed"), "7", None)
    assert isinstance(known, DeliveryStatus)
    assert known.status == "delivered"
