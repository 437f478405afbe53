"""What goes to a desk: hand-offs with their conversations, alerts, and what a desk must do."""

from typing import Literal, Protocol, runtime_checkable

from msgspec import Struct

from tactful.values import Instant


class Said(Struct, frozen=True):
    """One thing said in a conversation, by us or by the recipient."""

    at: Instant
    by: Literal["us", "recipient"]
    channel: str
    text: str


class HandOffCase(Struct, frozen=True):
    """A conversation for a person.

    `id` is the same each time a hand-off is passed on. `address` is where the person is reached on
    `channel`. `conversation` is what was said, oldest first; of a long one, the end.
    """

    campaign: str
    key: str
    queue: str
    priority: str
    note: str
    opened_at: Instant
    id: str = ""
    launch: str = ""
    channel: str = ""
    address: str = ""
    conversation: tuple[Said, ...] = ()


class Desk(Protocol):
    """Where hand-offs go besides the built-in inbox."""

    @property
    def name(self) -> str:
        """What the desk is called."""
        ...

    async def open(self, case: HandOffCase) -> None:
        """Pass a hand-off on. Raising leaves it in the built-in inbox, and it is tried again.

        After a crash, and when the person writes more, the same `id` may come again: with a longer
        conversation it is the same case.
        """
        ...


Cause = Literal["standing", "in doubt", "held", "policy", "observer"]


class Alert(Struct, frozen=True):
    """Something that the owner of campaigns should be told of at once.

    `id` is the number of the line of the event log that tells it: the same each time an alert is
    passed on. `about` is what it concerns: a sender with its group, a launch, a policy, an
    observer. `launch` and `campaign` are empty where it concerns no single launch.
    """

    id: int
    cause: Cause
    about: str
    at: Instant
    reason: str
    launch: str = ""
    campaign: str = ""


@runtime_checkable
class Alerted(Protocol):
    """A desk that takes alerts, too: `[alerts] to` may name it."""

    async def tell(self, alert: Alert) -> None:
        """Pass an alert on. Raising, or taking longer than 30 seconds, has it tried again.

        After a crash the same `id` may come again.
        """
        ...
