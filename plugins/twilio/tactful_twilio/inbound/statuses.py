"""What became of a message: Twilio's status callbacks (messaging, status callback parameters)."""

from collections.abc import Mapping

from tactful.runtime.inbound import DeliveryStatus, StatusSignal
from tactful_twilio.errors import explain
from tactful_twilio.inbound.forms import Form, sid_of

# Everything before the carrier's word means that Twilio has it. A status that is not here is new,
# and says nothing that we could act on.
_STATUSES: Mapping[str, StatusSignal] = {
    "accepted": "accepted",
    "scheduled": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "sent": "accepted",
    "delivered": "delivered",
    "read": "delivered",
    "partially_delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}


def message_status(form: Form, attempt: str) -> DeliveryStatus | None:
    """Return what a callback says of an attempt; None when it says nothing that we know."""
    told = form.get("MessageStatus") or form.get("SmsStatus") or ""
    status = _STATUSES.get(told.lower())
    if status is None:
        return None
    sid = sid_of(form, "MessageSid", "SmsSid")
    error, done = form.get("ErrorCode", ""), form.get("RawDlrDoneDate", "")
    reason, gone = meaning_of(error) if status in ("undelivered", "failed") else ("", False)
    return DeliveryStatus(
        attempt=attempt,
        status=status,
        dedup=f"{sid}:{told}:{error}:{done}",
        provider_id=sid,
        reason=reason or form.get("ChannelStatusMessage", "")[:200],
        gone=gone,
        code=error if error != "0" else "",
    )


def meaning_of(code: str) -> tuple[str, bool]:
    """Return what an error code means, and whether the address is no good any more."""
    if not (code.isascii() and code.isdigit() and 0 < len(code) < 9) or not int(code):
        return "", False
    known = explain(int(code))
    return known.reason, known.gone
