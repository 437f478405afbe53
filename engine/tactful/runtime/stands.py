"""How the senders of one launch stand, as its lanes and the guard keep to it."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from tactful.graph.channels import group_of
from tactful.guard.standing import Standing, stops, worst
from tactful.store.rows import StandingRow
from tactful.values import Instant, Rate, iso

NOBODY: Mapping[str, tuple[str, ...]] = {}


class Stand(Struct, frozen=True):
    """How one sender stands: paused `until` then, where that is known, or slowed to a pace."""

    standing: Standing = "healthy"
    until: Instant | None = None
    slow: Rate | None = None


HEALTHY = Stand()


def stand_of(rows: Iterable[StandingRow]) -> Stand:
    """Return what all that is said of one sender comes to: the worst, and the slowest pace."""
    said = [*rows]
    standing = worst(row.standing for row in said)
    if standing == "healthy":
        return HEALTHY
    ends = [row.until for row in said if row.standing == standing]
    paces = [Rate.parse(row.slow) for row in said if row.standing == "slowed" and row.slow]
    return Stand(
        standing,
        until=None if None in ends else max(end for end in ends if end is not None),
        slow=min(paces, key=lambda rate: rate.count / rate.per.span, default=None),
    )


class Stands:
    """The senders of one launch, by channel: who watches each, and how it stands.

    `senders` are their addresses, `watchers` the names of observers.
    """

    def __init__(self) -> None:
        self.senders: Mapping[str, str] = {}
        self.watchers: Mapping[str, tuple[str, ...]] = NOBODY
        self._stands: dict[str, Stand] = {}

    @property
    def standings(self) -> dict[str, Standing]:
        """The standings, by channel, of those that are not healthy."""
        return {channel: stand.standing for channel, stand in self._stands.items()}

    def put(self, stands: Mapping[str, Stand]) -> bool:
        """Take over how the senders stand now; returns whether a pace of one is another one."""
        before = {channel: self.of(channel).slow for channel in {*stands, *self._stands}}
        self._stands = {name: one for name, one in stands.items() if one.standing != "healthy"}
        return any(self.of(channel).slow != slow for channel, slow in before.items())

    def of(self, channel: str) -> Stand:
        """Return how the sender of a channel stands."""
        return self._stands.get(channel, HEALTHY)

    def watches(self) -> Iterable[tuple[str, str, str]]:
        """Yield what is kept of these senders: observer, group and sender."""
        for channel, names in self.watchers.items():
            for name in names:
                yield name, group_of(channel), self.senders[channel]

    def stopped(self, group: str) -> str:
        """Return why nothing of a group leaves: none of its senders may send; empty: one may."""
        mine = [self.of(channel) for channel in self.senders if group_of(channel) == group]
        if not mine or not all(stops(one.standing) for one in mine):
            return ""
        first = mine[0]
        until = f" until {iso(first.until)}" if first.until is not None else ""
        return f"the sender is {first.standing}{until}"
