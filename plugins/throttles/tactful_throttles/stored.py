"""Reads the states of this plugin's throttles out of a store."""

from typing import Any, TypeVar

import msgspec

from tactful.errors import StoreInvalid

S = TypeVar("S")

VERSION = 1
"""The version of every state here. When one changes, `read` must still read the older ones."""


def read(text: bytes, kind: type[S]) -> S:
    """Read a stored state of a kind. Raises `StoreInvalid`, also when a newer version wrote it."""
    try:
        state = msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreInvalid(f"the state of a pace cannot be read: {error}") from error
    version: Any = getattr(state, "version", None)
    if not 1 <= version <= VERSION:
        raise StoreInvalid(
            f"the state of a pace has version {version}, this tactful-throttles reads {VERSION}",
            help="Use the tactful-throttles that wrote this store, or a newer one.",
        )
    return state
