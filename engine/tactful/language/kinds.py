"""Kinds of values: each says what it expects, shows an example, and reads itself off a line.

A plugin makes a kind of its own by deriving from `Kind`.
"""

import re
from abc import ABC, abstractmethod
from decimal import Decimal
from typing import Any, ClassVar

import msgspec

from tactful.language.bare_texts import bare_text
from tactful.language.operands import (
    Constant,
    Moment,
    Ref,
    is_moment,
    read_moment,
    read_pattern,
    read_quantity,
    read_word,
)
from tactful.language.reading import Cursor, Wrong
from tactful.language.suggest import nearest
from tactful.language.templates import Template, read_template
from tactful.language.tokens import (
    Item,
    Token,
    bare_of_quotes,
    content_of,
    first_of,
    last_of,
    tokens_of,
)
from tactful.language.zones import zone_named

SetValue = Template | Constant | Ref | Moment
"""What `set NAME to VALUE` remembers."""


class Range(msgspec.Struct, frozen=True):
    """Whole numbers from `low` to `high`, both included."""

    low: int
    high: int


class Kind(ABC):
    """A kind of value. `says` and `example` go into messages."""

    says: ClassVar[str] = "a value"
    example: ClassVar[str] = '"…"'

    @abstractmethod
    def read(self, cursor: Cursor) -> Any:
        """Return the value that comes next and step over it. Raises `Wrong`."""

    def refuse(self, cursor: Cursor) -> Wrong:
        """Return the mistake "something else stands here"."""
        item = cursor.peek()
        written = first_of(item).text if item else ""
        shown = f", not `{written.splitlines()[0]}`" if written else ""
        return Wrong(
            f"I expect {self.says} here{shown}",
            first_of(item) if item else None,
            upto=last_of(item) if item else None,
            help=(f"For example `{self.example}`.",),
        )


class Text(Kind):
    """A text in quotes, nothing filled in. Gives `str`."""

    says = "a text in quotes"
    example = '"…"'

    def read(self, cursor: Cursor) -> str:
        token = _quoted(self, cursor)
        text = content_of(token)
        if "{{" in text:
            raise Wrong("nothing can be filled in here", token, help=("Write the text itself.",))
        if not text.strip():
            raise Wrong("this text is empty", token)
        return text


class Message(Kind):
    """A text in quotes that may hold `{{ name }}`. Gives a `Template`."""

    says = "a text in quotes"
    example = '"Hello {{ first_name }}"'

    def read(self, cursor: Cursor) -> Template:
        template, mistakes = read_template(_quoted(self, cursor))
        cursor.noted += mistakes
        return template


def _quoted(kind: Kind, cursor: Cursor) -> Token:
    item = cursor.peek()
    token = cursor.token("STRING") or cursor.token("TEXT")
    if token:
        cursor.at += 1
        return token
    if item is None or cursor.token("OPEN_TEXT"):
        raise kind.refuse(cursor)
    raise bare_text(cursor, kind.example, fits_any_words=isinstance(kind, Message)) or (
        kind.refuse(cursor)
    )


class Name(Kind):
    """One word without quotes. Gives `str`."""

    says = "a name"
    example = "late_order"

    def read(self, cursor: Cursor) -> str:
        return read_name(self, cursor.peek(), cursor)


def read_name(kind: Kind, item: Item | None, cursor: Cursor) -> str:
    """Return the name that an item is, and step over it. Raises `Wrong`."""
    if isinstance(item, Token) and item.kind == "STRING":
        word = re.sub(r"\W+", "_", content_of(item).lower()).strip("_")
        raise Wrong(
            "a name is one word without quotes",
            item,
            replacement=word if re.match(r"[^\W\d_]", word) else None,
        )
    if not (isinstance(item, Token) and item.kind == "WORD"):
        raise kind.refuse(cursor)
    cursor.at += 1
    return item.text


class Column(Name):
    """The name of a column, or of something remembered; the name is checked. Gives `str`."""

    says = "the name of a column"
    example = "order_id"


class Names(Kind):
    """One or more names with commas. Gives `tuple[str, ...]`."""

    says = "one or more names"
    example = "vip, late_order"

    def read(self, cursor: Cursor) -> tuple[str, ...]:
        item = cursor.peek()
        if not isinstance(item, tuple):
            return (Name().read(cursor),)
        at = cursor.at
        names = tuple(read_name(self, token, cursor) for token in item)
        cursor.at = at + 1
        return names


class Words(Kind):
    """One or more texts in quotes, with commas. Gives `tuple[str, ...]`."""

    says = "one or more words in quotes"
    example = '"refund", "money back"'
    unquoted: ClassVar[str] = "put the person's words in quotes"

    def read(self, cursor: Cursor) -> tuple[str, ...]:
        item = cursor.peek()
        if item is None:
            raise self.refuse(cursor)
        for token in tokens_of(item):
            if token.text.lower() in ("yes", "no") and isinstance(item, tuple):
                told = f"`{token.text}` stands on a line of its own"
                raise Wrong(told, token, help=(f"Write a second line: `on reply {token.text}:`.",))
            if token.kind in ("WORD", "QUANTITY"):
                raise Wrong(
                    self.unquoted,
                    token,
                    replacement=f'"{token.text}"',
                    help=(f"For example `{self.example}`.",),
                )
            other = bare_of_quotes(token.text)
            if token.kind != "STRING" and other != token.text:
                raise Wrong(
                    'words stand in quotes like these: `"…"`', token, replacement=f'"{other}"'
                )
            if token.kind != "STRING" or not content_of(token).strip():
                raise self.refuse(cursor)
        cursor.at += 1
        return tuple(content_of(token).strip() for token in tokens_of(item))


class FileNames(Words):
    """One or more names of files in quotes, with commas. Gives `tuple[str, ...]`."""

    says = "one or more files in quotes"
    example = '"terms.pdf"'
    unquoted = "the name of a file stands in quotes"


class Keys(Kind):
    """One or more keys of a telephone, with commas. Gives `tuple[str, ...]`."""

    says = "a key from 0 to 9"
    example = "1"

    def read(self, cursor: Cursor) -> tuple[str, ...]:
        item = cursor.peek()
        if item is None:
            raise self.refuse(cursor)
        for token in tokens_of(item):
            if not re.fullmatch(r"[0-9]", token.text):
                bare = content_of(token).strip()
                raise Wrong(
                    f"I expect {self.says} here, not `{token.text}`",
                    token,
                    replacement=bare if re.fullmatch(r"[0-9]", bare) else None,
                    help=("One line can name several keys: `on pressed 1, 2`.",),
                )
        cursor.at += 1
        return tuple(token.text for token in tokens_of(item))


class Number(Kind):
    """A whole number. Gives `int`."""

    says = "a whole number"
    example = "3"

    def read(self, cursor: Cursor) -> int:
        token = cursor.token("QUANTITY")
        if not token or not re.fullmatch(r"[0-9]{1,9}", token.text):
            raise self.refuse(cursor)
        cursor.at += 1
        return int(token.text)


class Amount(Kind):
    """A number, with or without decimals. Gives `Decimal`."""

    says = "a number"
    example = "2.5"

    def read(self, cursor: Cursor) -> Decimal:
        token = cursor.token("QUANTITY")
        if not token or not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,9})?", token.text):
            raise self.refuse(cursor)
        cursor.at += 1
        return Decimal(token.text)


class Percent(Kind):
    """A share of a whole, above nothing and at most all, to a ten-thousandth. Gives `Decimal`."""

    says = "a percentage"
    example = "0.1%"

    def read(self, cursor: Cursor) -> Decimal:
        token = cursor.token("QUANTITY")
        if token and re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", token.text):
            raise Wrong("a percentage ends in `%`", token, replacement=f"{token.text}%")
        if not token or not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,4})?%", token.text):
            raise self.refuse(cursor)
        share = Decimal(token.text[:-1])
        if not 0 < share <= 100:
            raise Wrong("a share is above 0% and at most 100%", token)
        cursor.at += 1
        return share


class Count(Number):
    """How many times. Gives `int`, at least 1."""

    says = "how many times"
    example = "3 times"

    def read(self, cursor: Cursor) -> int:
        token = cursor.token()
        count = super().read(cursor)
        _ = cursor.skip("times") or cursor.skip("time")
        if not 1 <= count <= 1000:
            raise Wrong("this must be between 1 and 1000 times", token)
        return count


class Flag(Kind):
    """A word whose presence says yes. Gives `True`."""

    says = "nothing more"
    example = ""

    def read(self, cursor: Cursor) -> bool:
        return True


class Choice(Kind):
    """One of a few fixed words (or groups of words). Gives `str`."""

    def __init__(self, *options: str) -> None:
        self.options = options

    def read(self, cursor: Cursor) -> str:
        for option in sorted(self.options, key=len, reverse=True):
            if cursor.skip(option):
                return option
        said = cursor.word()
        if said in self.options:
            cursor.step(said)
            return said
        raise self.missed(cursor)

    def missed(self, cursor: Cursor) -> Wrong:
        """Return the mistake "none of the options stands here"."""
        said = cursor.word()
        listed = ", ".join(f"`{option}`" for option in self.options)
        token = cursor.token()
        return Wrong(
            f"I expect one of {listed} here" + (f", not `{token.text}`" if token else ""),
            token,
            replacement=nearest(said, self.options) if said else None,
        )


class Pattern(Kind):
    """A regular expression between slashes. Gives `str`, without the slashes."""

    says = "a pattern between slashes"
    example = "/refund|money/"

    def read(self, cursor: Cursor) -> str:
        token = cursor.token("REGEX")
        if not token:
            raise self.refuse(cursor)
        cursor.at += 1
        return read_pattern(token)


class NumberRange(Kind):
    """One whole number or two with `to` between them. Gives a `Range`."""

    says = "a number or a range"
    example = "1 to 5"

    def read(self, cursor: Cursor) -> Range:
        token = cursor.token()
        low = high = Number().read(cursor)
        if cursor.skip("to"):
            high = Number().read(cursor)
        if high < low:
            raise Wrong("this range ends before it begins", token)
        return Range(low, high)


class Plain(Kind):
    """A value just as written, to be read by whoever knows its type. Gives `str`."""

    says = "a value"
    example = "IE"

    def read(self, cursor: Cursor) -> str:
        token = cursor.token()
        if not token or token.kind not in ("WORD", "STRING", "QUANTITY"):
            raise self.refuse(cursor)
        cursor.at += 1
        return content_of(token)


class Value(Kind):
    """A text, number, amount of money, day, moment, yes or no, or a name. Gives a `SetValue`."""

    says = "a value"
    example = '"requested"'

    def read(self, cursor: Cursor) -> SetValue:
        token = cursor.token()
        if token and token.kind in ("STRING", "TEXT"):
            return Message().read(cursor)
        if token and token.kind == "WORD":
            value = read_word(token)
            cursor.step(token.text if isinstance(value, Ref) else token.text.lower())
            return value
        clock = cursor.token("QUANTITY", 1)
        if token and clock and is_moment(token, clock):
            return _moment(cursor, token, clock)
        if token and token.kind == "QUANTITY":
            unit = cursor.token("WORD", 1)
            cursor.at += 2 if unit else 1
            return read_quantity(token, unit)
        raise self.refuse(cursor)


def _moment(cursor: Cursor, day: Token, clock: Token) -> Constant:
    zone = cursor.token("WORD", 2)
    cursor.at += 2
    if zone is None or cursor.skip("recipient time"):
        return read_moment(day, clock)
    cursor.step(zone_named(zone))
    return read_moment(day, clock, zone)
