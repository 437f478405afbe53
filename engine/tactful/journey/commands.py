"""What a journey asks for: the commands of the core, which a runtime performs."""

from typing import Literal

from msgspec import Struct

from tactful.journey.inputs import Value

EndState = Literal[
    "finished",  # its lines were done
    "stopped",  # a `stop` line
    "opted_out",
    "expired",
    "unreachable",  # no channel could reach this person
    "dropped",  # by a person, or a gate
    "cancelled",  # the whole campaign was stopped
    "closed",  # the hand-off was closed
]


class Send(Struct, frozen=True):
    """Request one message. The ledger's key is (journey, identity of the step, visit).

    `answering` says that it follows a reply of this person, `first` that nothing was sent before.
    """

    step: int
    visit: int
    first: bool
    answering: bool
    scope: dict[str, Value]


class Cancel(Struct, frozen=True):
    """A queued send is no longer wanted."""

    step: int
    visit: int
    because: str


class HandOff(Struct, frozen=True):
    """Give the conversation to a person."""

    step: int
    visit: int
    scope: dict[str, Value]


class Unclaimed(Struct, frozen=True):
    """A reply that no line waits for, or that belongs to the person who has the conversation."""

    text: str
    channel: str


class Note(Struct, frozen=True):
    """Something for the event log: `tag`, `set`, `reply` (a line was taken), `signal`.

    `too late`: the moment that a wait is for was over when it began.
    """

    event: Literal["tag", "set", "reply", "signal", "too late"]
    step: int | None
    data: dict[str, Value]


class End(Struct, frozen=True):
    """The journey is over, in a named state."""

    state: EndState
    because: str = ""


Command = Send | Cancel | HandOff | Unclaimed | Note | End
