"""Slips about calls: keys, machines, and lines that only a call can have."""

from tests.language.flows import LATE_ORDER, changed
from tests.language.slip import Slip


def _call(name: str, below: str, code: str, at: str, step: str = "voice") -> Slip:
    """Return a slip below a call that stands before the first step."""
    call = f'journey:\n  send {step} "Press 1.":\n    {below}'
    old = "  email from"
    sender = '  voice from "+353 1 555 0100" through twilio\n'
    text = changed("journey:", call).replace(old, sender + old, 1)
    return Slip(f"call: {name}", LATE_ORDER, text, code, at)


CALLS = (
    _call("key in quotes", 'on pressed "1": tag a', "TF210", "pressed"),
    _call("two keys in one", "on pressed 12: tag a", "TF210", "pressed 12"),
    _call("no key", "on pressed: tag a", "TF211", "on pressed"),
    _call("key twice", "on pressed 1: tag a\n    on pressed 2, 1: tag b", "TF207", "tag b"),
    _call("key twice in a line", "on pressed 1, 1: tag a", "TF207", "tag a"),
    _call("other twice", "on other key: tag a\n    on other key: tag b", "TF207", "tag b"),
    _call("two messages for machines", 'leave "a"\n    leave "b"', "TF207", '"b"'),
    _call("answered first", "on pressed 1: tag a\n    on delivered: tag b", "TF305", "tag b"),
    _call("keys of a text", "on pressed 1: tag a", "TF342", "on pressed", "sms"),
    _call("no answer to a text", "on no answer: tag a", "TF342", "on no answer", "sms"),
    _call("machine takes a text", 'leave "a"', "TF342", "leave", "sms"),
)
