"""What people write to our numbers: Twilio's webhook for messages that come in."""

import re
from collections.abc import Sequence

from tactful.runtime.inbound import OptedIn, OptedOut, PersonReply, Signal
from tactful_twilio.inbound.forms import Form, sid_of

_is_number = re.compile(r"\+\d{4,15}|\d{3,8}").fullmatch
_media = re.compile(r"MediaUrl(\d{1,3})").fullmatch

# At Twilio YES is a word that opts in, too; but somebody who was asked a question means the answer.
_PURE_START = ("start", "unstop")


def message_received(form: Form) -> Sequence[Signal]:
    """Return what a message that came in means; nothing when nobody sent it.

    `OptOutType` comes with Advanced Opt-Out: then Twilio has answered the person already.
    """
    address = address_of(form.get("From", ""))
    if not address:
        return ()
    sid = sid_of(form, "MessageSid", "SmsMessageSid", "SmsSid")
    text, kind = form.get("Body", ""), form.get("OptOutType", "").upper()
    media = _media_of(form)
    reply = PersonReply(
        channel="mms" if media else "sms",
        address=address,
        text=text,
        dedup=f"{sid}:reply",
        to=address_of(form.get("To", "")),
        media=media,
        answered=bool(kind),
    )
    if kind == "STOP":
        return (_out(address, text, sid),)
    if kind == "START":
        back = OptedIn(
            channel="sms", address=address, dedup=f"{sid}:start", text=text, answered=True
        )
        return (back,) if text.strip().casefold() in _PURE_START else (back, reply)
    return (reply,)


def address_of(told: str) -> str:
    """Return an address as Twilio writes it: a number in E.164 form, without what carried it.

    RCS reaches the same person under the same number, and shares its opt-outs; an address of
    another kind, `whatsapp:+1…`, stays as it is: it is no number that we text.
    """
    plain = told.strip()
    number = plain.removeprefix("rcs:")
    return number if _is_number(number) else plain


def _out(address: str, text: str, sid: str) -> OptedOut:
    return OptedOut(channel="sms", address=address, dedup=f"{sid}:stop", text=text, answered=True)


def _media_of(form: Form) -> tuple[str, ...]:
    found = {int(number[1]): url for name, url in form.items() if (number := _media(name)) and url}
    return tuple(found[number] for number in sorted(found))
