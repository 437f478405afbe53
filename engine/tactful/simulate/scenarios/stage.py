"""The stage of a scenario: a clock that asks before it moves, and a channel whose fate is set."""

from collections.abc import Callable, Sequence

from tactful.runtime.clock import JumpClock
from tactful.runtime.incoming import Incoming
from tactful.runtime.ports import (
    Accepted,
    ChannelLimits,
    Finding,
    Message,
    Refused,
    SendOutcome,
)
from tactful.simulate import arrivals
from tactful.values import WEEK, Instant, Span

NEVER: Instant = 2**62
"""Later than anything that can be due."""
RECEIPT_AFTER: Span = 0
"""When a provider reports what became of a message, if the scenario does not say: at once, so that
the times of a scenario stay round."""

STATUS_OF = {
    "is delivered": "delivered",
    "is not delivered": "undelivered",
    "fails": "failed",
    "bounces": "bounced",
    "is answered": "delivered",
    "is not answered": "no answer",
    "is voicemail": "voicemail",
}

AtRest = Callable[[Instant, Instant | None], Instant]
"""(now, when something is due next, if ever) → how far time may move; now, if there is news."""


class StageClock(JumpClock):
    """Virtual time that moves only as far as `at_rest` lets it, asked when all that is due is done.

    It always has a moment to move to, so it is asked also when nothing is due any more.
    """

    def __init__(self, start: Instant, at_rest: AtRest) -> None:
        super().__init__(start)
        self._at_rest = at_rest

    @property
    def next_waking(self) -> Instant | None:
        return min(NEVER, super().next_waking or NEVER)

    def jump(self, to: Instant) -> None:
        allowed = self._at_rest(self.now(), to if to < NEVER else None)
        super().jump(min(to, allowed) if allowed < NEVER else min(to, self.now() + WEEK))


class StageChannel:
    """Takes every message; what a provider reports of it comes when time next moves on.

    So the lines of a scenario that stand behind the sending of a message can still say what becomes
    of it. `last` is the last message taken on each channel.
    """

    name = "scenario"
    media = ("sms", "mms", "email", "voice", "chat")
    confirms_opt_out = False
    limits = ChannelLimits()

    def __init__(self) -> None:
        self.incoming: Incoming | None = None
        self._fates: dict[str, tuple[str, Span]] = {}
        self._open: list[tuple[Message, Instant]] = []
        self.last: dict[str, Message] = {}

    def decide(self, channel: str, outcome: str, after: Span | None) -> None:
        """Say what becomes of messages: those without a report, and all that follow."""
        self._fates[channel] = (outcome, RECEIPT_AFTER if after is None else after)

    async def send(self, message: Message) -> SendOutcome:
        outcome, _ = self._fate(message)
        if outcome == "is refused":
            return Refused("the scenario says: refused")
        self._open.append((message, message.permitted_at))
        self.last[message.channel] = message
        return Accepted(f"scenario-{message.attempt}")

    def report(self, now: Instant) -> bool:
        """Let the provider report what has none yet; return whether there was anything."""
        reported, self._open = self._open, []
        for message, sent_at in reported:
            outcome, after = self._fate(message)
            at = max(now, sent_at + after)
            if self.incoming is not None and outcome in STATUS_OF:
                self.incoming.later(at, arrivals.status(message, STATUS_OF[outcome], at))
        return bool(reported)

    def _fate(self, message: Message) -> tuple[str, Span]:
        return self._fates.get(message.channel, ("is delivered", RECEIPT_AFTER))

    async def reconcile(self, message: Message) -> SendOutcome | None:
        return None

    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        return ()

    def cost(self, medium: str, country: str | None, segments: int) -> str | None:
        return None
