"""What floats in a campaign: its guards always hold in their newest form, for everyone."""

from functools import cached_property
from typing import Literal

from tactful.graph.expressions import Condition, Data, digest
from tactful.values import Counts, Duration, Money, Rate, Window

Channel = str
Purpose = Literal["service", "account", "safety"]


class Sender(Data):
    """`sms from "+353 1 555 0100" through twilio`."""

    channel: Channel
    address: str
    through: str


class ThrottleRule(Data):
    """`throttle sms 10 per 5 minutes`; `strategy` names the plugin that keeps it.

    With `per`, each value of that column has a pace of its own. It `counts` messages, or the
    segments in which they are carried and paid for.
    """

    channel: Channel
    rate: Rate
    strategy: str = "window"
    because: str | None = None
    per: str | None = None
    counts: Counts = "messages"

    @property
    def said(self) -> str:
        """The limit as a line of a flow says it: `10 per 5 minutes per shop using smooth`."""
        words = [str(self.rate)]
        if self.per is not None:
            words.append(f"per {self.per}")
        if self.strategy != "window":
            words.append(f"using {self.strategy}")
        if self.counts != "messages":
            words.append(f"counts {self.counts}")
        return " ".join(words)


class ConsentRule(Data):
    """`consent for sms when sms_ok is yes`."""

    channel: Channel
    condition: Condition


class InboxHold(Data):
    """`hold when inbox.orders above 20`: with more open items, of one queue or all, it holds."""

    above: int
    queue: str | None = None


class PauseRule(Data):
    """`pause when complaint_rate above 0.1%`: the figure of a sender, and its limit as a share.

    A limit of 1 or more is that of a count.
    """

    gauge: str
    side: Literal["above", "below"] = "above"
    limit: float


class Guards(Data):
    """Everything that floats: it always holds in its newest form, for everyone.

    `quiet` None means `quiet hours none`; `quiet_zone` is `recipient` or an IANA zone.
    `budget` is what one launch may spend; `policies` are those that the flow names, and
    `house_policies` those that judge it on some of its channels without being named; `observers`
    watch its senders, and one of `pauses` pauses the launch.
    """

    purpose: Purpose
    owner: str = ""
    quiet: Window | None = Window.parse("21:00 to 08:00")
    quiet_zone: str = "recipient"
    quiet_because: str | None = None
    expires_after: Duration = Duration.parse("7 days")
    throttles: tuple[ThrottleRule, ...] = ()
    consents: tuple[ConsentRule, ...] = ()
    senders: tuple[Sender, ...] = ()
    budget: Money | None = None
    hold_inbox: InboxHold | None = None
    pauses: tuple[PauseRule, ...] = ()
    policies: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    house_policies: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """The hash of these guards."""
        return digest(self)
