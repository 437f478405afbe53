"""Watches the standing of a sender: what an observer is, what it hears, and what it may advise.

An observer is pure, like a throttle. It gets the state that the engine keeps for one sender and one
signal about it, and returns the next state, the standing and its advice. The engine stores all of
it in one step and decides what to do with the advice.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Protocol, runtime_checkable

import msgspec

from tactful.values import Instant, Rate

State = Any  # a frozen Struct of the observer's own, which `msgspec.json` can encode

Standing = Literal["healthy", "watched", "slowed", "paused", "flagged"]

STANDINGS: dict[Standing, str] = {
    "healthy": "nothing is known against the sender; it sends at its full pace",
    "watched": "first signs of trouble; it sends, and people are told",
    "slowed": "it sends no faster than the observer says, and people are told",
    "paused": "nothing leaves from it for a while, or until it recovers: its sends wait",
    "flagged": "nothing leaves from it until a person clears it: its sends wait",
}
"""Every standing, from best to worst, with what it means."""


def stops(standing: Standing) -> bool:
    """Whether nothing may leave from a sender that stands so."""
    return standing in ("paused", "flagged")


SENDER: Mapping[tuple[Standing, str], Standing] = {
    ("healthy", "watch"): "watched",
    ("healthy", "slow"): "slowed",
    ("healthy", "pause"): "paused",
    ("healthy", "flag"): "flagged",
    ("watched", "slow"): "slowed",
    ("watched", "pause"): "paused",
    ("watched", "flag"): "flagged",
    ("watched", "recover"): "healthy",
    ("watched", "clear"): "healthy",
    ("slowed", "pause"): "paused",
    ("slowed", "flag"): "flagged",
    ("slowed", "recover"): "watched",
    ("slowed", "clear"): "healthy",
    ("paused", "flag"): "flagged",
    ("paused", "recover"): "slowed",
    ("paused", "clear"): "watched",
    ("flagged", "clear"): "watched",
}
"""The life of a sender: down by as many steps as it takes, back by one, and from `flagged` only
when a person clears it."""

_LEADS: Mapping[Standing, str] = {
    "watched": "watch",
    "slowed": "slow",
    "paused": "pause",
    "flagged": "flag",
}

SLOWED_PACE = Rate.parse("5 per 5 minutes")
"""How fast a slowed sender is where no observer says it: half of the guard rail of every pace."""


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


_RANK = {standing: rank for rank, standing in enumerate(STANDINGS)}


def worst(standings: Iterable[Standing]) -> Standing:
    """Return the worst of some standings; of none, `healthy`."""
    return max(standings, key=_RANK.__getitem__, default="healthy")


def event_of(standing: Standing, observed: Observed, now: Instant) -> str | None:
    """Return which event of `SENDER` an observer's word is for a sender that stands so, if any.

    The worse of standing and advice counts; a pause that is over already is none. Whatever is
    better than it was is one step back, and nothing an observer says leads back from `flagged`.
    """
    said = observed.standing
    match observed.advice:
        case Slow():
            advised: Standing = "slowed"
        case Pause(until=until) if until is not None and until <= now:
            said, advised = ("slowed" if said == "paused" else said), "healthy"
        case Pause():
            advised = "paused"
        case Flag():
            advised = "flagged"
        case Watch():
            advised = "watched"
        case _:
            advised = "healthy"
    found = worst((said, advised))
    if _RANK[found] > _RANK[standing]:
        return _LEADS[found]
    if standing in ("healthy", "flagged"):
        return None
    return "recover" if _RANK[found] < _RANK[standing] else None


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
    """An observer that says on which media it is at home: it watches every sender of those.

    One that does not say so watches the senders of the flows that name it.
    """

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
