"""What can reach a journey: its beginning, time, outcomes of its sends, and people's signals."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from tactful.values import Instant

Value = str | int | float | bool | None
Values = Mapping[str, Value]

OutcomeName = Literal[
    "accepted",  # the channel took it
    "in doubt",  # nobody knows; the journey goes on as if sent
    "delivered",
    "undelivered",
    "failed",
    "bounced",
    "refused",  # by a guard: address, consent, policy, limit …
    "expired",  # could not leave in time
    "no answer",  # nobody picked up
    "voicemail",  # a machine picked up
]


class Begin(Struct, frozen=True):
    """The recipient enters."""


class Tick(Struct, frozen=True):
    """The journey's `due` has come. One that comes too early or twice changes nothing."""


class Permitted(Struct, frozen=True):
    """A queued send may leave now: from here on a late answer no longer cancels it."""

    step: int
    visit: int


class Outcome(Struct, frozen=True):
    """What became of a send. One about a send nobody waits for changes only what is remembered."""

    step: int
    visit: int
    name: OutcomeName
    reason: str = ""


class Pressed(Struct, frozen=True):
    """The person pressed a key in a call; an empty `key` is none before the call was over."""

    step: int
    visit: int
    key: str


class Reply(Struct, frozen=True):
    """The person answered, on a channel."""

    text: str
    channel: str
    locale: str = "en"


class Event(Struct, frozen=True):
    """Something outside happened that the journey may wait for.

    `mine`: it is for this person's key. Else it is for all who have the value that it carries, and
    fits only lines `with same` that name the column.
    """

    name: str
    values: Values = {}
    mine: bool = True


class Refresh(Struct, frozen=True):
    """The data has changed: waits for a moment in it are computed anew."""


class OptOut(Struct, frozen=True):
    """The person wants no more messages on the channel group this journey last used."""

    channel: str


class Expire(Struct, frozen=True):
    """The journey's time is over."""


class Drop(Struct, frozen=True):
    """A person, the campaign's stop, or a wrong number ends this journey."""

    state: Literal["dropped", "cancelled", "unreachable"] = "dropped"
    because: str = ""


class GiveBack(Struct, frozen=True):
    """The person who had the conversation hands it back; a wait's clock starts now."""


class Close(Struct, frozen=True):
    """The person who had the conversation closes it; the journey ends."""


Input = (
    Begin
    | Tick
    | Permitted
    | Outcome
    | Pressed
    | Reply
    | Event
    | Refresh
    | OptOut
    | Expire
    | Drop
    | GiveBack
    | Close
)

__all__ = [
    "Begin",
    "Close",
    "Drop",
    "Event",
    "Expire",
    "GiveBack",
    "Input",
    "Instant",
    "OptOut",
    "Outcome",
    "OutcomeName",
    "Permitted",
    "Pressed",
    "Refresh",
    "Reply",
    "Tick",
    "Value",
    "Values",
]
