"""Tells which plugin everybody is waiting for, when one takes long to load.

It cannot be cut off: code that hangs in an import or a hook runs in our own thread.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 5.0

_logger = logging.getLogger("tactful.plugins")


@contextmanager
def told_when_slow(plugin: str, seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Say in the log of the process which plugin is loading, once that has taken so long."""
    timer = threading.Timer(seconds, _tell, [plugin])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _tell(plugin: str) -> None:
    _logger.warning(
        "still waiting for the plugin `%s` to load. To go without it, stop, and write "
        '[plugins] block = ["%s"] in tactful.toml.',
        plugin,
        plugin,
    )
