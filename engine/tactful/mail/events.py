"""Reads what Amazon SES tells by mail through SNS: JSON on the first line of a text.

The fields are those of "Amazon SNS notification contents" in the developer guide of Amazon SES.
"""

import msgspec
from msgspec import Struct

from tactful.mail.reports import Reported

Event = tuple[str, str, list[Reported]]  # what it tells of, its kind, and the recipients


class _Recipient(Struct, rename="camel"):
    email_address: str = ""
    status: str = ""
    diagnostic_code: str = ""


class _Bounce(Struct, rename="camel"):
    bounce_type: str = ""
    bounced_recipients: list[_Recipient] = []


class _Complaint(Struct, rename="camel"):
    complaint_feedback_type: str | None = None
    complained_recipients: list[_Recipient] = []


class _Delivery(Struct, rename="camel"):
    recipients: list[str] = []
    smtp_response: str = ""


class _Told(Struct, rename="camel"):
    notification_type: str = ""
    event_type: str = ""
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None
    delivery: _Delivery | None = None


def provider_event(text: str) -> Event | None:
    """Read a notification; None when the text is none."""
    text = text.lstrip()
    if not text.startswith("{") or '"mail"' not in text[:100_000]:
        return None
    try:
        told = msgspec.json.decode(text.partition("\n")[0], type=_Told)
    except (msgspec.DecodeError, RecursionError):
        return None
    if told.bounce is not None:
        kind = "delayed" if told.bounce.bounce_type.lower() == "transient" else "failed"
        return "bounce", kind, [_reported(r) for r in told.bounce.bounced_recipients]
    if told.complaint is not None:
        kind = told.complaint.complaint_feedback_type or "abuse"
        return "complaint", kind, [_reported(r) for r in told.complaint.complained_recipients]
    if told.delivery is not None:
        arrived = told.delivery
        return (
            "delivery",
            "delivered",
            [Reported(a, "delivered", "", arrived.smtp_response) for a in arrived.recipients],
        )
    return None


def _reported(recipient: _Recipient) -> Reported:
    return Reported(
        recipient.email_address, "failed", recipient.status, recipient.diagnostic_code[:4_000]
    )
