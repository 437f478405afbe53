"""The routes over real HTTP: who may call them, what is kept before they answer, and calls."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tactful.errors import StoreInvalid
from tactful.runtime.inbound import DeliveryStatus, KeyPress, OptedOut, PersonReply, Signal
from tactful.testing import HookServer, RecordingIntake, sample_message, serving_hooks
from tests.servers.local_twilio import TOKEN
from tests.servers.telephone import Telephone

PUBLIC = "https://care.example.com/messages"
HOOKS = f"{PUBLIC}/hooks/twilio"
STATUS = {"MessageSid": "SM1", "MessageStatus": "delivered", "Body": "", "To": "+353871234567"}
ANSWERED = {"CallSid": "CA1", "CallStatus": "in-progress", "From": "+353209155000"}

CALL = sample_message(
    "voice", 7, text="Press 1 to keep your table.", keys=("1", "2"), leave="Please call us back."
)
NEWS = sample_message("voice", 8, text="Your order is late.")


@pytest.fixture
def intake() -> RecordingIntake:
    return RecordingIntake({"7": CALL, "8": NEWS, "9": sample_message("voice", 9, any_key=True)})


@pytest.fixture
def server(make: Any, intake: RecordingIntake) -> Iterator[HookServer]:
    channel = make("http://127.0.0.1:1", public=PUBLIC, voice={"caller": "Acme"})
    with serving_hooks({"twilio": channel}, intake, public_url=PUBLIC) as server:
        yield server


@pytest.fixture
def twilio_side(server: HookServer) -> Iterator[Telephone]:
    with httpx.Client(timeout=30) as client:
        yield Telephone(TOKEN, client, {PUBLIC: server.url})


def kinds(signals: list[Signal]) -> list[str]:
    return [type(signal).__name__ for signal in signals]


# ---- messages ------------------------------------------------------------------------------------


def test_a_status_is_kept_with_the_attempt_in_its_address(
    twilio_side: Telephone, intake: RecordingIntake
) -> None:
    for _ in range(3):
        answer = twilio_side.post(f"{HOOKS}/status?attempt=42", STATUS)
        assert (answer.status_code, answer.content) == (204, b"")
    (known,) = intake.signals
    assert isinstance(known, DeliveryStatus)
    assert (known.attempt, known.status, known.provider_id) == ("42", "delivered", "SM1")


@pytest.mark.parametrize("path", ["status", "status?attempt=", "status?other=1"])
def test_a_status_of_no_attempt_of_ours_is_taken_and_let_by(
    twilio_side: Telephone, intake: RecordingIntake, path: str
) -> None:
    assert twilio_side.post(f"{HOOKS}/{path}", STATUS).status_code == 204
    assert intake.signals == []


@pytest.mark.parametrize("path", ["status?attempt=42", "inbound", "voice?attempt=7", "key", "call"])
@pytest.mark.parametrize("signature", ["", "=", "wrong", "ÿ", None])
def test_what_twilio_did_not_sign_is_refused(
    twilio_side: Telephone, intake: RecordingIntake, path: str, signature: str | None
) -> None:
    url = f"{HOOKS}/{path}"
    if signature is None:
        at = url.replace(PUBLIC, twilio_side.reach[PUBLIC])
        answer = httpx.post(at, data=STATUS)
    else:
        headers: dict[str, Any] = {"x-twilio-signature": signature.encode("latin-1")}
        answer = twilio_side.post(url, STATUS, **headers)
    assert answer.status_code == 403
    assert b"public_url" in answer.content
    assert intake.signals == []


def test_a_signature_for_the_address_behind_the_proxy_is_refused(
    server: HookServer, intake: RecordingIntake
) -> None:
    with httpx.Client() as client:
        own = Telephone(TOKEN, client)
        assert own.post(f"{server.url}/hooks/twilio/status?attempt=42", STATUS).status_code == 403
    assert intake.signals == []


def test_a_reply_is_kept_and_answered_with_nothing(
    twilio_side: Telephone, intake: RecordingIntake
) -> None:
    wrote = {"MessageSid": "SM9", "From": "+353871234567", "To": "+353209155000", "Body": "ja ✓"}
    answer = twilio_side.post(f"{HOOKS}/inbound", wrote)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.content.endswith(b"<Response />")
    (reply,) = intake.signals
    assert isinstance(reply, PersonReply)
    assert (reply.address, reply.text, reply.to) == ("+353871234567", "ja ✓", "+353209155000")


def test_what_could_not_be_kept_is_not_answered_well(
    twilio_side: Telephone, intake: RecordingIntake
) -> None:
    intake.error = StoreInvalid("the disk is full")
    assert twilio_side.post(f"{HOOKS}/status?attempt=42", STATUS).status_code >= 500
    assert twilio_side.post(f"{HOOKS}/inbound", {"From": "+353871234567"}).status_code >= 500


# ---- calls ---------------------------------------------------------------------------------------


def test_a_person_hears_the_text_presses_a_key_and_is_thanked(
    twilio_side: Telephone, intake: RecordingIntake
) -> None:
    heard = twilio_side.call(f"{HOOKS}/voice?attempt=7", "2", **ANSWERED, AnsweredBy="human")
    assert heard == [
        "This is Acme.",
        "Press 1 to keep your table.",
        "To get no more calls from us, press 9.",
        "Thank you. Goodbye.",
    ]
    assert intake.signals == [
        DeliveryStatus(
            attempt="7", status="delivered", dedup="CA1:delivered", provider_id="CA1"
        ),
        KeyPress(attempt="7", key="2", dedup="CA1:1:2"),
    ]  # fmt: skip


def test_silence_is_asked_once_more_and_a_wrong_key_too(
    twilio_side: Telephone, intake: RecordingIntake
) -> None:
    url = f"{HOOKS}/voice?attempt=7"
    silent = twilio_side.call(url, "  ", **ANSWERED)
    assert silent.count("Press 1 to keep your table.") == 2
    assert silent[-1] == "Goodbye."
    late = twilio_side.call(url, " 1", **ANSWERED | {"CallSid": "CA2"})
    assert late[-1] == "Thank you. Goodbye."
    wrong = twilio_side.call(url, "57", **ANSWERED | {"CallSid": "CA3"})
    assert wrong.count("Press 1 to keep your table.") == 2
    assert wrong[-1] == "Goodbye."
    mended = twilio_side.call(url, "51", **ANSWERED | {"CallSid": "CA4"})
    assert mended[-1] == "Thank you. Goodbye."
    keys = [signal.key for signal in intake.signals if isinstance(signal, KeyPress)]
    assert keys == ["1", "5", "7", "5", "1"]


def test_where_any_key_counts_none_is_asked_for_again(
    twilio_side: Telephone, intake: RecordingIntake
) -> None:
    heard = twilio_side.call(f"{HOOKS}/voice?attempt=9", "5", **ANSWERED)
    assert heard[-1] == "Thank you. Goodbye."
    assert kinds(intake.signals) == ["DeliveryStatus", "KeyPress"]


@pytest.mark.parametrize("attempt", ["7", "8", "9"])
def test_the_opt_out_key_ends_all_calls_and_says_so(
    twilio_side: Telephone, intake: RecordingIntake, attempt: str
) -> None:
    heard = twilio_side.call(f"{HOOKS}/voice?attempt={attempt}", "9", **ANSWERED)
    assert heard[-1] == "You will get no more calls from us. Goodbye."
    assert intake.signals[-1] == OptedOut(
        channel="voice", address=CALL.to, dedup="CA1:opt-out", text="key 9", answered=True
    )


@pytest.mark.parametrize("by", ["machine_end_beep", "machine_end_silence", "machine_start", "fax"])
def test_a_machine_is_told_what_is_left_for_it(
    twilio_side: Telephone, intake: RecordingIntake, by: str
) -> None:
    told = ANSWERED | {"AnsweredBy": by}
    heard = twilio_side.call(f"{HOOKS}/voice?attempt=7", **told)
    assert heard == ["This is Acme.", "Please call us back."]
    assert twilio_side.call(f"{HOOKS}/voice?attempt=8", **told | {"CallSid": "CA2"}) == []
    assert [signal.status for signal in intake.signals if isinstance(signal, DeliveryStatus)] == [
        "voicemail"
    ] * 2


def test_a_call_of_a_message_that_we_do_not_know_is_ended(
    twilio_side: Telephone, intake: RecordingIntake
) -> None:
    assert twilio_side.call(f"{HOOKS}/voice?attempt=99", **ANSWERED) == []
    assert twilio_side.call(f"{HOOKS}/key?attempt=99", **ANSWERED, Digits="1") == []
    assert intake.signals == []


def test_who_calls_us_hears_that_nobody_is_here_and_may_opt_out(
    twilio_side: Telephone, intake: RecordingIntake
) -> None:
    caller = {"CallSid": "CA5", "From": "+353871234567", "Direction": "inbound"}
    assert twilio_side.call(f"{HOOKS}/voice", **caller)[-1] == "Goodbye."
    assert intake.signals == []
    heard = twilio_side.call(f"{HOOKS}/voice", "9", **caller)
    assert heard[1] == "Nobody can take your call on this number."
    assert heard[-1] == "You will get no more calls from us. Goodbye."
    assert intake.signals == [
        OptedOut(
            channel="voice",
            address="+353871234567",
            dedup="CA5:opt-out",
            text="key 9",
            answered=True,
        )
    ]


def test_how_a_call_goes_is_kept_and_its_end_without_a_key_too(
    twilio_side: Telephone, intake: RecordingIntake
) -> None:
    for number, status in enumerate(("initiated", "ringing", "in-progress", "completed")):
        event = {"CallSid": "CA1", "CallStatus": status, "SequenceNumber": str(number)}
        for _ in range(2):
            assert twilio_side.post(f"{HOOKS}/call?attempt=7", event).status_code == 204
    statuses = [one.status for one in intake.signals if isinstance(one, DeliveryStatus)]
    assert statuses == ["accepted", "accepted", "accepted", "delivered"]
    assert [one.key for one in intake.signals if isinstance(one, KeyPress)] == [""]
