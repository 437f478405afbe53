"""The pretend channel: takes every message, and plays what people and providers do by script."""

from collections.abc import Sequence

from tactful.runtime.clock import Clock
from tactful.runtime.incoming import Incoming
from tactful.runtime.ports import (
    Accepted,
    Channel,
    ChannelLimits,
    Finding,
    Message,
    Refused,
    Retry,
    SendOutcome,
    Unknown,
)
from tactful.simulate import arrivals
from tactful.simulate.behaviour import Behaviour, Rule
from tactful.store.rows import SignalRow
from tactful.values import MINUTE, WEEK, Span

RETRY_AFTER: Span = MINUTE
_STATUSES = ("undelivered", "failed", "bounced", "no answer", "voicemail")


class PretendChannel:
    """A channel that delivers to nowhere, or through `inner`, and lets people answer on script."""

    name = "pretend"
    media = ("sms", "mms", "email", "voice", "chat")
    confirms_opt_out = False

    def __init__(self, behaviour: Behaviour, clock: Clock, inner: Channel | None = None) -> None:
        self.limits = inner.limits if inner else ChannelLimits()
        self._behaviour = behaviour
        self._clock = clock
        self._inner = inner
        self._incoming: Incoming | None = None
        self._messages: dict[str, int] = {}
        self._retried: set[str] = set()

    def attach(self, incoming: Incoming) -> None:
        """Say where answers go."""
        self._incoming = incoming

    async def send(self, message: Message) -> SendOutcome:
        if self._behaviour.empty:
            return await self._deliver(message)
        number = self._messages.get(message.key, 0) + 1
        rule = self._behaviour.of(message.key, message.channel, number)
        if rule is None:
            self._messages[message.key] = number
            return await self._deliver(message)
        if rule.latency is not None:
            await self._clock.sleep(rule.latency.span)
        if rule.outcome == "retry" and message.token not in self._retried:
            self._retried.add(message.token)
            return Retry(RETRY_AFTER, "the script says: not now")
        self._messages[message.key] = number
        if rule.outcome == "rejected":
            return Refused("the script says: rejected", code=rule.code)
        if rule.outcome == "hang":
            await self._clock.sleep(52 * WEEK)
        return await self._play(message, rule)

    async def _play(self, message: Message, rule: Rule) -> SendOutcome:
        taken = await self._deliver(message)
        if not isinstance(taken, Accepted):
            return taken
        at = self._clock.now() + rule.after.span
        tag = f"{message.launch}/{message.attempt}"
        if rule.outcome in _STATUSES:
            self._arrives(arrivals.status(message, rule.outcome, at, rule.code, rule.seconds))
        elif rule.seconds is not None and rule.outcome == "delivered":  # of a call, when it is over
            self._arrives(arrivals.status(message, "delivered", at, rule.code, rule.seconds))
        if rule.complaint:
            self._arrives(arrivals.complaint(message, at))
        if rule.reply is not None:
            self._arrives(
                arrivals.reply(
                    rule.reply, message.channel, message.to, at, f"{tag}/reply", message.key
                )
            )
        if rule.press is not None:
            self._arrives(arrivals.press(message, rule.press, at))
        if rule.event is not None:
            self._arrives(
                arrivals.event(
                    rule.event, message.launch, message.key, rule.values, at, f"{tag}/event"
                )
            )
        if rule.outcome == "lost":
            return Unknown("the script says: the answer was lost")
        arrived = rule.outcome == "delivered" and rule.seconds is None
        return Accepted(taken.id, delivered=arrived or rule.outcome == "retry")

    async def _deliver(self, message: Message) -> SendOutcome:
        if self._inner is not None:
            return await self._inner.send(message)
        return Accepted(f"pretend-{message.attempt}", delivered=True)

    def _arrives(self, signal: SignalRow) -> None:
        if self._incoming is not None:
            self._incoming.later(signal.at, signal)

    async def reconcile(self, message: Message) -> SendOutcome | None:
        return await self._inner.reconcile(message) if self._inner is not None else None

    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        return ()

    def cost(self, medium: str, country: str | None, segments: int) -> str | None:
        return None
