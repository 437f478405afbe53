"""Single keys of a terminal, without a line to be ended."""

import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import anyio
from anyio import to_thread

if sys.platform != "win32":
    import termios
    import tty


@contextmanager
def single_keys() -> Iterator[bool]:
    """Have a terminal hand on each key at once, and not show it; say whether it does."""
    if sys.platform == "win32" or not sys.stdin.isatty():
        yield False
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield True
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


async def keys() -> AsyncIterator[str]:
    """Yield the keys as they are pressed; ends with the input."""
    descriptor = sys.stdin.fileno()
    while True:
        await anyio.wait_readable(descriptor)
        pressed = await to_thread.run_sync(os.read, descriptor, 64)
        if not pressed:
            return
        for key in pressed.decode(errors="ignore"):
            yield key
