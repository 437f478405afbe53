"""What became of a call: Twilio's call progress events, and who or what answered it."""

from collections.abc import Mapping, Sequence

from tactful.runtime.inbound import DeliveryStatus, KeyPress, Signal, StatusSignal
from tactful.runtime.ports import Message
from tactful_twilio.inbound.forms import Form, sid_of
from tactful_twilio.inbound.statuses import meaning_of

# A call that is `in-progress` was picked up, by whom is not known yet: so that says no more than
# that Twilio is at it. Of one that is `completed`, `AnsweredBy` says who picked it up.
_STATUSES: Mapping[str, StatusSignal] = {
    "queued": "accepted",
    "initiated": "accepted",
    "ringing": "accepted",
    "in-progress": "accepted",
    "completed": "delivered",
    "busy": "no answer",
    "no-answer": "no answer",
    "failed": "failed",
    "canceled": "failed",
}

# SIP answers (RFC 3261, RFC 8197, RFC 8688) that say more than that the call failed.
_SIP: Mapping[str, str] = {
    "403": "its carrier forbids the call",
    "404": "its carrier does not know the number",
    "410": "the number is no longer in use",
    "480": "the telephone cannot be reached now",
    "484": "the number is not complete",
    "486": "the line was busy",
    "603": "the person or the carrier declined it",
    "604": "the number exists nowhere",
    "607": "the person does not want the call",
    "608": "an analytics service blocked the caller's number",
}


def is_machine(form: Form) -> bool:
    """Say whether a machine answered. Who is not known is taken for a person."""
    told = form.get("AnsweredBy", "")
    return told.startswith("machine") or told == "fax"


def call_status(form: Form, attempt: str, message: Message | None) -> Sequence[Signal]:
    """Return what an event of a call says; nothing when it is one that we do not know.

    When a person's call is over, the flow hears that no key came: it knows of those that did.
    """
    told = form.get("CallStatus", "").lower()
    status = _STATUSES.get(told)
    if status is None:
        return ()
    sid = sid_of(form, "CallSid")
    name = f"{sid}:{told}:{form.get('SequenceNumber', '')}"
    if status == "delivered" and is_machine(form):
        return (answered(form, attempt, "voicemail"),)
    reason = _reason(form, told) if status in ("no answer", "failed") else ""
    told_of = DeliveryStatus(
        attempt=attempt,
        status=status,
        dedup=name,
        provider_id=sid,
        reason=reason,
        gone=meaning_of(form.get("ErrorCode", ""))[1] and status == "failed",
        code=_code(form),
        seconds=_seconds(form),
    )
    if status != "delivered" or message is None or not (message.keys or message.any_key):
        return (told_of,)
    return (told_of, KeyPress(attempt=attempt, key="", dedup=f"{name}:no key"))


def answered(form: Form, attempt: str, status: StatusSignal) -> DeliveryStatus:
    """Return that a call was picked up, by a person or a machine."""
    sid, by = sid_of(form, "CallSid"), form.get("AnsweredBy", "")
    return DeliveryStatus(
        attempt=attempt,
        status=status,
        dedup=f"{sid}:{status}",
        provider_id=sid,
        reason="a fax machine answered" if by == "fax" else "",
    )


def _code(form: Form) -> str:
    """Return the error code of a call, or the response of SIP when it is a refusal, as `607`."""
    code, sip = form.get("ErrorCode", ""), form.get("SipResponseCode", "")
    if code not in ("", "0"):
        return code
    return sip if len(sip) == 3 and sip[0] in "456" else ""


def _seconds(form: Form) -> float | None:
    """Return how long a call that is over lasted."""
    told = form.get("CallDuration", "")
    return float(told) if told.isascii() and told.isdigit() and len(told) < 9 else None


def _reason(form: Form, told: str) -> str:
    code = meaning_of(form.get("ErrorCode", ""))[0]
    sip = _SIP.get(form.get("SipResponseCode", ""), "")
    usual = {"busy": "the line was busy", "canceled": "the call was cancelled"}.get(told, "")
    return code or sip or usual
