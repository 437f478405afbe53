"""The settings of the chat: who may open it, how it looks, how long it keeps what it has."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tactful.errors import ValueUnreadable
from tactful.plugins import Secret
from tactful.values import Duration
from tactful_webchat.words import LANGUAGES, WORDS

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PORTS = {"http": 80, "https": 443}


def origin_of(address: str) -> str | None:
    """Return the origin of a web address as browsers write it (RFC 6454); None if it is none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = port is None or port == _PORTS[parts.scheme]
    return f"{parts.scheme}://{host}" if usual else f"{parts.scheme}://{host}:{port}"


def _origin(value: str) -> str:
    origin = origin_of(value)
    if origin is None or urlsplit(value).path not in ("", "/") or "?" in value or "#" in value:
        raise ValueUnreadable(
            f"`{value}` is not the origin of a page",
            help="Write scheme and host only, for example https://shop.example.com.",
        )
    return origin


def _long_enough(value: Secret) -> Secret:
    # RFC 7518, section 3.2: a key for HS256 has at least as many bits as its hash.
    if len(value.reveal().encode()) < 32:
        raise ValueUnreadable(
            "the key is too short to be safe",
            help="Make one of 32 bytes or more, for example with: openssl rand -base64 48",
        )
    return value


def _some_time(value: Duration) -> Duration:
    if value.span <= 0:
        raise ValueUnreadable("this needs some time", help="Write for example 30 minutes.")
    return value


def _by_language(value: object) -> object:
    """Read one text as the text of every language."""
    return {"": value} if isinstance(value, str) else value


def _languages_are_well_formed(value: dict[str, str]) -> dict[str, str]:
    for language in value:
        if language and not _LANGUAGE.fullmatch(language):
            raise ValueUnreadable(
                f"`{language}` is not a language", help="Write for example en or fr."
            )
    return value


def _languages_are_known(value: tuple[str, ...]) -> tuple[str, ...]:
    for language in value:
        if language not in WORDS:
            raise ValueUnreadable(
                f"the chat has no words in `{language}`",
                help=f"It speaks {', '.join(LANGUAGES)}.",
            )
    return value


Origin = Annotated[str, AfterValidator(_origin)]
Key = Annotated[Secret, AfterValidator(_long_enough)]
Time = Annotated[Duration, AfterValidator(_some_time)]
Text = Annotated[str, Field(min_length=1, max_length=300)]
Texts = Annotated[
    dict[str, Text], BeforeValidator(_by_language), AfterValidator(_languages_are_well_formed)
]
Languages = Annotated[tuple[str, ...], AfterValidator(_languages_are_known)]


class WebchatSettings(BaseModel):
    """`[plugins.webchat]`.

    - `key` signs the tokens that say who a visitor is; `previous_key` is still accepted.
    - `origins` are the sites whose pages may open the chat.
    - `title` and `greeting` are texts, or a table with one for each language. `languages` are those
      the chat speaks, the first of them when a page asks for another; without it, all it knows.
    - `delivered_when`: a message counts as delivered when a page has shown it (`seen`), or already
      when one has it (`received`).
    - `keep_for` bounds how long a message waits for its visitor, beside its own expiry.
    - `history` messages of the last `history_for` are shown to who comes back; older are deleted.
    - `longest_session` is how far ahead a token may expire.
    - `demo` serves a page to try the chat on this machine.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key | None = None
    previous_key: Key | None = None
    origins: tuple[Origin, ...] = ()
    title: Texts = {}
    greeting: Texts = {}
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#0f6b6b"
    position: Literal["right", "left"] = "right"
    languages: Languages = ()
    delivered_when: Literal["seen", "received"] = "seen"
    keep_for: Time = Duration.parse("7 days")
    history: Annotated[int, Field(ge=0, le=500)] = 50
    history_for: Time = Duration.parse("30 days")
    longest_session: Time = Duration.parse("24 hours")
    longest_reply: Annotated[int, Field(ge=1, le=4_000)] = 2_000
    replies_per_minute: Annotated[int, Field(ge=1, le=600)] = 20
    most_tabs: Annotated[int, Field(ge=1, le=100)] = 10
    most_open: Annotated[int, Field(ge=1)] = 10_000
    demo: bool = False
