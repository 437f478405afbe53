"""Brings what is heard of messages to the paces that they left by, when those heed it.

A throttle that fails at it holds its lane and no other, and keeps the last state that was well.
"""

from collections.abc import Callable

import msgspec

from tactful.guard.pace import State
from tactful.guard.standing import SenderSignal
from tactful.runtime.active import Live
from tactful.runtime.faults import fault_of, storable
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
    """Tell the pace of a message what happened to it; `make` is asked when somebody listens."""
    lane = live.active.lane_of(row.channel, live.values)
    listens: Callable[[State, SenderSignal, Instant], State] | None
    listens = getattr(lane.throttle, "heed", None)
    if listens is None or lane.row.problem:
        return
    try:
        state = listens(lane.state, make(), now)
        _json.encode(state)
    except (Exception, SystemExit) as error:
        lane.hold(storable(f"the throttle `{lane.row.strategy}` failed: {fault_of(error)}"))
    else:
        if state is lane.state:
            return
        lane.state = state
    group.touch_lane(lane)
