"""Reads amounts of money: `€42.50`, `42,50 €`, `EUR 42.50`, `US$ 5`, `1 234,50`."""

import re

from tactful.currencies import CURRENCIES, DECIMALS, SIGNS
from tactful.errors import ValueUnreadable
from tactful.runtime.audience.cells.numbers import Point, plain_number

_AMOUNT = re.compile(
    r"(?P<minus>[+\-−(]?)\s*(?P<before>[^\d+\-−.,\s()][^\d+\-−()]*?)?\s*"
    r"(?P<number>[+\-−]?[\d.,'’ \u00a0\u2009\u202f]*\d)(?:[.,][-–—]{1,2})?"
    r"\s*(?P<after>[^\d\s+\-−()][^\d+\-−()]*?)?\s*(?P<end>[\-−)]?)"
)
_EXAMPLE = "Write for example 42.50 EUR."


def read_money(text: str, currency: str | None, point: Point | None = None) -> str:
    """Read an amount; without a currency of its own it has `currency`, if there is one.

    Gives `42.50 EUR`, or `42.50` without a currency. `point` is the mark with which its column
    begins decimals. Raises `ValueUnreadable`.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        raise ValueUnreadable("it is not an amount of money", help=_EXAMPLE)
    minus, before, number, after, end = found.group("minus", "before", "number", "after", "end")
    if (minus == "(") != (end == ")"):
        raise ValueUnreadable("it is not an amount of money", help=_EXAMPLE)
    named = {_currency(word.strip(), currency) for word in (before, after) if word}
    if len(named) > 1:
        raise ValueUnreadable("it names two currencies", help=_EXAMPLE)
    own = next(iter(named), currency)
    amount = plain_number(number.strip(), point, dot_in_doubt=DECIMALS.get(own or "", 2) != 3)
    signs = f"{minus}{number[:1]}{end}".translate(str.maketrans("−(", "--", ")"))
    if signs.count("-") > 1:
        raise ValueUnreadable("it has more than one minus", help=_EXAMPLE)
    if "-" in f"{minus}{end}".translate(str.maketrans("−(", "--", ")")):
        amount = f"-{amount}"
    return f"{_padded(amount, own)} {own}" if own else _padded(amount, own)


def _currency(word: str, expected: str | None) -> str:
    """Return the currency that a sign or code means. Raises `ValueUnreadable`."""
    if word.upper() in CURRENCIES:
        return word.upper()
    meant = SIGNS.get(word.lower(), ())
    if expected in meant and expected:
        return expected
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise ValueUnreadable("it is not an amount of money", help=_EXAMPLE)
    some = ", ".join(meant[:3])
    raise ValueUnreadable(
        f"`{word}` may mean more than one currency ({some} …)",
        help=f"Write for example 42.50 {meant[0]}, or say `in {meant[0]}` in the flow.",
    )


def _padded(amount: str, currency: str | None) -> str:
    """Return an amount that has decimals with as many as its currency counts."""
    whole, point, rest = amount.partition(".")
    return f"{whole}.{rest:0<{DECIMALS.get(currency or '', 2)}}" if point else amount
