"""Brings what is heard of messages to the paces that they left by, when those heed it.

That of their lane, those beside it, and those of its sender and accounts. A throttle that
fails at it holds its own pace, and keeps the last state that was well.
"""

from collections.abc import Callable

import msgspec

from tactful.guard.pace import State
from tactful.guard.standing import SenderSignal
from tactful.runtime.active import Live
from tactful.runtime.faults import fault_of, storable
from tactful.runtime.lane import Lane
from tactful.runtime.opengroup import OpenGroup
from tactful.store.rows import SendRow
from tactful.values import Instant

_json = msgspec.json.Encoder()


def heed(
    group: OpenGroup,
    live: Live,
    row: SendRow,
    make: Callable[[], SenderSignal],
    now: Instant,
) -> None:
    """Tell the paces of a message what happened to it; `make` is asked when one of them listens."""
    lane = live.active.lane_of(row.channel, live.values)
    signal: SenderSignal | None = None
    for pace in (lane, *lane.beside, *live.active.sender_lanes.get(row.channel, ())):
        listens = getattr(pace.throttle, "heed", None)  # quicker than to ask for the protocol
        if listens is None or pace.row.problem:
            continue
        signal = signal or make()
        if _heard(pace, listens, signal, now):
            group.touch_lane(pace)


def _heard(
    pace: Lane, listens: Callable[[State, SenderSignal, Instant], State], signal: SenderSignal,
    now: Instant,
) -> bool:  # fmt: skip
    """Let one pace hear a signal; say whether that changed anything of it."""
    before, row = pace.state, pace.row
    try:
        state = listens(before, signal, now)
        _json.encode(state)
    except (Exception, SystemExit) as error:
        pace.hold(storable(f"the throttle `{row.strategy}` failed: {fault_of(error)}"))
    else:
        pace.state = state
    return pace.state is not before or pace.row is not row
