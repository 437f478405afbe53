"""What Tactful answers by itself to STOP, START and HELP: built-in texts, and those of the house.

The built-in texts are data (`answers.toml`), `[texts.LANGUAGE]` of `tactful.toml` replaces any of
them, and `[owner]` says who writes and where people reach them.
"""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from tactful.errors import ValueUnreadable
from tactful.guard.optout import Wish

Texts = Mapping[str, Mapping[Wish, str]]

BUILT_IN: Texts = tomllib.loads(
    (files("tactful.plugins") / "answers.toml").read_text(encoding="utf-8")
)
"""The texts by language (ISO 639) and wish."""

_MOST = 320  # characters: two segments, the most that a provider suggests
_MUST_NAME: Mapping[Wish, str] = {"stop": "START", "start": "STOP", "help": "STOP"}
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_HOLE = re.compile(r"\{([^{}]*)\}|[{}]")
_WITH_CONTACT = re.compile(r"[^.!?]*\{contact\}[^.!?]*[.!?]?")

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


_Domain = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=253)]
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}|(?:[a-z0-9-]+\.)+xn--[a-z0-9-]+")


class Owner(BaseModel):
    """`[owner]`: who writes, and where people reach them.

    Built-in answers say the name and the contact. Policies learn the rest: `brands` are names that
    people know, `business` is the line of business, `domains` are those of its links and mail.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: _Line | None = None
    contact: _Line | None = None
    business: _Line | None = None
    brands: Annotated[tuple[_Line, ...], Field(strict=False)] = ()
    domains: Annotated[tuple[_Domain, ...], Field(strict=False)] = ()

    @field_validator("domains")
    @classmethod
    def _are_domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        for domain in domains:
            if not _DOMAIN.fullmatch(domain):
                raise ValueUnreadable(
                    f"`{domain}` is not a domain",
                    help="Write for example example.com, without https:// and without a path.",
                )
        return domains


class HouseTexts(BaseModel):
    """`[texts.LANGUAGE]`: built-in answers in the words of the house."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, dict[Wish, str]] = Field(init=False)

    @model_validator(mode="after")
    def _can_be_sent(self) -> "HouseTexts":
        for language, texts in self.__pydantic_extra__.items():
            if not _LANGUAGE.fullmatch(language):
                raise ValueUnreadable(
                    f"`{language}` is not a language",
                    help="Write its ISO 639 code: [texts.fr] for French.",
                )
            for wish, text in texts.items():
                _check(wish, text)
        return self

    @property
    def texts(self) -> Texts:
        """The texts by language and wish."""
        return self.__pydantic_extra__


def _check(wish: Wish, text: str) -> None:
    """Raise `ValueUnreadable` for a text that could not be sent, or that carriers would mind."""
    for found in _HOLE.finditer(text):
        if found[1] not in ("owner", "contact"):
            raise ValueUnreadable(
                f"`{found[0]}` in the text for {wish} stands for nothing",
                help="It may hold {owner} and {contact}.",
            )
    if "{owner}" not in text:
        raise ValueUnreadable(
            f"the text for {wish} does not say who writes", help="Write {owner} in it."
        )
    if _MUST_NAME[wish] not in text:
        raise ValueUnreadable(
            f"the text for {wish} does not name {_MUST_NAME[wish]}",
            help="Whoever gets it must see how to change it.",
        )
    if len(text) > _MOST:
        raise ValueUnreadable(
            f"the text for {wish} is {len(text)} characters long",
            help=f"Make it at most {_MOST}: it is one message.",
        )


class Answers:
    """The answers of a house, in every language it or we have."""

    def __init__(self, texts: Texts | None = None, owner: Owner | None = None) -> None:
        own = texts if texts is not None else {}
        self._texts = {
            language: {**BUILT_IN.get(language, {}), **own.get(language, {})}
            for language in {**BUILT_IN, **own}
        }
        self._owner = owner if owner is not None else Owner()

    def who(self, campaign: str) -> str:
        """Return who writes: the house, else the name of the campaign."""
        return self._owner.name or campaign

    def say(self, wish: Wish, locale: str, *, campaign: str, contact: str = "") -> str:
        """Return our one answer to a wish, in the language of `locale` (`fr-CA`), else English.

        `contact` is where the owner of the campaign is reached; that of the house goes first.
        """
        language = re.split("[-_]", locale.casefold())[0]
        text = self._texts.get(language, {}).get(wish) or self._texts["en"][wish]
        contact = self._owner.contact or contact
        if not contact:
            text = _WITH_CONTACT.sub("", text)
        filled = {"owner": self.who(campaign), "contact": contact}
        return _HOLE.sub(lambda hole: filled[hole[1]], text)
