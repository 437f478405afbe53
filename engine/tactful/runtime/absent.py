"""Stands in for a channel that is not here, so that its campaign waits and others go on."""

from collections.abc import Collection, Sequence

from tactful.runtime.ports import ChannelLimits, Finding, Message, Retry, SendOutcome
from tactful.values import HOUR


class AbsentChannel:
    """Sends nothing. The paces of a launch that has it are held, so nothing should come to it."""

    limits = ChannelLimits(at_once=1)
    confirms_opt_out = True

    def __init__(self, medium: str, problem: str) -> None:
        self.name = f"no channel for {medium}"
        self.media: Collection[str] = (medium,)
        self.problem = problem

    async def send(self, message: Message) -> SendOutcome:
        """Declare it not sent for now."""
        return Retry(HOUR, self.problem)

    async def reconcile(self, message: Message) -> SendOutcome | None:
        """Leave it in doubt: who took it is not here to be asked."""
        return None

    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        """Find nothing."""
        return ()

    def cost(self, medium: str, country: str | None, segments: int) -> str | None:
        """Know no price."""
        return None
