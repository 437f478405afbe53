"""What Twilio is asked for a call (Calls resource, API 2010-04-01)."""

from collections.abc import Mapping
from typing import Any, Protocol

from tactful.guard.addresses import AddressProblem
from tactful.runtime.ports import Message, Refused
from tactful_twilio.hooks import Hooks
from tactful_twilio.messages import unfit
from tactful_twilio.senders import read_sender

STATUS_EVENTS = ("initiated", "ringing", "answered", "completed")


class Script(Protocol):
    """What a call says and does."""

    def place(self, message: Message) -> Mapping[str, Any] | Refused:
        """Return where Twilio finds it: a `url`, or the `twiml` itself."""
        ...


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
