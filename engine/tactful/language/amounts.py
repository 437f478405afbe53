"""Which currency a file means where it says none: its budget's, or the one of all its amounts."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tactful.language.conditions import And, Compare, Condition, Not, Or
from tactful.language.diagnostics import Span
from tactful.language.operands import Constant
from tactful.language.tree import Node
from tactful.language.words.audience import ColumnIs
from tactful.values import Money

BUDGET = "budget"
"""The phrase of the setting whose currency counts before all others."""


class InCurrency(NamedTuple):
    """A currency that a file names, and where."""

    currency: str
    span: Span


def currency_of(nodes: Iterable[Node]) -> str | None:
    """Return the currency of amounts that name none; None when the file leaves it open."""
    named = currencies_of(nodes)
    return next(iter(named)) if len(named) == 1 else None


def currencies_of(nodes: Iterable[Node]) -> dict[str, InCurrency]:
    """Return the currencies that amounts without one may be in, each with the first place."""
    found: dict[str, InCurrency] = {}
    for top in nodes:
        for node in top.walk():
            for named in _named(node):
                if node.word.phrase == BUDGET:
                    return {named.currency: named}
                found.setdefault(named.currency, named)
    return found


def _named(node: Node) -> Iterator[InCurrency]:
    for name in type(node.word).model_fields:
        value = getattr(node.word, name)
        if isinstance(value, Constant):
            value = value.value
        if isinstance(value, Money):
            yield InCurrency(value.currency, node.spans.get(name, node.span))
    if isinstance(node.word, ColumnIs) and node.word.type == "money":
        default = node.word.default or ""
        for currency, name in ((node.word.in_, "in_"), (default.partition(" ")[2], "default")):
            if currency:
                yield InCurrency(currency, node.spans[name])
    if node.condition is not None:
        yield from _compared(node.condition)


def _compared(condition: Condition) -> Iterator[InCurrency]:
    match condition:
        case Or(parts) | And(parts):
            for part in parts:
                yield from _compared(part)
        case Not(part):
            yield from _compared(part)
        case Compare(rights=rights):
            for right in rights:
                if isinstance(right, Constant) and isinstance(right.value, Money):
                    yield InCurrency(right.value.currency, right.span)
