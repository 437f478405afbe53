"""Where Twilio finds what a call says: at an address of ours, or along with the call itself."""

from collections.abc import Mapping
from typing import Any

from tactful.runtime.ports import Message, Refused
from tactful.values import SECOND
from tactful_twilio.hooks import Hooks
from tactful_twilio.voice.script import Script
from tactful_twilio.voice.settings import VoiceSettings
from tactful_twilio.voice.twiml import LONGEST_INLINE

# Twilio listens until the greeting is over before it asks what to say: so a machine gets its
# message after the beep, and a person's call is never mistaken for a machine's half-way through.
_DETECTION = "DetectMessageEnd"


class Spoken:
    """Places what calls say."""

    def __init__(self, choices: VoiceSettings, hooks: Hooks) -> None:
        self._choices = choices
        self._hooks = hooks

    def place(self, message: Message) -> Mapping[str, Any] | Refused:
        """Return a `url` of ours; where nobody can reach us, the `twiml` itself.

        Who cannot be reached hears neither keys nor what answered: a call that needs either is
        refused.
        """
        asked = {
            "timeout": self._choices.ring.span // SECOND,
            "time_limit": self._choices.longest.span // SECOND,
        }
        if url := self._hooks.of_attempt("voice", message.attempt):
            detection = {"machine_detection": _DETECTION} if self._choices.machine_detection else {}
            return asked | {"url": url, "method": "POST"} | detection
        script = Script(message, self._choices)
        if script.listens or message.leave:
            return Refused(
                "a call with keys or `leave` asks Twilio to reach us, and it cannot. "
                "Set [server] public_url",
                kind="configuration",
            )
        twiml = script.told().decode()
        if len(twiml) > LONGEST_INLINE:
            return Refused(
                f"the text is too long: as a script it has {len(twiml):,} characters, and Twilio "
                f"takes {LONGEST_INLINE:,} with a call. Set [server] public_url",
                kind="configuration",
            )
        return asked | {"twiml": twiml}
