"""What comes in from outside: signals as channels tell them, and the ways on which they come.

A channel that hears something has `routes()`, for what others ask of us over HTTP, or `listen()`,
for what it looks for itself, or both. Either hands its signals to an `Intake`, and answers whoever
told it only when they are durable. A signal may come again, late, and in any order.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import Literal, Protocol, runtime_checkable
from urllib.parse import unquote

from msgspec import Struct

from tactful.journey.lifecycle import StatusSignal as StatusSignal
from tactful.runtime.ports import Medium, Message

# ---- signals ------------------------------------------------------------------------------------

# In each, `dedup` names what was told: of two signals with one name only the first takes effect.
# `answered` says that the provider has answered the person already; then we stay silent.


class DeliveryStatus(Struct, frozen=True, kw_only=True):
    """What became of one attempt. One that says less than what is known changes nothing.

    `gone`: the address itself is no good, and gets nothing more on this channel. `code` is the
    provider's, for observers of the sender; `seconds` how long a call lasted.
    """

    attempt: str
    status: StatusSignal
    dedup: str
    provider_id: str | None = None
    reason: str = ""
    gone: bool = False
    code: str = ""
    seconds: float | None = None


class PersonReply(Struct, frozen=True, kw_only=True):
    """What a person wrote, from an address to one of our senders.

    `attempt` is the message that it answers, where that is certain. The text may be an opt-out: the
    engine reads it. `media` are the addresses of pictures and files that came with it.
    """

    channel: Medium
    address: str
    text: str
    dedup: str
    to: str = ""
    subject: str | None = None
    attempt: str | None = None
    media: tuple[str, ...] = ()
    answered: bool = False


class KeyPress(Struct, frozen=True, kw_only=True):
    """A key pressed in a call; an empty `key`: none was, until the call was over."""

    attempt: str
    key: str
    dedup: str


class _Wish(Struct, frozen=True, kw_only=True):
    channel: Medium
    address: str
    dedup: str
    text: str = ""
    answered: bool = False


class OptedOut(_Wish, frozen=True, kw_only=True):
    """A person wants no more messages on this channel; by a key, a link, or a provider's word."""


class OptedIn(_Wish, frozen=True, kw_only=True):
    """A person takes an opt-out back."""


class Complaint(Struct, frozen=True, kw_only=True):
    """A person told their provider that a message of ours was unwanted; one of both is known."""

    channel: Medium
    dedup: str
    address: str | None = None
    attempt: str | None = None
    reason: str = ""


class CaseWord(Struct, frozen=True, kw_only=True):
    """What somebody at a desk does with a case: writes to its person, gives it back, or closes it.

    `case` is the `id` of its `HandOffCase`, `who` whoever says so.
    """

    case: str
    word: Literal["answer", "give back", "close"]
    dedup: str
    text: str = ""
    who: str = ""


Signal = DeliveryStatus | PersonReply | KeyPress | OptedOut | OptedIn | Complaint | CaseWord


class Intake(Protocol):
    """Where a channel brings what it hears."""

    async def take(self, *signals: Signal) -> None:
        """Keep signals, and return when they are durable; they are worked in after that.

        Raises `StoreInvalid` when they could not be kept: then the teller must tell them again.
        """
        ...

    async def message(self, attempt: str) -> Message | None:
        """Return the message of an attempt as its channel got it; None when there is no such."""
        ...


MOST_FIELDS = 1_000
"""More values than this are no form that any provider sends."""

# ---- the ways in --------------------------------------------------------------------------------


class WebRequest(Struct, frozen=True, kw_only=True, dict=True):
    """One request to a route, as it was sent to our public address.

    `url` is what the sender asked for: the configured public URL, path and query, whatever proxies
    made of it. `headers` have small names. `path` is the part below the route's own, if it ends in
    `/`.
    """

    method: str
    url: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def query(self) -> Sequence[tuple[str, str]]:
        """The values of the query in their order; blank and repeated ones are kept."""
        return read_form(self.url.partition("#")[0].partition("?")[2])

    @cached_property
    def form(self) -> Sequence[tuple[str, str]]:
        """The values of a form body in their order; blank and repeated ones are kept.

        Raises `ValueError` when there are too many.
        """
        return read_form(self.body.decode("utf-8", errors="replace"), MOST_FIELDS)


def read_form(text: str, most: int | None = None) -> Sequence[tuple[str, str]]:
    """Read `a=1&b=` (URL standard, application/x-www-form-urlencoded); blank values are kept.

    Raises `ValueError` for more than `most` values.
    """
    if most is not None and text.count("&") >= most:
        raise ValueError(f"more than {most:,} fields")
    pairs = [piece.partition("=") for piece in text.split("&") if piece]
    return [
        (
            name if name.isalnum() else _plain(name),
            value if value.isalnum() else _plain(value),
        )
        for name, _, value in pairs
    ]


def _plain(text: str) -> str:
    text = text.replace("+", " ") if "+" in text else text
    return unquote(text, errors="replace") if "%" in text else text


class WebAnswer(Struct, frozen=True):
    """What a route answers."""

    status: int = 204
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = {}


class Route(Struct, frozen=True):
    """A route below `/hooks/PLUGIN/`: `path` is `status`, say; with a `/` at its end, all below.

    `handle` may raise: then the sender gets a 500, and the error is logged.
    """

    path: str
    handle: Callable[[WebRequest, Intake], Awaitable[WebAnswer]]
    methods: tuple[Literal["GET", "POST"], ...] = ("POST",)


class Socket(Protocol):
    """An open WebSocket (RFC 6455), with the headers and the query it was opened with."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the opening request, with small names."""
        ...

    @property
    def query(self) -> Sequence[tuple[str, str]]:
        """The values of its query."""
        ...

    async def receive(self) -> str | None:
        """Wait for the next text; None when the other side is gone."""
        ...

    async def send(self, text: str) -> None:
        """Send a text. Raises `ConnectionError` when the other side is gone."""
        ...

    async def close(self, code: int = 1000) -> None:
        """Close it."""
        ...


class SocketRoute(Struct, frozen=True):
    """A WebSocket below `/hooks/PLUGIN/`; it is open as long as `handle` runs."""

    path: str
    handle: Callable[[Socket, Intake], Awaitable[None]]


@runtime_checkable
class Routed(Protocol):
    """What has routes: a channel or a desk that is told things over HTTP."""

    def routes(self) -> Sequence[Route | SocketRoute]:
        """Return its routes, once, at the start."""
        ...


@runtime_checkable
class Listening(Protocol):
    """What looks for signals itself: in a mailbox, say."""

    async def listen(self, intake: Intake) -> None:
        """Bring signals until cancelled. One that raises is started again after a while."""
        ...
