"""The audience `jsonl`: recipients from a file with one JSON object on each line."""

from collections.abc import Iterable

from tactful.plugins import hookimpl
from tactful_jsonl.audience import JsonlAudience
from tactful_jsonl.cells import Uneven, cells_of

__all__ = ["JsonlAudience", "Uneven", "cells_of"]


@hookimpl
def tactful_audiences() -> Iterable[JsonlAudience]:
    """Supply the reader of JSON lines."""
    return (JsonlAudience(),)
