"""Judges the number that a call shows; carriers block those that cannot be anybody's.

Providers in the United States must block calls from numbers that are invalid, not given out, or
not in use (FCC 25-15, in force since 2025-12-15), and others do alike.
"""

from collections.abc import Sequence

from tactful.guard.addresses import AddressProblem, PhoneRead, read_phone
from tactful.runtime.ports import Finding

_OWN_NUMBER = "Call from a number of your account, or from one that you verified there."


def judge_caller(text: str) -> Sequence[Finding]:
    """Say what is wrong with a caller's number, or what must be known of it."""
    if not text.strip():
        return (_wrong("twilio_caller_missing", "a call needs a number to come from"),)
    read = read_phone(text, None)
    if isinstance(read, AddressProblem):
        if read.read is None:
            told = f"`{text}` cannot call: it is no telephone number in international form"
            return (_wrong("twilio_caller_no_number", told),)
        if read.code != "phone_no_person":  # a company's own number may well call
            told = f"`{text}` cannot call: {read.reason}. Carriers block such callers"
            return (_wrong("twilio_caller_blocked", told),)
        read = read.read
    return _about(text, read)


def _about(text: str, read: PhoneRead) -> Sequence[Finding]:
    if read.fictional:
        told = f"`{text}` cannot call: it is reserved for fiction. Carriers block such callers"
        return (_wrong("twilio_caller_blocked", told),)
    if read.type == "TOLL_FREE":
        return (
            Finding(
                "warning",
                "twilio_caller_toll_free",
                f"`{text}` is toll-free: it cannot show a name (branded calling), and people pick "
                "up less",
                help="Call from a local number, where people know one.",
            ),
        )
    return ()


def _wrong(code: str, message: str) -> Finding:
    return Finding("error", code, message, help=_OWN_NUMBER)
