"""How much waits for people: the open conversations, and the campaigns that hold for them.

`hold when inbox above 20` lets nothing new leave while more than 20 are open, so that a team is not
asked more than it can answer. What a person has asked for goes on: answers to a reply, the
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


def belongs(one: InboxRow, case: InboxRow) -> bool:
    """Whether an item is a reply of the person whose conversation a hand-off is."""
    return (
        one.kind == "reply"
        and case.kind == "hand_off"
        and case.journey is not None
        and one.journey == case.journey
        and one.id > case.id
    )


def conversations(items: Iterable[InboxRow]) -> list[InboxRow]:
    """Return items without the replies that belong to an open hand-off among them."""
    items = list(items)
    cases = {
        item.journey: item for item in items if item.kind == "hand_off" and item.state == "open"
    }
    return [item for item in items if not belongs(item, cases.get(item.journey, item))]


class InboxLoad:
    """Counts the open conversations of the inbox by queue; `stale` when they have changed since."""

    def __init__(self, items: Iterable[InboxRow]) -> None:
        self.renew(items)

    def renew(self, items: Iterable[InboxRow]) -> None:
        """Count the open items of a store anew."""
        self._open = Counter(item.queue for item in conversations(items))
        self.stale = False

    def note(self, group: Group) -> None:
        """Note that a group changes the inbox."""
        self.stale = self.stale or bool(group.inbox or group.closed_inbox)

    def beyond(self, hold: InboxHold | None) -> int:
        """Return how many conversations are open, if more than a campaign allows; else 0."""
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
                reason=f"{beyond:,} conversations are open in the inbox" if beyond else None,
                line=active.campaign.lines.get("hold when inbox"),
            )
