"""Ctrl-C: the first one ends an engine cleanly, the second at once."""

import signal
from collections.abc import Callable

import anyio


async def watch_interrupts(stop: Callable[[], None]) -> None:
    """Call `stop` at the first SIGINT or SIGTERM, and raise `KeyboardInterrupt` at the second."""
    asked = False
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as received:
        async for _ in received:
            if asked:
                raise KeyboardInterrupt
            asked = True
            stop()
