"""The filters of message texts: what each does and takes. What they give stands in the graph."""

from typing import Literal, NamedTuple

Takes = Literal["nothing", "a text", "a whole number"]


class FilterRule(NamedTuple):
    """What a filter does, in words, and what it takes in brackets; `needed`: never without it.

    `shown` is an example: a value, and what the filter makes of it for a reader in Dublin.
    """

    does: str
    takes: Takes = "nothing"
    needed: bool = False
    shown: tuple[str, str] = ("", "")

    @property
    def most(self) -> int:
        """How many values it takes at most."""
        return 0 if self.takes == "nothing" else 1

    @property
    def least(self) -> int:
        """How many values it takes at least."""
        return int(self.needed)


FILTERS: dict[str, FilterRule] = {
    "or": FilterRule("this text, when the value is missing", "a text", needed=True),
    "upper": FilterRule("capitals", shown=("Ana", "ANA")),
    "lower": FilterRule("small letters", shown=("Ana", "ana")),
    "title": FilterRule("a capital for each word", shown=("ana o'neill", "Ana O'neill")),
    "money": FilterRule(
        "an amount, as the reader writes it; without a currency, with two decimals",
        shown=("42.50 EUR", "€42.50"),
    ),
    "number": FilterRule(
        "a number, as the reader writes it, with at most two decimals, or with so many",
        "a whole number",
        shown=("1234.5", "1,234.5"),
    ),
    "day": FilterRule(
        "the day of the week and the date; the year only when it is another and far away",
        shown=("2026-12-09", "Wednesday 9 December"),
    ),
    "clock": FilterRule(
        "the time of day in the reader's zone, on 12 or 24 hours",
        shown=("2026-12-09T15:30:00Z", "15:30"),
    ),
    "day_and_clock": FilterRule(
        "both; of a day, the day alone",
        shown=("2026-12-09T15:30:00Z", "Wednesday 9 December, 15:30"),
    ),
    "date": FilterRule("the date with its year, in short", shown=("2026-12-09", "9 Dec 2026")),
    "count": FilterRule("how many entries a list has", shown=("tea, milk", "2")),
    "first": FilterRule("the first entry of a list", shown=("tea, milk", "tea")),
    "last": FilterRule("the last entry of a list", shown=("tea, milk", "milk")),
    "join": FilterRule(
        "the entries of a list with commas between, or with this text", "a text",
        shown=("tea; milk", "tea, milk"),
    ),
    "bullets": FilterRule(
        "the entries of a list, each on a line of its own, or each as this text says",
        "a text",
        shown=("tea, milk", "- tea\n- milk"),
    ),
}  # fmt: skip
"""Every filter by its name. A list is a text whose entries stand between commas or semicolons."""
