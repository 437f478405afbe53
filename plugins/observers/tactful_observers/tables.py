"""Reads the tables that ship with the observers: codes of providers, and mailboxes of providers."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

Effect = Literal["flag", "slow", "watch", "filter"]


class Code(msgspec.Struct, frozen=True):
    """What a provider's code says of a sender; it takes `least` of them, in `hours` each."""

    media: frozenset[str]
    effect: Effect
    means: str
    hours: int = 24
    least: int = 1


class Provider(msgspec.Struct, frozen=True):
    """A provider of mailboxes: the domains of its addresses, and how many mails make bulk."""

    name: str
    domains: frozenset[str]
    per_day: int | None = None


@cache
def codes(medium: str) -> dict[str, Code]:
    """Return the codes that matter for a medium."""
    table = msgspec.convert(_table("codes.toml"), dict[str, Code])
    return {name: code for name, code in table.items() if medium in code.media}


@cache
def providers() -> dict[str, Provider]:
    """Return the providers of mailboxes, by the word that stands for each in gauges."""
    return msgspec.convert(_table("providers.toml"), dict[str, Provider])


def provider_of(domain: str) -> str:
    """Return the word of the provider whose mailboxes have a domain; "" for any other."""
    return _by_domain().get(domain, "")


@cache
def _by_domain() -> dict[str, str]:
    return {domain: word for word, one in providers().items() for domain in one.domains}


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))
