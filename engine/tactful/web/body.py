"""Reads the body of a request, up to a limit."""

from collections.abc import Mapping

from starlette.types import Receive


class TooLarge(Exception):
    """The body is larger than what is taken."""


async def read_body(receive: Receive, headers: Mapping[str, str], most: int) -> bytes:
    """Return the body of a request; `headers` have small names.

    Raises `TooLarge` for more than `most` bytes, as soon as that is known, and `ConnectionError`
    when the sender goes away before its end.
    """
    told = headers.get("content-length", "")
    if told.isdigit() and int(told) > most:
        raise TooLarge(f"more than {most:,} bytes are not taken")
    pieces: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ConnectionError("the sender went away")
        piece = event.get("body", b"")
        size += len(piece)
        if size > most:
            raise TooLarge(f"more than {most:,} bytes are not taken")
        pieces.append(piece)
        if not event.get("more_body", False):
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)
