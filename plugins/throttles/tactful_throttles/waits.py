"""Joins the waits of several rules that must all let a send go."""

from tactful.guard.pace import Wait
from tactful.values import Instant


def at_latest(waits: list[Wait]) -> Wait:
    """Return the wait for the moment at which the last of these rules lets the send go.

    Each rule, once it would let a send go, goes on to until something else is sent. One that waits
    for an end cannot tell when, and then nobody can.
    """
    moments: list[Instant] = []
    for wait in waits:
        if wait.until is None:
            return wait
        moments.append(wait.until)
    return Wait(max(moments))
