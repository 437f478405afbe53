"""Reads the event log of a store, line by line, in the one schema that all commands share."""

from collections.abc import Collection, Iterator
from typing import Any

from tactful.runtime.logline import LogLines
from tactful.store.client import StoreClient


class EventLog:
    """The lines of a store's event log, of some launches or all, of one recipient or all.

    Read again, it yields what came since.
    """

    def __init__(
        self,
        client: StoreClient,
        *,
        launches: Collection[int] | None = None,
        journeys: Collection[int] | None = None,
        full: bool = False,
    ) -> None:
        self._client = client
        self._launches = launches
        self._journeys = journeys
        self._launch_rows = {row.id: row for row in client.launches()}
        self._revisions = {row.id: row for row in client.revisions()}
        self._names: dict[int, str] = {}
        self._lines = LogLines(self._launch_rows, self._revisions, self._names, full=full)
        self._after = 0

    def read(self) -> Iterator[dict[str, Any]]:
        """Yield every line that has not been read yet, oldest first."""
        last = self._client.last_event()
        launch, journey = _only(self._launches), _only(self._journeys)
        for number, event, key, send in self._client.events(launch, journey, self._after):
            self._after = number
            if self._launches is not None and event.launch not in self._launches:
                continue
            if self._journeys is not None and event.journey not in self._journeys:
                continue
            self._learn(event.step, event.stage, event.launch, event.revision, event.guards)
            yield self._lines.line(event, key, send)
        self._after = max(self._after, last)

    def _learn(
        self,
        step: int | None,
        stage: int | None,
        launch: int | None,
        revision: int | None,
        guards: int | None,
    ) -> None:
        """Look up what these numbers stand for, where they are new."""
        unknown = {number for number in (step, stage) if number is not None} - self._names.keys()
        if unknown:
            self._names.update(self._client.names([*unknown]))
        if launch is not None and launch not in self._launch_rows:
            self._launch_rows.update({row.id: row for row in self._client.launches()})
        if {revision, guards} - {None} - self._revisions.keys():
            self._revisions.update({row.id: row for row in self._client.revisions()})


def _only(numbers: Collection[int] | None) -> int | None:
    """Return the one number that is asked for, if it is one: the store then looks for it alone."""
    return next(iter(numbers)) if numbers is not None and len(numbers) == 1 else None
