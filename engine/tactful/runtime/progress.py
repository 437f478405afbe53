"""How a launch stands, for people who look on while it runs or come back later."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from tactful.guard.pace import WindowThrottle
from tactful.runtime.active import Active
from tactful.runtime.lane import Lane
from tactful.store.contract import Counts
from tactful.store.rows import LaunchRow
from tactful.values import Instant


class Progress(Struct, frozen=True):
    """Counts of a launch: journeys under way (`live`) and ended, by state; sends by how they stand.

    `waiting` sends wait for their turn, hours or a retry. `next_permit` is when the next one in a
    pace may leave, `finish` when the last that waits there now may; None: nothing waits there.
    `next_read` is when the audience is read again, if it is; `audience_problem` says why that
    failed last.
    `at` is the engine's time of this look; None: nobody runs it. `starts_at` is when the audience
    will be read; None: it has been. `because` says why the engine itself has paused it, if it has.
    """

    launch: str
    state: str
    rows: int
    live: int
    ended: Mapping[str, int]
    sent: int
    delivered: int
    waiting: int
    sending: int
    answered: int
    refused: int
    failed: int
    in_doubt: int
    next_permit: Instant | None = None
    finish: Instant | None = None
    next_read: Instant | None = None
    audience_problem: str = ""
    at: Instant | None = None
    starts_at: Instant | None = None
    because: str = ""


_SENT = (
    "accepted", "delivered", "undelivered", "failed", "no answer", "voicemail", "bounced",
)  # fmt: skip


def progress_by(launch: LaunchRow, counts: Counts) -> Progress:
    """Return how a launch stands by what its store says."""
    sends: dict[str, int] = {}
    for some in counts.sends.values():
        for state, number in some.items():
            sends[state] = sends.get(state, 0) + number
    ended = {state: number for state, number in counts.journeys.items() if state != "live"}
    return _progress(launch, counts.journeys.get("live", 0), ended, sends, counts.answered)


def progress_of(active: Active, now: Instant) -> Progress:
    """Return how a running launch stands, with what its paces foretell."""
    progress = _progress(
        active.row, active.journeys, dict(active.ends), active.tally, active.answered
    )
    waiting = [lane for lanes in active.lanes.values() for lane in lanes if lane.waits]
    return replace(
        progress,
        at=now,
        next_permit=min((max(lane.wake or now, now) for lane in waiting), default=None),
        finish=max((_last_turn(lane, now) for lane in waiting), default=None),
        next_read=active.next_read,
    )


def _progress(
    launch: LaunchRow,
    live: int,
    ended: Mapping[str, int],
    sends: Mapping[str, int],
    answered: int,
) -> Progress:
    def of(*states: str) -> int:
        return sum(sends.get(state, 0) for state in states)

    return Progress(
        launch=launch.name,
        state=launch.state,
        rows=launch.rows,
        live=live,
        ended={state: number for state, number in ended.items() if number},
        sent=of(*_SENT),
        delivered=of("delivered"),
        waiting=of("queued"),
        sending=of("sending"),
        answered=answered,
        refused=of("refused", "expired"),
        failed=of("rejected", "failed", "undelivered", "no answer", "bounced"),
        in_doubt=of("in doubt"),
        audience_problem=launch.audience_problem,
        starts_at=launch.starts_at if launch.state == "loading" and not launch.rows else None,
        because=launch.because if launch.is_held else "",
    )


def _last_turn(lane: Lane, now: Instant) -> Instant:
    """Return when the last one who waits in a lane may leave, if nothing else comes."""
    first = max(lane.wake or now, lane.closed_until or now, now)
    ends = [first]
    for pace in dict.fromkeys((lane, *lane.beside, *lane.shares)):
        if isinstance(pace.throttle, WindowThrottle):
            rounds = (lane.waits - 1) // pace.throttle.count
            ends.append(first + rounds * pace.throttle.period)
    return max(ends)
