"""What goes wrong inside a plugin's own code, told apart from what happens to us."""

import math
import re

import anyio
from msgspec.structs import replace

from tactful.runtime.ports import Accepted, Refused, Retry, SendOutcome, Unknown

_NOT_KEPT = re.compile("[\x00\ud800-\udfff]")

LONGEST = 500
"""How many characters of a fault are kept: a plugin may raise with a whole page in its hand."""


def fault_of(error: BaseException) -> str:
    """Say what a plugin's code raised. What is not its own doing is raised again.

    To be called where the error is caught, in the task that was running the plugin. A plugin may
    end the program, or lose a cancellation of its own making, as little as it may raise.
    """
    if isinstance(error, Exception):
        return storable(f"{type(error).__name__}: {_words(error)}")
    if isinstance(error, SystemExit):
        return "it tried to end the program"
    ours = anyio.current_effective_deadline() == -math.inf
    if isinstance(error, anyio.get_cancelled_exc_class()) and not ours:
        return "it was cancelled from within"
    raise error


def sound(outcome: object) -> SendOutcome | None:
    """Return what a channel answered as it can be kept; None when it is no outcome."""
    match outcome:
        case Accepted(id=str(id), delivered=bool(delivered)):
            return Accepted(storable(id), delivered)
        case Refused(reason=str(reason)) | Unknown(reason=str(reason)):
            return replace(outcome, reason=storable(reason))
        case Retry(after=int(after), reason=str(reason)):
            return Retry(after, storable(reason))
    return None


def storable(text: str) -> str:
    """Return what a plugin says as a store can keep it, and not too long."""
    return kept(text[:LONGEST])


def kept(text: str) -> str:
    """Return a text as a store can keep it: strangers may send NUL and halves of characters."""
    return _NOT_KEPT.sub("\ufffd", text)


def _words(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # even that may be broken
        return "it cannot say what is wrong"
