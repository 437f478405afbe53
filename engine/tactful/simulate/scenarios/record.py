"""The record of a scenario: every event in its order, and where each journey is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from tactful.journey.state import Journey, decode
from tactful.store.contract import Group
from tactful.store.memory import Done, MemoryStore
from tactful.store.rows import EventRow, JourneyRow, SendRow
from tactful.values import Instant

Line = Mapping[str, Any]
MakeLine = Callable[[EventRow, str | None, SendRow | None], Line]


class Happening(NamedTuple):
    """One event: its place in the record, its moment, its line of the event log, its subject."""

    place: int
    at: Instant
    line: Line
    subject: str | None = None

    @property
    def event(self) -> str:
        """The name of the event."""
        return str(self.line["event"])


class Record(MemoryStore):
    """A store that remembers what the lines of a scenario look at. Set `make_line` before it runs.

    `happenings` are all events.
    """

    def __init__(self) -> None:
        super().__init__(log=self._keep)
        self.make_line: MakeLine | None = None
        self.happenings: list[Happening] = []
        self._claimed: set[tuple[str, int]] = set()
        self._journeys: dict[int, JourneyRow] = {}
        self._keys: dict[str, int] = {}

    def submit(self, group: Group, done: Done) -> None:
        self._journeys |= group.journeys
        self._keys |= {row.key: row.id for row in group.recipients}
        super().submit(group, done)

    def _keep(self, event: EventRow, key: str | None, send: SendRow | None) -> None:
        if self.make_line is not None:
            line = self.make_line(event, key, send)
            subject = send.subject if send is not None else None
            self.happenings.append(Happening(len(self.happenings), event.at, line, subject))

    def since(self, at: Instant, event: str, kind: str) -> Iterator[Happening]:
        """Yield the events of a name from a moment on that are not used up as this kind."""
        for one in self.happenings:
            if one.at >= at and one.event == event and not self.is_claimed(one, kind):
                yield one

    def claim(self, some: Iterable[Happening], kind: str) -> None:
        """Note that an `expect` has seen these, so that no other one sees them."""
        self._claimed |= {(kind, one.place) for one in some}

    def is_claimed(self, one: Happening, kind: str) -> bool:
        """Return whether an `expect` has seen this event as one of a kind."""
        return (kind, one.place) in self._claimed

    def journey(self, key: str) -> Journey | None:
        """Return where the journey of a recipient is; None before it has begun."""
        row = self._journeys.get(self._keys.get(key, 0))
        return decode(row.state) if row is not None and row.state is not None else None

    def is_over(self, key: str) -> bool:
        """Return whether the journey of a recipient has ended, or never can begin."""
        row = self._journeys.get(self._keys.get(key, 0))
        if row is not None and row.ended is not None:
            return True
        return any(one.event == "ended" and one.line.get("recipient") == key
                   for one in self.happenings)  # fmt: skip
