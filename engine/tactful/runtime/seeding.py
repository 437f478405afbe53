"""Tells a new pace what has left already: a limit that is set later counts from the ledger.

Without it a cap by the day would either forget what left this morning, or let nothing leave before
tomorrow.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tactful.graph.channels import group_of
from tactful.guard.strategies import Limit
from tactful.plugins.accounts import plain
from tactful.runtime import throttling
from tactful.runtime.lane import Lane
from tactful.store.contract import Store
from tactful.store.rows import LaunchRow, SendRow
from tactful.values import HOUR, Instant, Span

_LONGER: Span = 2 * HOUR
"""A day of the calendar may be longer than a day."""


class Past(Struct, frozen=True):
    """Which messages a pace counts: of a campaign's group of channels, or of some senders."""

    campaign: str = ""
    group: str = ""
    senders: frozenset[str] = frozenset()

    def includes(self, row: SendRow, launches: Mapping[int, LaunchRow]) -> bool:
        """Whether a pace counts a message."""
        if self.senders:
            return plain(row.sender) in self.senders
        launch = launches.get(row.launch)
        is_mine = launch is not None and launch.campaign == self.campaign
        return is_mine and group_of(row.channel) == self.group


class Unseeded(Struct, frozen=True):
    """A pace that does not know yet what has left."""

    lane: Lane
    limit: Limit
    past: Past


async def seed(
    store: Store,
    unseeded: Sequence[Unseeded],
    launches: Mapping[int, LaunchRow],
    now: Instant,
    call_timeout: Span,
) -> None:
    """Have paces count what the ledger says has left. They are closed until then."""
    longest = max(one.limit.rate.per.span for one in unseeded)
    rows = await store.recent(now - longest - call_timeout - _LONGER)
    for one in unseeded:
        counted = [
            (
                row.called_at or row.permitted_at or 0,
                row.ended_at or (row.permitted_at or 0) + call_timeout,
                row.segments if one.limit.counts == "segments" else 1,
            )
            for row in rows
            if one.past.includes(row, launches)
        ]
        throttling.replay(one.lane, counted, one.limit.rate.per.span)
