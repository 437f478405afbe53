"""What pages and server tell each other over the WebSocket: JSON, one object a text.

Every object names what it is in `t`. Moments are milliseconds since 1970, and lengths milliseconds.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Optional = Annotated[str, Meta(max_length=64)]

LONGEST_FRAME = 24_000
"""The most characters of one text from a page."""

# Why a socket is closed (RFC 6455, section 7.4.2: 4000 to 4999 are ours to give).
NOT_UNDERSTOOD = 4400
TOKEN_REFUSED = 4401
ORIGIN_REFUSED = 4403
SILENT = 4408
TOO_MUCH = 4429
TOO_MANY = 4503

# ---- from a page --------------------------------------------------------------------------------


class Hello(Struct, frozen=True, tag_field="t", tag="hello"):
    """Opens the conversation. `after` is the last revision that this page has had."""

    token: str
    after: Annotated[int, Meta(ge=0)] = 0


class Shown(Struct, frozen=True, tag_field="t", tag="got"):
    """The page has these messages; `seen` says that they were visible."""

    ids: Annotated[list[Id], Meta(min_length=1, max_length=200)]
    seen: bool


class Say(Struct, frozen=True, tag_field="t", tag="say"):
    """The visitor wrote; `last` is the last message of ours that was shown to them by then."""

    id: Id
    text: Annotated[str, Meta(max_length=8_000)]
    last: Optional = ""


class Mute(Struct, frozen=True, tag_field="t", tag="mute"):
    """The visitor wants no more messages here, or wants them again."""

    on: bool


class Ping(Struct, frozen=True, tag_field="t", tag="ping"):
    """The page is still there, and asks whether we are."""


FromPage = Hello | Shown | Say | Mute | Ping

# ---- to a page ----------------------------------------------------------------------------------


class Welcome(Struct, frozen=True, tag_field="t", tag="welcome"):
    """The token was accepted."""


class Item(Struct, frozen=True, kw_only=True):
    """One message as a page shows it. `left` is how long it may still be shown for the first time.

    `seen` says that it was shown somewhere already; `by` names its sender.
    """

    id: str
    mine: bool
    by: str
    text: str
    at: int
    seen: bool
    lang: str | None = None
    left: int | None = None


class Items(Struct, frozen=True, tag_field="t", tag="items"):
    """Messages, new or changed; `rev` is what the page tells us next time."""

    items: list[Item]
    rev: int
    muted: bool


class Kept(Struct, frozen=True, tag_field="t", tag="kept"):
    """What the visitor wrote is kept, durably."""

    id: str


class Declined(Struct, frozen=True, tag_field="t", tag="declined"):
    """What the visitor wrote is not taken; never, or not before `after` has passed."""

    id: str
    why: Literal["empty", "long", "slow"]
    after: int | None = None


class Pong(Struct, frozen=True, tag_field="t", tag="pong"):
    """We are there."""


ToPage = Welcome | Items | Kept | Declined | Pong
