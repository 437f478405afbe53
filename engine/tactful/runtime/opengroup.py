"""The open group: every change of this turn, which becomes durable together."""

from typing import Any

import msgspec

from tactful.journey.state import encode
from tactful.runtime.active import Active, Live
from tactful.runtime.lane import Lane
from tactful.store.contract import Group
from tactful.store.rows import EventRow, JourneyRow, SendRow
from tactful.values import Instant

_json = msgspec.json.Encoder()
_replace = msgspec.structs.replace

BEYOND_STEPS = -1
"""The `index` of ledger rows that no step of a flow asked for: answers to STOP, START and HELP, and
what a person at a desk wrote."""


class OpenGroup:
    """Collects rows, and writes journeys and lanes once, in their last form.

    `next_due` is the earliest moment at which something written so far is due; `seq` numbers the
    groups. `ended` holds launches of which something ended, so that a finished one is noticed.
    """

    def __init__(self) -> None:
        self.rows = Group()
        self.seq = 1
        self.next_due: Instant | None = None
        self.ended: set[Active] = set()
        self._journeys: dict[int, Live] = {}
        self._lanes: dict[int, Lane] = {}

    def touch(self, live: Live) -> None:
        """Have the journey's row written."""
        self._journeys[live.recipient.id] = live
        live.seq = self.seq

    def touch_lane(self, lane: Lane) -> None:
        """Have the state of a pace written."""
        self._lanes[lane.row.id] = lane

    def wake(self, at: Instant) -> None:
        """Note that something is due at a moment."""
        if self.next_due is None or at < self.next_due:
            self.next_due = at

    def log(
        self, live: Live, event: str, now: Instant, row: SendRow | None = None, **data: Any
    ) -> None:
        """Write one line of the event log, about the journey or one of its sends."""
        index = row.index if row is not None else BEYOND_STEPS
        self._line(live, event, now, index, data, row)

    def log_step(
        self, live: Live, event: str, now: Instant, index: int | None, **data: Any
    ) -> None:
        """Write one line of the event log about a step that sends nothing, or about no step."""
        self._line(live, event, now, BEYOND_STEPS if index is None else index, data, None)

    def _line(
        self,
        live: Live,
        event: str,
        now: Instant,
        index: int,
        data: dict[str, Any],
        row: SendRow | None,
    ) -> None:
        revision = live.revision
        active = live.active
        told = {name: value for name, value in data.items() if value is not None} if data else None
        step: int | None
        stage: int | None
        if index != BEYOND_STEPS:
            step, stage = revision.steps[index], revision.stages[index]
        else:
            step, stage = row.step if row else None, None
        visit = row.visit if row else None
        send = row.id if row else None
        text = _json.encode(told).decode() if told else None
        self.rows.events.append(
            EventRow(
                now, active.row.id, live.recipient.id, event, step, stage, visit, send,
                revision.id, active.guards_id, text,
            )
        )  # fmt: skip

    def log_launch(self, active: Active | None, event: str, now: Instant, **data: Any) -> None:
        """Write one line of the event log about a whole launch, or (None) about all of them."""
        told = {name: value for name, value in data.items() if value is not None}
        self.rows.events.append(
            EventRow(
                at=now,
                launch=active.row.id if active else None,
                journey=None,
                event=event,
                revision=active.row.revision if active else None,
                guards=active.guards_id if active else None,
                data=_json.encode(told).decode(),
            )
        )

    def take(self) -> tuple[Group, list[Live]]:
        """Return the group with all rows it needs, and the journeys in it; begin a new one."""
        group, lives = self.rows, list(self._journeys.values())
        for live in lives:
            journey = live.journey
            due = live.due()
            if due is not None:
                self.wake(due)
            group.journeys[live.id] = JourneyRow(
                live.id,
                due,
                encode(journey).decode() if journey is not None else None,
                journey.state if journey is not None and journey.ended else None,
                live.entered_at,
            )
        for lane in self._lanes.values():
            if lane.state is not None:
                lane.row = _replace(lane.row, state=_json.encode(lane.state).decode())
            lane.row = _replace(lane.row, since_first=lane.since_first)
            group.lanes[lane.row.id] = lane.row
        self.rows = Group()
        self._journeys = {}
        self._lanes = {}
        self.seq += 1
        return group, lives
