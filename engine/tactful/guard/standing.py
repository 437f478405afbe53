"""Watches the standing of a sender: what an observer is, what it hears, and what it may advise.

An observer is pure, like a throttle. It gets the state that the engine keeps for one sender and one
signal about it, and returns the next state, the standing and its advice. The engine stores all of
it in one step and decides what to do with the advice.
"""

from typing import Any, Literal, Protocol, runtime_checkable

import msgspec

from tactful.values import Instant, Rate

State = Any  # a frozen Struct of the observer's own, which `msgspec.json` can encode

Standing = Literal["healthy", "watched", "slowed", "paused", "flagged"]

STANDINGS: dict[Standing, str] = {
    "healthy": "nothing is known against the sender; it sends at its full pace",
    "watched": "first signs of trouble; it sends, and people are told",
    "slowed": "it should send slower than its pace allows; people are told, and it sends",
    "paused": "nothing leaves from it until it recovers: its sends are refused",
    "flagged": "nothing leaves from it: its sends are refused, and people must look into it",
}
"""Every standing, from best to worst, with what it means."""


def stops(standing: Standing) -> bool:
    """Whether nothing may leave from a sender that stands so."""
    return standing in ("paused", "flagged")


SignalKind = Literal[
    "sent", "delivered", "undelivered", "no answer", "voicemail", "failed", "bounced", "refused",
    "complaint", "opt_out", "reply",
]  # fmt: skip


class SenderSignal(msgspec.Struct, frozen=True):
    """One thing that happened to a message of a sender, without saying who got the message.

    `code` is the provider's, if any, `medium` that of the message, `sent_at` when it left (so that
    what is heard late is told apart), and `segments` how many texts it was. `recipient` is the same
    for the same address and leads nobody to it, `domain` is the domain of an e-mail address,
    `sender` tells senders apart for what watches several, and `campaign` is the campaign's name.
    `text` is a print of the text: the same for texts that differ only in their digits. `seconds` is
    how long a call lasted. What is not known is left at its default.
    """

    kind: SignalKind
    at: Instant
    code: str = ""
    medium: str = ""
    recipient: str = ""
    domain: str = ""
    sender: str = ""
    campaign: str = ""
    text: str = ""
    segments: int = 1
    seconds: float | None = None
    sent_at: Instant | None = None


class Watch(msgspec.Struct, frozen=True, tag="watch"):
    """Go on sending, and tell people."""


class Slow(msgspec.Struct, frozen=True, tag="slow"):
    """Send no faster than `to`."""

    to: Rate


class Pause(msgspec.Struct, frozen=True, tag="pause"):
    """Send nothing until `until`; None: until the standing recovers."""

    until: Instant | None = None


class Flag(msgspec.Struct, frozen=True, tag="flag"):
    """Send nothing until a person clears the sender."""


class Recover(msgspec.Struct, frozen=True, tag="recover"):
    """Go back by one step of the standing."""


Advice = Watch | Slow | Pause | Flag | Recover


class Gauge(msgspec.Struct, frozen=True):
    """One figure about a sender: `events` of `of` messages, and what it should stay below.

    The unit `share` is for rates, of which `limit` is the share that is too much; a `count` is
    `events` itself, and `of` is 0. With `least`, the figure should stay above the limit instead.
    """

    name: str
    events: int
    of: int
    limit: float | None = None
    unit: Literal["share", "count"] = "share"
    least: bool = False

    @property
    def value(self) -> float:
        """The share, or the count. A share of nothing is 0."""
        if self.unit == "count":
            return float(self.events)
        return self.events / self.of if self.of else 0.0


class Observed(msgspec.Struct, frozen=True):
    """What an observer makes of a signal.

    `reasons` and `gauges` are shown to people beside the standing.
    """

    standing: Standing
    advice: Advice | None = None
    reasons: tuple[str, ...] = ()
    gauges: tuple[Gauge, ...] = ()


class Observer(Protocol):
    """A way to judge senders."""

    @property
    def name(self) -> str:
        """What `watch using NAME` in a flow names."""

    @property
    def version(self) -> int:
        """The version of the state: `load` reads every version up to this one."""

    def start(self) -> State:
        """Return the state of a sender of which nothing is known."""

    def load(self, text: bytes) -> State:
        """Read a stored state, also one of an older version. Raises `StoreInvalid`."""

    def observe(self, state: State, signal: SenderSignal, now: Instant) -> tuple[State, Observed]:
        """Take in one signal. The same signal may come again, and late: `signal.at` says when."""


@runtime_checkable
class Media(Protocol):
    """An observer that says on which media it is at home; one that does not is for all."""

    @property
    def media(self) -> frozenset[str]:
        """`sms`, `mms`, `email`, `voice`, `chat`: those whose senders it watches."""


@runtime_checkable
class Across(Protocol):
    """An observer that looks at all senders of a kind of channel at once.

    It keeps one state for all of them, hears the signals of each with `SenderSignal.sender`, and
    what it says holds for all of them.
    """

    @property
    def across(self) -> bool:
        """Whether it does."""
