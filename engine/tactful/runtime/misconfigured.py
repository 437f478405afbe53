"""Launches that a channel would refuse for everybody: they are paused before everybody has failed.

A channel that refuses a message for its configuration says that the others will fare no better.
Three people in a row must be refused so, because one whose messages alone are refused must change
nothing for the others (promise POISON).
"""

import msgspec

from tactful.guard.judge import Reason, Verdict
from tactful.journey.lifecycle import LAUNCH, move
from tactful.runtime.active import Active, Live
from tactful.runtime.ledger import confirms
from tactful.runtime.opengroup import OpenGroup
from tactful.store.rows import LaunchRow, SendRow
from tactful.values import Instant

_replace = msgspec.structs.replace

MOST_REFUSED = 3
"""So many people may be refused for the configuration of a channel before the launch is paused."""

SINCE_PAUSED = "refused for everybody, so the campaign is paused"


class Misconfigured:
    """Counts who is refused for the configuration, by launch and channel, and pauses launches.

    The counts are not kept: after a restart it takes as many people again.
    """

    def __init__(self, group: OpenGroup) -> None:
        self._group = group
        self._refused: dict[tuple[int, str], set[int]] = {}

    def works(self, live: Live, row: SendRow) -> None:
        """The channel has taken a message, so it is not misconfigured."""
        if self._refused:
            self._refused.pop((live.active.row.id, row.channel), None)

    def refused(self, live: Live, row: SendRow, reason: str, now: Instant) -> None:
        """A message was refused for the configuration; pause the launch if it was one too many."""
        active = live.active
        people = self._refused.setdefault((active.row.id, row.channel), set())
        people.add(live.id)
        if len(people) >= MOST_REFUSED and active.row.state in ("loading", "running"):
            self._pause(active, row.channel, reason, now)

    def _pause(self, active: Active, channel: str, reason: str, now: Instant) -> None:
        """Pause a launch that is refused for everybody."""
        self._forget(active)
        said = f"refused for everybody: {reason}"
        because = f"{channel} is {said}"
        pause_launch(self._group, active, because, now, by=channel, reason=said)

    def resumed(self, active: Active) -> None:
        """A person has mended the configuration, or says so: count anew."""
        self._forget(active)
        active.row = _replace(active.row, because="")

    def _forget(self, active: Active) -> None:
        for place in [place for place in self._refused if place[0] == active.row.id]:
            del self._refused[place]


def pause_launch(
    group: OpenGroup, active: Active, because: str, now: Instant, **told: object
) -> None:
    """Pause a launch for a reason of ours until a person resumes it; the log has what is `told`.

    One whose audience is still read is `paused` once all of it is in.
    """
    if active.row.is_held:
        return
    active.row = paused_when_loaded(_replace(active.row, because=because))
    group.rows.launches[active.row.id] = active.row
    for lanes in active.lanes.values():
        for lane in lanes:
            lane.paused = True
    group.log_launch(active, "held", now, **told)


def paused_when_loaded(row: LaunchRow) -> LaunchRow:
    """Return a launch as paused, if it is to be and its audience is in."""
    if row.state != "running" or not row.because:
        return row
    return _replace(row, state=move(LAUNCH, row.state, "pause"))


def held_back(active: Active, row: SendRow) -> Verdict | None:
    """Return that a permitted message waits after all, if its launch was paused by a refusal.

    It has not left, so it need not fail as those before it. Pauses that people ask for let go what
    is permitted.
    """
    if not active.row.is_held or confirms(row):
        return None
    return Verdict("hold", (Reason(row.channel, "configuration", SINCE_PAUSED),))
