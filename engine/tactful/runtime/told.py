"""What a signal tells beside its columns: the data of its row, by kind."""

import msgspec
from msgspec import Struct


class StatusTold(Struct, frozen=True, omit_defaults=True):
    """Of a delivery status, as `DeliveryStatus` has it."""

    provider_id: str | None = None
    reason: str = ""
    gone: bool = False
    code: str = ""
    seconds: float | None = None


class ReplyTold(Struct, frozen=True, omit_defaults=True):
    """Of a reply, an opt-out or an opt-in, as `PersonReply`, `OptedOut` and `OptedIn` have it."""

    text: str = ""
    to: str = ""
    subject: str | None = None
    media: tuple[str, ...] = ()
    answered: bool = False


class ComplaintTold(Struct, frozen=True, omit_defaults=True):
    """Of a complaint, as `Complaint` has it."""

    reason: str = ""


class CaseTold(Struct, frozen=True, omit_defaults=True):
    """Of what is done with a case, as `CaseWord` has it."""

    case: str = ""
    text: str = ""
    who: str = ""


Told = StatusTold | ReplyTold | ComplaintTold | CaseTold

_GREATEST = 2**63 - 1

_encode = msgspec.json.Encoder().encode
_status = msgspec.json.Decoder(StatusTold).decode
_reply = msgspec.json.Decoder(ReplyTold).decode
_case = msgspec.json.Decoder(CaseTold).decode
_complaint = msgspec.json.Decoder(ComplaintTold).decode


def number_told(text: str | None) -> int | None:
    """Return the number of ours that a stranger names; None when it can be none of ours."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    number = int(text)
    return number if number <= _GREATEST else None


def write_told(told: Told) -> str | None:
    """Return the data of a row; None when there is nothing to tell."""
    text = _encode(told).decode()
    return None if text == "{}" else text


def status_told(data: str | None) -> StatusTold:
    """Read the data of a status. Raises `MsgspecError`."""
    return _status(data or "{}")


def reply_told(data: str | None) -> ReplyTold:
    """Read the data of a reply, an opt-out or an opt-in. Raises `MsgspecError`."""
    return _reply(data or "{}")


def case_told(data: str | None) -> CaseTold:
    """Read the data of what is done with a case. Raises `MsgspecError`."""
    return _case(data or "{}")


def complaint_told(data: str | None) -> ComplaintTold:
    """Read the data of a complaint. Raises `MsgspecError`."""
    return _complaint(data or "{}")
