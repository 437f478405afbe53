"""Kinds of values that only scenarios have: moments of a test, cells of a row, and what holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from tactful.language.clocks import Clock, Zone
from tactful.language.conditions import Condition, read_condition
from tactful.language.kinds import Kind
from tactful.language.operands import Constant, read_quantity
from tactful.language.reading import Cursor, Wrong
from tactful.language.suggest import nearest
from tactful.language.tokens import Item, Token, as_written, content_of, tokens_of

MISSING = "missing"
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}")


@dataclass(frozen=True, slots=True)
class Occasion:
    """A minute: of one `day`, or of whichever comes first; in `zone`, or on the person's clock."""

    at: time
    day: date | None = None
    zone: str | None = None

    def __str__(self) -> str:
        day = f"{self.day} " if self.day else ""
        return f"{day}{self.at:%H:%M}{f' {self.zone}' if self.zone else ''}"


class OccasionKind(Kind):
    """A time of day, with or without its day. Gives an `Occasion`."""

    says = "a time of day, or a day and a time"
    example = "2026-12-02 08:00"
    needs_day = False

    def read(self, cursor: Cursor) -> Occasion:
        token = cursor.token("QUANTITY")
        if token is None:
            raise self.refuse(cursor)
        day = self._day(cursor, token)
        if day is None and self.needs_day:
            raise Wrong(
                f"`{token.text}` of which day?", token, help=(f"For example `{self.example}`.",)
            )
        if day is not None and cursor.token("QUANTITY") is None:
            raise Wrong(f"{day} at what time?", token, help=(f"For example `{day} 09:00`.",))
        at = Clock().read(cursor)
        return Occasion(at, day, self._zone(cursor))

    @staticmethod
    def _day(cursor: Cursor, token: Token) -> date | None:
        if not _DAY.fullmatch(token.text):
            return None
        constant = read_quantity(token)  # tells days that there are not, or that read two ways
        cursor.at += 1
        return constant.value if isinstance(constant, Constant) else None  # type: ignore[return-value]

    @staticmethod
    def _zone(cursor: Cursor) -> str | None:
        token = cursor.token("WORD")
        if token is None or ("/" not in token.text and token.text != "UTC"):
            return None
        return Zone().read(cursor)


class MomentKind(OccasionKind):
    """A day and a time of day. Gives an `Occasion` with its day."""

    says = "a day and a time"
    example = "2026-12-01 09:00"
    needs_day = True


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell of a row holds. `quoted`: it was written as a text."""

    text: str
    quoted: bool = False


class CellKind(Kind):
    """Anything a cell may hold: a text in quotes, a number, a day, a word. Gives a `Cell`."""

    says = "a value"
    example = "42"

    def read(self, cursor: Cursor) -> Cell:
        items = cursor.items[cursor.at :]
        if not items:
            raise self.refuse(cursor)
        tokens = [token for item in items for token in tokens_of(item)]
        if len(tokens) > len(items):
            raise Wrong("one line gives one value", tokens[0], upto=tokens[-1], help=_ONE_VALUE)
        texts = [token for token in tokens if token.kind in ("STRING", "TEXT", "OPEN_TEXT")]
        if texts and len(tokens) > 1:
            extra = tokens[1] if texts[0] is tokens[0] else tokens[0]
            raise Wrong("one line gives one value", extra, help=_ONE_VALUE)
        cursor.at = len(cursor.items)
        if texts:
            return Cell(content_of(texts[0]), quoted=True)
        written = as_written(tokens)
        return Cell("" if written.lower() == MISSING else written)


_ONE_VALUE = ("Write one column and its value on each line; a text stands in quotes.",)


class TelephoneKey(Kind):
    """One key of a telephone. Gives `str`."""

    says = "a key from 0 to 9"
    example = "1"

    def read(self, cursor: Cursor) -> str:
        token = cursor.token("QUANTITY")
        if token is None or not re.fullmatch(r"[0-9]", token.text):
            raise self.refuse(cursor)
        cursor.at += 1
        return token.text


class Test(Kind):
    """A condition. Gives a `Condition`."""

    says = "what to expect: a message, a tag, a stage, the end, or a condition"
    example = 'status is "open"'

    def read(self, cursor: Cursor) -> Condition:
        items = cursor.items[cursor.at :]
        end = next((at for at, item in enumerate(items) if _is_within(item)), len(items))
        tokens = _flat(items[:end])
        if not tokens:
            raise self.refuse(cursor)
        cursor.at += end
        try:
            return read_condition(tokens, tokens[0])
        except Wrong as wrong:
            if len(tokens) > 1 and tokens[1].text.lower() in ("containing", "exactly", "at"):
                raise _no_channel(tokens[0]) from None
            raise wrong


def _no_channel(token: Token) -> Wrong:
    return Wrong(
        f"there is no channel `{token.text}` to expect anything on",
        token,
        replacement=nearest(token.text, ("sms", "mms", "email", "voice", "chat")),
        help=("For example `expect sms`, or `expect no email`.",),
    )


def _is_within(item: Item) -> bool:
    return isinstance(item, Token) and item.kind == "WORD" and item.text.lower() == "within"


def _flat(items: Sequence[Item]) -> list[Token]:
    """Return the tokens one after the other, the commas of lists put back."""
    flat: list[Token] = []
    for item in items:
        for number, token in enumerate(tokens_of(item)):
            if number:
                flat.append(Token("COMMA", ",", token.line, token.column, token.column))
            flat.append(token)
    return flat
