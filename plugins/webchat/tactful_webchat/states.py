"""The life of one message of ours on its way to a visitor: one table of moves."""

from typing import Literal

State = Literal["waiting", "received", "seen", "expired", "muted"]

OPEN: tuple[State, ...] = ("waiting", "received")
"""It may still be shown."""

# A page that has shown a message in time may be able to say so only later: `expired` → `seen`.
MOVES: frozenset[tuple[State, State]] = frozenset(
    {
        ("waiting", "received"),
        ("waiting", "seen"),
        ("waiting", "expired"),
        ("waiting", "muted"),
        ("received", "seen"),
        ("received", "expired"),
        ("received", "muted"),
        ("expired", "seen"),
        ("muted", "seen"),
    }
)


def may_become(state: State, new: State) -> bool:
    """Return whether a message may move so; a repeated report moves nothing."""
    return (state, new) in MOVES
