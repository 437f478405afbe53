"""A hash of an audience as it was read, so that a plan is good for these people only."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator

import msgspec

from tactful.runtime.audience.recipients import OutRow, Recipient

_encode = msgspec.json.Encoder(order="sorted").encode


class SeenRows:
    """Passes rows on, and hashes all that is in them."""

    def __init__(self, rows: AsyncIterable[Recipient | OutRow]) -> None:
        self._rows = rows
        self._hash = hashlib.sha256()

    async def __aiter__(self) -> AsyncIterator[Recipient | OutRow]:
        async for row in self._rows:
            self._hash.update(_encode(row))
            self._hash.update(b"\n")
            yield row

    @property
    def digest(self) -> str:
        """The hash of the rows so far."""
        return self._hash.hexdigest()[:16]


async def digest_of(rows: AsyncIterable[Recipient | OutRow]) -> str:
    """Read an audience to its end, and return its hash."""
    seen = SeenRows(rows)
    async for _ in seen:
        pass
    return seen.digest
