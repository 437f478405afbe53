"""What Twilio's error codes mean for us; the codes themselves stand in `errors.toml`."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from tactful.values import MINUTE, Duration, Span

Class = Literal["permanent", "configuration", "transient", "limit", "in doubt", "reputation"]

_CLASSES: dict[str, Class] = {
    "P": "permanent",
    "C": "configuration",
    "T": "transient",
    "L": "limit",
    "D": "in doubt",
    "R": "reputation",
}
PACIFIC_MIDNIGHT = "pacific midnight"
_FIRST_WAIT = 1 * MINUTE
_TRIES = 2


class ErrorCode(msgspec.Struct, frozen=True):
    """One error code. The first of its `classes` decides what becomes of a refused message.

    `gone`: the address gets nothing more on this channel. `wait` is when to try again, None for the
    next midnight of the US Pacific coast; `tries` is how often.
    """

    code: int
    classes: tuple[Class, ...]
    meaning: str
    action: str
    gone: bool = False
    wait: Span | None = _FIRST_WAIT
    tries: int = _TRIES

    @property
    def reason(self) -> str:
        """What is told of a message that ended with it."""
        return f"{self.meaning} (Twilio {self.code})"


class _Row(msgspec.Struct, frozen=True, rename={"class_": "class"}, forbid_unknown_fields=True):
    codes: tuple[int, ...]
    class_: str
    meaning: str
    action: str
    gone: bool = False
    wait: str = "1 minute"
    tries: int = _TRIES


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    error: tuple[_Row, ...]


@cache
def known_codes() -> dict[int, ErrorCode]:
    """Return every code that is known, by its number."""
    text = files(__package__).joinpath("errors.toml").read_text(encoding="utf-8")
    table = msgspec.convert(tomllib.loads(text), _Table)
    return {code: _code(code, row) for row in table.error for code in row.codes}


def explain(code: int) -> ErrorCode:
    """Return what is known of a code; of one that is not, that it may pass when tried again.

    Twilio adds codes without notice, and may give one cause another code.
    """
    unknown = ErrorCode(
        code,
        ("transient",),
        "Twilio gave a reason that we do not know",
        f"Look it up: https://www.twilio.com/docs/api/errors/{code}",
    )
    return known_codes().get(code, unknown)


def _code(code: int, row: _Row) -> ErrorCode:
    wait = None if row.wait == PACIFIC_MIDNIGHT else Duration.parse(row.wait).span
    classes = tuple(_CLASSES[letter] for letter in row.class_)
    return ErrorCode(code, classes, row.meaning, row.action, row.gone, wait, row.tries)
