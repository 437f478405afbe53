"""The channel `webchat` as the engine uses it: puts messages into the queues of visitors."""

from collections.abc import Collection, Sequence

from tactful.runtime.inbound import Intake, Route, Socket, SocketRoute
from tactful.runtime.ports import (
    Accepted,
    ChannelLimits,
    Finding,
    Message,
    Refused,
    SendOutcome,
)
from tactful.values import HOUR, SECOND, Instant
from tactful_webchat.house import House
from tactful_webchat.pages import Pages
from tactful_webchat.session import serve
from tactful_webchat.texts import can_be_told

LONGEST_TEXT = 8_000
LONGEST_WAIT = 60.0
"""So often, in seconds, is looked what has expired, whatever clocks and other processes do."""

_AT_ONCE = 100
_FORGET_EVERY = HOUR


class WebchatChannel:
    """Shows messages in a chat on the company's pages, and hears what visitors write there."""

    name = "webchat"
    media: Collection[str] = ("chat",)
    limits = ChannelLimits(at_once=64)
    confirms_opt_out = False

    def __init__(self, house: House) -> None:
        self._house = house

    async def send(self, message: Message) -> SendOutcome:
        """Put a message into its visitor's queue; it is durable when this returns."""
        if not self._house.has_key:
            return Refused("the chat has no key, so no visitor can be known", "configuration")
        if message.attachments:
            return Refused("the chat carries no files", "configuration")
        if len(message.text) > LONGEST_TEXT:
            return Refused(f"a chat message has at most {LONGEST_TEXT} characters", "configuration")
        if not all(can_be_told(text) for text in (message.to, message.sender, message.text)):
            return Refused("it holds half of a character, which no message can carry")
        now = self._house.clock()
        until = now + self._house.settings.keep_for.span
        if message.expires_at is not None:
            until = min(until, message.expires_at)
        if until <= now:
            return Refused("it has expired", "policy")
        placed = await self._house.run(self._house.conversations.place, message, until, now)
        if placed is None:
            return Refused("the visitor has muted the chat")
        self._house.rooms.wake([message.to])
        self._house.report()  # it may be the next that expires
        return _accepted(placed.id, delivered=placed.delivered)

    async def reconcile(self, message: Message) -> SendOutcome | None:
        """Say whether an attempt is in the queue: the chat always knows."""
        placed = await self._house.run(self._house.conversations.find, message.attempt)
        if placed is None:
            return Refused("it never reached the queue of the chat")
        return _accepted(placed.id, delivered=placed.delivered)

    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        """Judge a sender: it is the name that visitors read above a message."""
        if len(sender) <= 60 and sender.isprintable():
            return ()
        help = "Write for example Acme Care."
        what = "the sender of a chat is a name of at most 60 characters"
        return (Finding("warning", "webchat_sender", what, help=help),)

    def cost(self, medium: str, country: str | None, segments: int) -> str | None:
        """Return no price: a chat costs nothing by the message."""
        return None

    def routes(self) -> Sequence[Route | SocketRoute]:
        """Return the script for the company's pages, its socket, and the page to try it."""
        return (*Pages(self._house).routes(), SocketRoute("socket", self._serve))

    async def listen(self, intake: Intake) -> None:
        """Tell the engine what visitors did, and what has expired, until cancelled."""
        house = self._house
        forgotten: Instant = 0
        while True:
            now = house.clock()
            again = await house.run(house.conversations.expire, now)
            while news := await house.run(house.conversations.untold, _AT_ONCE):
                await intake.take(*(signal for _, signal in news))
                await house.run(house.conversations.told, [number for number, _ in news])
            if now - forgotten >= _FORGET_EVERY:
                await house.run(house.conversations.forget, now - house.settings.history_for.span)
                forgotten = now
            wait = LONGEST_WAIT if again is None else (again - now) / SECOND
            await house.reports(min(max(wait, 0.0), LONGEST_WAIT))

    async def examine(self) -> Sequence[Finding]:
        """Say what is missing before any page can open the chat."""
        settings = self._house.settings
        found = []
        if settings.key is None:
            help = 'Write key = { env = "WEBCHAT_KEY" } into [plugins.webchat].'
            what = "the chat has no key, so no visitor can be known"
            found.append(Finding("error", "webchat_key", what, help=help))
        if not settings.origins:
            help = 'Write for example origins = ["https://shop.example.com"].'
            what = "no page of another site may open the chat"
            found.append(Finding("warning", "webchat_origins", what, help=help))
        return found

    async def aclose(self) -> None:
        """Close the database."""
        await self._house.run(self._house.conversations.close)

    async def _serve(self, socket: Socket, intake: Intake) -> None:
        await serve(self._house, socket, intake)


def _accepted(id: str, *, delivered: bool) -> Accepted:
    return Accepted(f"webchat-{id}", delivered=delivered)
