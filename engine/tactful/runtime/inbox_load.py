"""How much waits for people: the open items of the inbox, and the campaigns that hold for them.

`hold when inbox above 20` lets nothing new leave while more than 20 items are open, so that a team
is not asked more than it can answer. What a person has asked for goes on: answers to a reply, the
confirmation of an opt-out; so does what is urgent.
"""

from collections import Counter
from collections.abc import Iterable

from tactful.graph.guards import InboxHold
from tactful.runtime.active import Active
from tactful.runtime.opengroup import OpenGroup
from tactful.store.contract import Group
from tactful.store.rows import InboxRow
from tactful.values import Instant


class InboxLoad:
    """Counts the open items of the inbox, by queue, as they are written."""

    def __init__(self, items: Iterable[InboxRow]) -> None:
        self._open = Counter(item.queue for item in items)

    def note(self, group: Group) -> None:
        """Count what a group adds and closes."""
        self._open.update(item.queue for item in group.inbox)
        self._open.subtract(
            item.queue for item in group.closed_inbox.values() if item.state != "open"
        )

    def beyond(self, hold: InboxHold | None) -> int:
        """Return how many items are open, if they are more than a campaign allows; else 0."""
        if hold is None:
            return 0
        number = self._open.total() if hold.queue is None else self._open[hold.queue]
        return number if number > hold.above else 0

    def settle(self, actives: Iterable[Active], group: OpenGroup, now: Instant) -> None:
        """Let campaigns hold, or go on, as the inbox has become; the log says so."""
        for active in actives:
            beyond = self.beyond(active.guards.hold_inbox)
            if bool(beyond) == active.crowded:
                continue
            active.crowded = bool(beyond)
            for lanes in active.lanes.values():
                for lane in lanes:
                    lane.crowded, lane.wake = active.crowded, None
            group.log_launch(
                active,
                "held" if beyond else "signal",
                now,
                by="inbox",
                kind=None if beyond else "the inbox has room again",
                reason=f"{beyond:,} items are open in the inbox" if beyond else None,
                line=active.campaign.lines.get("hold when inbox"),
            )
