"""What goes to a desk: hand-offs with their conversations, and what a desk must be able to do."""

from typing import Literal, Protocol

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
