"""Sends one message by a channel, as a test that looks at what arrives wants to."""

from typing import Any

import anyio

from tactful.runtime.ports import Message


def send(channel: Any, message: Message) -> Any:
    """Send a message, close the channel, and return the outcome."""

    async def one() -> Any:
        try:
            return await channel.send(message)
        finally:
            await channel.aclose()

    return anyio.run(one)
