"""Senders as flows write them: what kind each is, how it is judged, and how fast it may send.

The rates are those that Twilio gives a sender that nobody has registered for more, in segments a
second (help.twilio.com, "Understanding Twilio Rate Limits and Message Queues"): a house that has
more says so in its settings.
"""

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from tactful.guard.addresses import AddressProblem, PhoneRead, read_phone
from tactful.runtime.ports import Finding
from tactful.values import Rate
from tactful_twilio.voice.callers import judge_caller

Kind = Literal["number", "toll-free", "short code", "name", "service"]

_is_service = re.compile(r"MG[0-9a-fA-F]{32}").fullmatch
_is_short_code = re.compile(r"[1-9]\d{2,5}|\d{5,6}").fullmatch
_is_name = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}").fullmatch

_RATES: dict[Kind, Rate] = {
    "number": Rate.parse("10 per second"),
    "toll-free": Rate.parse("3 per second"),
    "short code": Rate.parse("10 per second"),
    "name": Rate.parse("10 per second"),
}
_NORTH_AMERICAN = Rate.parse("1 per second")
_CALLS = Rate.parse("1 per second")


class Sender(Struct, frozen=True):
    """A sender as Twilio takes it. Of a `service`, Twilio chooses the number."""

    address: str
    kind: Kind

    @property
    def is_north_american(self) -> bool:
        """Whether it is an ordinary number of the North American plan."""
        return self.kind == "number" and self.address.startswith("+1")


def read_sender(text: str) -> Sender | AddressProblem:
    """Read a sender: a number in any international form, a short code, a name, or a service."""
    plain = text.strip()
    if _is_service(plain):
        return Sender(plain, "service")
    if _is_short_code(plain):
        return Sender(plain, "short code")
    if _is_name(plain):
        return Sender(plain, "name")
    read = read_phone(plain, None)
    if isinstance(read, AddressProblem):
        if read.read is None or not read.read.e164.startswith("+"):
            return read
        read = read.read
    return Sender(read.e164, "toll-free" if _is_toll_free(read) else "number")


def default_rate(medium: str, sender: Sender) -> Rate | None:
    """Return the rate of a sender of which nothing else is known; None when Twilio shares it out.

    Of calls, an account may begin one a second (help.twilio.com, "Calls per second").
    """
    if medium == "voice":
        return _CALLS
    return _NORTH_AMERICAN if sender.is_north_american else _RATES.get(sender.kind)


def judge(medium: str, text: str) -> Sequence[Finding]:
    """Say what is wrong with a sender, or what must be known of it."""
    if medium == "voice":
        return judge_caller(text)
    sender = read_sender(text)
    if isinstance(sender, AddressProblem):
        return (_unreadable(text, sender),)
    if medium == "mms" and sender.kind == "name":
        return (
            Finding(
                "error",
                "twilio_sender_no_mms",
                f"`{text}` is a name, and names send no picture messages",
                help="Send them from a number.",
            ),
        )
    return _NOTES.get("long code" if sender.is_north_american else sender.kind, ())


def _unreadable(text: str, problem: AddressProblem) -> Finding:
    return Finding(
        "error",
        "twilio_sender_unreadable",
        f"`{text}` cannot send through Twilio: {problem.reason}",
        help="Write a number such as +353 87 123 4567, a short code, a name of at most 11 letters "
        "and digits, or the SID of a messaging service (MG…).",
    )


def _is_toll_free(read: PhoneRead) -> bool:
    return read.type == "TOLL_FREE"


_NOTES: dict[str, tuple[Finding, ...]] = {
    "long code": (
        Finding(
            "note",
            "twilio_sender_10dlc",
            "texts to the United States from an ordinary number need a registered brand and "
            "campaign (A2P 10DLC); without them carriers block them (30034)",
            help="Register at Twilio under Trust Hub, and give the sender its rate there.",
        ),
    ),
    "toll-free": (
        Finding(
            "note",
            "twilio_sender_toll_free",
            "texts from a toll-free number leave only when it is verified at Twilio (30032)",
            help="Verify it at Twilio under Trust Hub.",
        ),
    ),
    "short code": (
        Finding(
            "warning",
            "twilio_sender_short_code",
            "a short code has consent rules of its own: people must have opted in to it by name, "
            "and messages must say how to stop and to get help",
            help="Check that the consent you have names this short code's programme.",
        ),
    ),
    "name": (
        Finding(
            "warning",
            "twilio_sender_name",
            "nobody can answer a name, not even with STOP, and some countries want names "
            "registered or take none (the United States and Canada)",
            help="Tell in the text how to opt out, or send from a number.",
        ),
    ),
}
