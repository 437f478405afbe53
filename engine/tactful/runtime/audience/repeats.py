"""What one reading of an audience leaves for the next: who was seen, what was told, what counts."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from tactful.graph.model import Audience
from tactful.journey.inputs import Value

MOST_TOLD = 100_000
"""So many rows that are out are remembered; of more, only their number is told."""

_BLOCK = 1 << 15
_MOMENTS = ("date", "time")

_encode = msgspec.json.Encoder(order="sorted").encode


def moments_of(audience: Audience, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values of a row that journeys under way take over: its dates and times."""
    names = [column.name for column in audience.columns if column.type in _MOMENTS]
    return {name: values[name] for name in names if name in values}


def digest_of(moments: Mapping[str, Value]) -> str:
    """Return what stands for these values; empty when there are none."""
    return hashlib.blake2b(_encode(moments), digest_size=8).hexdigest() if moments else ""


class Seen:
    """Journeys that one reading has come across: one bit each."""

    def __init__(self) -> None:
        self._blocks: dict[int, bytearray] = {}

    def is_first(self, journey: int) -> bool:
        """Note a journey, and say whether it was not noted before."""
        block = self._blocks.setdefault(journey // _BLOCK, bytearray(_BLOCK // 8))
        place, bit = divmod(journey % _BLOCK, 8)
        if block[place] & 1 << bit:
            return False
        block[place] |= 1 << bit
        return True


class Told:
    """Problems of rows that have been told, so that reading them again is no news.

    `complete` says that one reading has come to its end since the engine started.
    """

    def __init__(self) -> None:
        self.complete = False
        self._prints: set[bytes] = set()

    def is_news(self, *problem: Any) -> bool:
        """Note a problem, and say whether it was not noted before."""
        print_ = hashlib.blake2b(_encode(problem), digest_size=8).digest()
        if print_ in self._prints or len(self._prints) >= MOST_TOLD:
            return False
        self._prints.add(print_)
        return True
