"""What Twilio is asked for a call (Calls resource, API 2010-04-01)."""

from collections.abc import Mapping
from typing import Any, Protocol
from xml.sax.saxutils import escape

from tactful.guard.addresses import AddressProblem
from tactful.runtime.ports import Message, Refused
from tactful_twilio.hooks import Hooks
from tactful_twilio.messages import unfit
from tactful_twilio.senders import read_sender

LONGEST_SCRIPT = 4_000
"""Characters that a script given with the request may have (API reference, Twiml)."""

STATUS_EVENTS = ("initiated", "ringing", "answered", "completed")


class Script(Protocol):
    """What a call says and does."""

    def place(self, message: Message) -> Mapping[str, Any] | Refused:
        """Return where Twilio finds it: a `url`, or the `twiml` itself."""
        ...


class Said:
    """The plainest script: the text is said, and the call is over."""

    def place(self, message: Message) -> Mapping[str, Any] | Refused:
        """Return the script itself."""
        if message.keys:
            return Refused("keys are heard only where Twilio can reach us", kind="configuration")
        script = f"<Response><Say>{escape(message.text)}</Say></Response>"
        if len(script) > LONGEST_SCRIPT:
            return Refused("the text is too long for a call", kind="configuration")
        return {"twiml": script}


class Calls:
    """Turns messages into the parameters of `calls.create`."""

    def __init__(self, hooks: Hooks, script: Script) -> None:
        self._hooks = hooks
        self._script = script

    def parameters(self, message: Message) -> Mapping[str, Any] | Refused:
        """Return the parameters, or why the call cannot be made."""
        if problem := unfit(message):
            return problem
        sender = read_sender(message.sender)
        if isinstance(sender, AddressProblem) or sender.kind not in ("number", "toll-free"):
            return Refused(
                f"`{message.sender}` cannot call: it is no telephone number", kind="configuration"
            )
        script = self._script.place(message)
        if isinstance(script, Refused):
            return script
        asked: dict[str, Any] = {"to": message.to, "from_": sender.address, **script}
        if callback := self._hooks.of_attempt("call", message.attempt):
            asked["status_callback"] = callback
            asked["status_callback_event"] = list(STATUS_EVENTS)
        return asked
