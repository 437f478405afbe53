"""The store as other processes see it, beside the engine that may own it: reads and small writes.

Synchronous, for commands that ask one thing and end. What they append, an engine takes up when it
runs.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

from tactful.errors import StoreInvalid
from tactful.store import queries, window, writes
from tactful.store.contract import Counts, Group, News
from tactful.store.files import SCHEME, open_beside, open_to_own, path_of
from tactful.store.rows import (
    ConsentRow,
    InboxRow,
    LaneRow,
    LaunchRow,
    OrderRow,
    RecipientRow,
    RevisionRow,
    SendRow,
    SignalRow,
    StandingRow,
    SuppressionRow,
)
from tactful.values import MILLISECOND, SECOND, Instant, Span

P = ParamSpec("P")
T = TypeVar("T")

_STRETCH = 20_000  # numbers of the event log in one look for lines of a few kinds
_BETWEEN: Span = 20 * MILLISECOND  # looks whether an engine has taken something up


class StoreClient:
    """A store that exists, opened for a short while. Use as a context manager, or `close` it.

    `create` makes the store first, for what may be said before any campaign runs (a consent).
    Raises `StoreInvalid` when there is none, or it cannot be read.
    """

    def __init__(self, url_or_path: str | os.PathLike[str], *, create: bool = False) -> None:
        self.path = path_of(url_or_path)
        self.url = f"{SCHEME}{self.path}"
        if create and not self.path.exists():
            open_to_own(self.path).close()
        self._connection = open_beside(self.path)

    def close(self) -> None:
        """Close the store; more than once is well."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # ---- what other processes write -------------------------------------------------------------

    def append_order(self, order: OrderRow) -> int:
        """Append an order durably, and return its number."""
        return self._write(writes.append_order, order)

    def append_signal(self, signal: SignalRow) -> int | None:
        """Append a signal durably, and return its number; None when it came before."""
        return self._write(writes.append_signal, signal)

    def apply_consent(
        self,
        consents: Sequence[ConsentRow],
        order: OrderRow,
        *,
        suppress: Sequence[SuppressionRow] = (),
        lift: Sequence[tuple[str, str]] = (),
    ) -> int:
        """Record consents and change suppressions, with the order that tells a running engine.

        All of it is durable together. `lift` holds (address, group). Returns the order's number.
        """
        group = Group(consents=[*consents], suppressions=[*suppress], lifted=[*lift])

        def change(connection: sqlite3.Connection) -> int:
            writes.apply(connection, group)
            return writes.append_order(connection, order)

        return self._write(change)

    def revise_consents(
        self,
        addresses: Sequence[str],
        decide: Callable[[Sequence[ConsentRow], Sequence[SuppressionRow]], tuple[Group, OrderRow]],
    ) -> int:
        """Record what `decide` makes of all that is known of some addresses, as `apply_consent`.

        Nothing, an opt-out least of all, can come in between. Returns the order's number.
        """

        def change(connection: sqlite3.Connection) -> int:
            known = [row for one in addresses for row in queries.consents(connection, one)]
            opt_outs = [row for one in addresses for row in queries.suppressions(connection, one)]
            group, order = decide(known, opt_outs)
            writes.apply(connection, group)
            return writes.append_order(connection, order)

        return self._write(change)

    def wait_applied(self, order: int, timeout: Span) -> OrderRow | None:
        """Wait until an engine has applied an order, and return it; None when time is up."""

        def applied() -> OrderRow | None:
            row = self.order(order)
            return row if row is not None and row.applied_at is not None else None

        return _wait(applied, timeout)

    def wait_taken(self, signal: int, timeout: Span) -> SignalRow | None:
        """Wait until an engine has taken a signal, and return it; None when time is up."""

        def taken() -> SignalRow | None:
            row = self.signal(signal)
            return row if row is not None and row.taken_at is not None else None

        return _wait(taken, timeout)

    # ---- what they read -------------------------------------------------------------------------

    def launches(self) -> tuple[LaunchRow, ...]:
        """Return all launches, oldest first."""
        return self._read(queries.launches)

    def revisions(self) -> tuple[RevisionRow, ...]:
        """Return all revisions of graphs and guards, oldest first."""
        return self._read(queries.revisions)

    def lanes(self) -> tuple[LaneRow, ...]:
        """Return all paces."""
        return self._read(queries.lanes)

    def standings(self) -> tuple[StandingRow, ...]:
        """Return how the senders stand that observers watch."""
        return self._read(queries.standings)

    def waiting(self) -> dict[int, dict[int, int]]:
        """Count the sends that wait for their turn, by lane and class."""
        return self._read(window.waiting)

    def latest(self) -> Instant | None:
        """Return the latest moment of the event log."""
        return self._read(queries.latest)

    def counts(self, launch: int) -> Counts:
        """Say how a launch stands."""
        return self._read(queries.counts, launch)

    def held(self, launch: int) -> tuple[queries.Held, ...]:
        """Say why queued sends of a launch wait, soonest first."""
        return self._read(queries.held, launch)

    def journey_of(self, launch: int, key: str) -> int | None:
        """Return the journey of a key, if the launch has it."""
        return self._read(queries.journey_of, launch, key)

    def data_of(self, launch: int, after: int, limit: int) -> tuple[tuple[int, str], ...]:
        """Return (number, data) of live journeys of a launch greater than `after`, in order."""
        return self._read(queries.data_of, launch, after, limit)

    def recipients(self, journeys: Sequence[int]) -> dict[int, RecipientRow]:
        """Return the recipients of these journeys."""
        return self._read(queries.recipients, journeys)

    def last_event(self) -> int:
        """Return the number of the last line of the event log."""
        return self._read(queries.last_event)

    def events(
        self, launch: int | None = None, journey: int | None = None, after: int = 0
    ) -> Iterator[queries.Logged]:
        """Yield the event log in order, read in short pieces: see `Store.events`."""
        last = self._read(queries.last_event)
        while after < last:
            yield from self._read(queries.events, launch, journey, after)
            after += queries.PIECE

    def lines(self, events: Sequence[str], after: int = 0) -> Iterator[queries.Line]:
        """Yield the lines of these events with their numbers, in order, read in pieces."""
        last = self._read(queries.last_event)
        while after < last:
            until = min(after + _STRETCH, last)
            yield from self._read(queries.lines, events, after, until)
            after = until

    def number_before(self, at: Instant) -> int:
        """Return the number up to which the log is earlier than a moment, but for a few lines."""
        return self._read(queries.number_before, at)

    def names(self, ids: Sequence[int]) -> dict[int, str]:
        """Return the names behind interned numbers."""
        return self._read(queries.names, ids)

    def sends(self, ids: Sequence[int]) -> tuple[SendRow, ...]:
        """Return these rows of the ledger."""
        return self._read(queries.sends, ids)

    def by_state(self, state: str, limit: int = 10_000) -> tuple[SendRow, ...]:
        """Return the ledger rows in a state, oldest first."""
        return self._read(queries.by_state, state, limit)

    def news(self, limit: int = 500) -> News:
        """Return signals not yet taken and orders not yet applied, oldest first."""
        return self._read(queries.news, limit)

    def orders(self) -> tuple[OrderRow, ...]:
        """Return all orders, oldest first."""
        return self._read(queries.orders)

    def order(self, number: int) -> OrderRow | None:
        """Return one order."""
        return self._read(queries.order, number)

    def signal(self, number: int) -> SignalRow | None:
        """Return one signal."""
        return self._read(queries.signal, number)

    def suppressions(self, address: str | None = None) -> tuple[SuppressionRow, ...]:
        """Return suppressions, of one address or all."""
        return self._read(queries.suppressions, address)

    def consents(self, address: str | None = None) -> tuple[ConsentRow, ...]:
        """Return consent records, oldest first."""
        return self._read(queries.consents, address)

    def inbox(self, *, open_only: bool = True) -> tuple[InboxRow, ...]:
        """Return hand-offs and unclaimed replies, oldest first."""
        return self._read(queries.inbox, open_only=open_only)

    def _read(
        self,
        function: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        try:
            return function(self._connection, *args, **kwargs)
        except sqlite3.Error as error:
            raise StoreInvalid(f"The store {self.path} could not be read: {error}") from error

    def _write(
        self,
        function: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            answer = function(self._connection, *args, **kwargs)
            self._connection.execute("COMMIT")
        except Exception as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            told = writes.cause(error)
            raise told from told.__cause__
        return answer


def _wait(look: Callable[[], T | None], timeout: Span) -> T | None:
    end = time.monotonic() + timeout / SECOND
    while True:
        found = look()
        if found is not None or time.monotonic() >= end:
            return found
        time.sleep(_BETWEEN / SECOND)
