"""Puts neutral facts where a flow fills something in later, so that it reads like a message."""

import re

from msgspec import Struct

_BLANK = re.compile(r"\{\{[^{}]{0,500}\}\}(?=(\s?%)?)")
_AMOUNT = re.compile(r"\|\s*money\b")


class Filled(Struct, frozen=True):
    """A text of a flow with neutral facts in its blanks, each as long as the blank was."""

    text: str
    blanks: tuple[tuple[int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return a place with the blanks that it touches in full."""
        for first, last in self.blanks:
            if first < end and start < last:
                start, end = min(start, first), max(end, last)
        return start, end


def fill(text: str) -> Filled:
    """Put an amount where money is filled in, a number before `%`, and else a word."""
    blanks: list[tuple[int, int]] = []

    def fact(match: re.Match[str]) -> str:
        blanks.append(match.span())
        size = match.end() - match.start()
        if match[1] is not None:
            return "10".rjust(size)
        if _AMOUNT.search(match[0]):
            return "€10".ljust(size)
        return "x" * min(size, 50) + " " * max(0, size - 50)

    return Filled(_BLANK.sub(fact, text), tuple(blanks))
