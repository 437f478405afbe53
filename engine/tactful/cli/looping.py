"""The one place where an event loop is started."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

T = TypeVar("T")


def run_async(function: Callable[[], Awaitable[T]]) -> T:
    """Run an async function to its end, on asyncio, and return its result."""
    return anyio.run(function, backend="asyncio")
