"""Message texts with `{{ name | filter(…) }}` in them: data, no logic.

Names and filters are checked when a flow is checked, so a text that compiled can be filled in.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from tactful.language.diagnostics import Diagnostic, Span
from tactful.language.tokens import Token

LONGEST = 100_000
"""No text may have more signs than this; policies look at no more either."""


class FilterRule(NamedTuple):
    """What a filter takes: between `least` and `most` values in brackets."""

    least: int = 0
    most: int = 0


FILTERS: dict[str, FilterRule] = {
    "or": FilterRule(1, 1),
    "upper": FilterRule(),
    "lower": FilterRule(),
    "title": FilterRule(),
    "number": FilterRule(),
    "count": FilterRule(),
    "first": FilterRule(),
    "last": FilterRule(),
    "join": FilterRule(0, 1),
}
LATER_FILTERS = ("money", "day", "clock", "day_and_clock", "date", "bullets")


@dataclass(frozen=True, slots=True)
class Filter:
    """One change to a value before it is put into a text: `or("customer")`."""

    name: str
    args: tuple[str, ...] = ()
    span: Span = field(default=Span(0, 0, 0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a text where a value is put in."""

    name: str
    filters: tuple[Filter, ...] = ()
    span: Span = field(default=Span(0, 0, 0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Template:
    """A text: pieces as written, and slots."""

    parts: tuple[str | Slot, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots, in the order they stand in the text."""
        return tuple(part for part in self.parts if isinstance(part, Slot))


def read_template(token: Token) -> tuple[Template, list[Diagnostic]]:
    return Template((token.text,)), []
