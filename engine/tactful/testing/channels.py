"""A channel that records what it was given, and misbehaves on request."""

from collections.abc import Callable, Sequence

from tactful.runtime.ports import (
    Accepted,
    ChannelLimits,
    Finding,
    Message,
    SendOutcome,
)

Answer = Callable[[Message], SendOutcome | None]


class RecordingChannel:
    """Takes every message, and keeps it in `messages`, in order.

    `answer` may give another outcome than Accepted, raise, or (None) leave it at that. `knows`
    answers `reconcile` by what was recorded.
    """

    name = "recording"
    media = ("sms", "mms", "email", "voice", "chat")
    confirms_opt_out = False

    def __init__(
        self,
        answer: Answer | None = None,
        *,
        limits: ChannelLimits | None = None,
        delivered: bool = True,
        knows: bool = True,
    ) -> None:
        self.limits = limits if limits is not None else ChannelLimits()
        self.messages: list[Message] = []
        self._answer = answer
        self._delivered = delivered
        self._knows = knows

    async def send(self, message: Message) -> SendOutcome:
        self.messages.append(message)
        given = self._answer(message) if self._answer is not None else None
        return given or Accepted(f"recorded-{message.attempt}", delivered=self._delivered)

    async def reconcile(self, message: Message) -> SendOutcome | None:
        if not self._knows:
            return None
        attempts = {recorded.attempt for recorded in self.messages}
        return Accepted(f"recorded-{message.attempt}") if message.attempt in attempts else None

    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        return ()

    def cost(self, medium: str, country: str | None, segments: int) -> str | None:
        return None
