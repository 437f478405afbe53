"""Keeps the pace of a lane: what a throttle is, and the default one, a sliding window of slots.

A throttle is pure. It gets the state that the engine keeps for it, the moment and what is asked,
and returns the next state and its answer; the engine stores both in one step.
"""

from bisect import bisect_right, insort
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Protocol, runtime_checkable

import msgspec

from tactful.errors import StoreInvalid, ValueUnreadable
from tactful.guard.standing import SenderSignal
from tactful.values import Instant, Rate, Span

State = Any  # a frozen Struct of the strategy's own, which `msgspec.json` can encode


class Permit(msgspec.Struct, frozen=True):
    """One send may go now; `id` names it until `done`."""

    id: int


class Wait(msgspec.Struct, frozen=True):
    """No send may go. Ask again at `until`; None: ask again after the next `done`."""

    until: Instant | None


class Throttle(Protocol):
    """A pace strategy with its settings."""

    def start(self) -> State:
        """Return the state of a lane on which nothing was ever sent."""

    def load(self, text: bytes) -> State:
        """Read a stored state, also one of an older version. Raises `StoreInvalid`."""

    def take(self, state: State, now: Instant, cost: int) -> tuple[State, Permit | Wait]:
        """Ask to send something of a certain cost. A wait leaves the state as it was."""

    def done(self, state: State, permit_id: int, ended_at: Instant) -> State:
        """Say when the send of a permit ended. An unknown permit changes nothing."""

    def settle_clock(self, state: State, now: Instant) -> State:
        """Bring a state that an earlier run left behind in line with a clock that went back."""

    def close_open(self, state: State, restart: Instant, timeout: Span) -> State:
        """End every open permit after a crash: at the restart, or `timeout` after it was given."""


@runtime_checkable
class GroupThrottle(Protocol):
    """A throttle that takes a whole group for about the price of one."""

    def take_many(
        self, state: State, now: Instant, costs: Sequence[int]
    ) -> tuple[State, list[Permit], Wait | None]:
        """See the function of this name."""

    def done_many(self, state: State, ended: Sequence[tuple[int, Instant]]) -> State:
        """See the function of this name."""


@runtime_checkable
class Bounded(Protocol):
    """A throttle that says the most it ever lets go."""

    def most_in(self, span: Span) -> int:
        """Return the most permits, of cost 1, in any half-open stretch of time of this length.

        For a stretch as long as the period of the limit it is the most that may be called, and that
        may end, as well. No moment at which the limit or the clock is changed lies within it.
        """


@runtime_checkable
class Heeding(Protocol):
    """A throttle that slows down, or holds, because of what providers and people say."""

    def heed(self, state: State, signal: SenderSignal, now: Instant) -> State:
        """Take in what happened to a message of this pace, or of its sender.

        The same signal may come again, and late: `signal.at` says when it happened.
        """


def take_many(
    throttle: Throttle, state: State, now: Instant, costs: Sequence[int]
) -> tuple[State, list[Permit], Wait | None]:
    """Ask for several sends in their order, up to the first that must wait.

    Returns the permits of those before it, and its wait, or None when all may go.
    """
    if isinstance(throttle, GroupThrottle):
        return throttle.take_many(state, now, costs)
    permits: list[Permit] = []
    for cost in costs:
        state, answer = throttle.take(state, now, cost)
        if isinstance(answer, Wait):
            return state, permits, answer
        permits.append(answer)
    return state, permits, None


def done_many(throttle: Throttle, state: State, ended: Sequence[tuple[int, Instant]]) -> State:
    """Say when the sends of several permits, given as pairs of id and moment, ended."""
    if isinstance(throttle, GroupThrottle):
        return throttle.done_many(state, ended)
    for permit_id, ended_at in ended:
        state = throttle.done(state, permit_id, ended_at)
    return state


_OpenPermit = tuple[int, Instant, int]  # id, moment given, slots taken
_slots = itemgetter(2)


class WindowState(msgspec.Struct, frozen=True):
    """The slots of a lane in use, told by what happened; nothing here depends on the limit.

    `ends` are the moments at which sends ended, one for each slot they took, oldest first. What
    has been pruned from it ended at `forgotten` at the latest.
    """

    version: int = 1
    next_id: int = 1
    open: tuple[_OpenPermit, ...] = ()
    ends: tuple[Instant, ...] = ()
    forgotten: Instant | None = None


_VERSION = WindowState().version


class WindowThrottle:
    """At most `rate.count` slots in use, each from its permit until `rate.per` after its end.

    A send takes `cost` slots, but never more than there are: one that is dearer than the whole
    limit goes alone. Because a slot stays in use until the period after the *end*, no half-open
    window [t, t + period) holds more than `count` starts of calls, nor more than `count` ends.
    After a change of the limit this holds for every window with the limit of its last permit.

    State holds what any later limit may ask about: all ends within the period (a higher count), and
    the newest 2 × count whatever their age (a longer period looks further back, yet an answer
    needs only the newest `count` ends of the new limit). A limit whose count more than doubles
    *and* whose period grows may ask for more: then everything forgotten is taken to have ended at
    the last moment it can have, so a slot may stay empty once, but no window is ever overfull.
    """

    def __init__(self, rate: Rate) -> None:
        if rate.count < 1 or rate.per.span < 1:
            raise ValueUnreadable(
                f"`{rate}` lets nothing through", help="Allow at least 1 in a length of time."
            )
        self.count = rate.count
        self.period = rate.per.span

    def most_in(self, span: Span) -> int:
        return self.count * -(-span // self.period)

    def start(self) -> WindowState:
        return WindowState()

    def load(self, text: bytes) -> WindowState:
        try:
            state = msgspec.json.decode(text, type=WindowState)
        except msgspec.DecodeError as error:
            raise StoreInvalid(f"the state of a pace cannot be read: {error}") from error
        if state.version != _VERSION:
            raise StoreInvalid(
                f"the state of a pace has version {state.version}, this Tactful reads {_VERSION}",
                help="Use the Tactful that wrote this store, or a newer one.",
            )
        return state

    def take(
        self, state: WindowState, now: Instant, cost: int
    ) -> tuple[WindowState, Permit | Wait]:
        state, permits, wait = self.take_many(state, now, (cost,))
        return state, wait or permits[0]

    def take_many(
        self, state: WindowState, now: Instant, costs: Sequence[int]
    ) -> tuple[WindowState, list[Permit], Wait | None]:
        in_flight = sum(map(_slots, state.open))
        given: list[_OpenPermit] = []
        wait = None
        for cost in costs:
            slots = min(max(cost, 1), self.count)
            wait = self._wait(state, now, self.count - in_flight - slots)
            if wait is not None:
                break
            given.append((state.next_id + len(given), now, slots))
            in_flight += slots
        if given:
            state = msgspec.structs.replace(
                state, next_id=state.next_id + len(given), open=(*state.open, *given)
            )
        return state, [Permit(permit[0]) for permit in given], wait

    def _wait(self, state: WindowState, now: Instant, spare: int) -> Wait | None:
        """Return the wait of a send, if beside it `spare` slots may still be in their period."""
        if spare < 0:
            return Wait(None)
        if spare < len(state.ends):
            free_at = state.ends[-1 - spare] + self.period
        elif state.forgotten is not None:
            free_at = state.forgotten + self.period
        else:
            return None
        return Wait(free_at) if free_at > now else None

    def done(self, state: WindowState, permit_id: int, ended_at: Instant) -> WindowState:
        return self.done_many(state, ((permit_id, ended_at),))

    def done_many(self, state: WindowState, ended: Sequence[tuple[int, Instant]]) -> WindowState:
        moments = dict(ended)
        still_open: list[_OpenPermit] = []
        ends = list(state.ends)
        for permit in state.open:
            moment = moments.get(permit[0])
            if moment is None:
                still_open.append(permit)
            else:
                for _ in range(permit[2]):
                    insort(ends, moment)
        if len(still_open) == len(state.open):
            return state
        return self._pruned(state, tuple(still_open), ends)

    def _pruned(
        self, state: WindowState, still_open: tuple[_OpenPermit, ...], ends: list[Instant]
    ) -> WindowState:
        """Return a state without the ends that no answer needs any more (see the class)."""
        forgotten = state.forgotten
        surplus = len(ends) - 2 * self.count
        if surplus > 0:
            # Nothing is asked before the newest end, so a period before that is past for good.
            surplus = min(surplus, bisect_right(ends, ends[-1] - self.period))
        if surplus > 0:
            forgotten = max(forgotten or ends[0], ends[surplus - 1])
            del ends[:surplus]
        return msgspec.structs.replace(
            state, open=still_open, ends=tuple(ends), forgotten=forgotten
        )

    def settle_clock(self, state: WindowState, now: Instant) -> WindowState:
        """Move every moment that lies in the future to `now`, before the first `take` of a run.

        The clock went back while nothing ran. What lies ahead of it happened by now at the latest:
        so counted, no slot is free early, and none is in use for more than a period from now.
        """
        if not (state.ends and state.ends[-1] > now) and all(p[1] <= now for p in state.open):
            return state
        return msgspec.structs.replace(
            state,
            open=tuple((ident, min(at, now), slots) for ident, at, slots in state.open),
            ends=tuple(min(end, now) for end in state.ends),
            forgotten=None if state.forgotten is None else min(state.forgotten, now),
        )

    def close_open(self, state: WindowState, restart: Instant, timeout: Span) -> WindowState:
        """End the permits of sends that a crash left in doubt, once, before the first `take`.

        No call outlives the process, nor its own time limit.
        """
        return self.done_many(
            state, [(permit[0], min(restart, permit[1] + timeout)) for permit in state.open]
        )
