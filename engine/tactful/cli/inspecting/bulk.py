"""Reads one JSON object a line from stdin and writes one line for each, in order, as they come.

Nothing is gathered: a program may write a line and wait for its answer, and memory stays constant.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec

from tactful.cli.failure import WRONG
from tactful.cli.output import note
from tactful.errors import TactfulError

Asked = TypeVar("Asked", bound=msgspec.Struct)

_encode = msgspec.json.Encoder().encode


def answer_lines(kind: type[Asked], answer: Callable[[Asked], Any]) -> None:
    """Answer every line of stdin that is not empty; exit with 1 if one could not be read.

    A line that is no object of this kind is answered with its `error`, and the others go on.
    """
    out = sys.stdout.buffer
    decode = msgspec.json.Decoder(kind).decode
    unread: list[int] = []
    for number, line in _lines():
        try:
            said = answer(decode(line))
        except (msgspec.MsgspecError, UnicodeDecodeError, TactfulError) as error:
            unread.append(number)
            said = {"error": f"line {number}: {error}"}
        out.write(_encode(said) + b"\n")
        out.flush()
    if unread:
        first = f"line {unread[0]}" + (f" and {len(unread) - 1} more" if unread[1:] else "")
        note(f"{first} could not be read; see `error` in the answer")
        raise SystemExit(WRONG)


def _lines() -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if line.strip():
            yield number, line
