"""The one place where an event loop is started."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

from tactful.runtime.tuning import tune

T = TypeVar("T")


def run_async(function: Callable[[], Awaitable[T]]) -> T:
    """Run an async function to its end, on asyncio, in a process tuned for the engine."""
    tune()
    return anyio.run(function, backend="asyncio")
