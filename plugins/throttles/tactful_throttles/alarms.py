"""Tells which signals of providers and people are alarms, to which a pace listens."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import get_args

from msgspec import Struct, convert

from tactful.errors import ValueUnreadable
from tactful.guard.standing import SenderSignal, SignalKind

DEFAULT = ("limit", "reputation", "complaint")
"""What a pace listens to when nothing else is said."""


class Alarms(Struct, frozen=True):
    """The kinds of signals, and the codes of providers, that are alarms."""

    kinds: frozenset[str]
    codes: frozenset[str]

    def include(self, signal: SenderSignal) -> bool:
        """Whether a signal is one of them."""
        return signal.kind in self.kinds or signal.code in self.codes


class _Group(Struct, frozen=True, forbid_unknown_fields=True):
    codes: tuple[str, ...]
    sources: tuple[str, ...]


@cache
def groups() -> dict[str, frozenset[str]]:
    """Return the codes of each group in `signals.toml`."""
    text = files(__package__).joinpath("signals.toml").read_text("utf-8")
    read = convert(tomllib.loads(text), dict[str, _Group])
    return {name: frozenset(group.codes) for name, group in read.items()}


def alarms(names: tuple[str, ...] = DEFAULT) -> Alarms:
    """Return the alarms of these names: groups of codes, kinds of signals, or single codes.

    Raises `ValueUnreadable` for a name that is none of them.
    """
    kinds, codes = set[str](), set[str]()
    for name in names:
        if name in groups():
            codes |= groups()[name]
        elif name in get_args(SignalKind):
            kinds.add(name)
        elif any(letter.isdigit() for letter in name):
            codes.add(name)
        else:
            known = ", ".join([*groups(), *get_args(SignalKind)])
            raise ValueUnreadable(
                f"`{name}` is no signal", help=f"Write a provider's code, or one of {known}."
            )
    return Alarms(frozenset(kinds), frozenset(codes))
