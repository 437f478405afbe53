"""Workers: the only ones who call a channel. Each takes a message, awaits the channel, and reports.

No task, timer or lock is made per message: long-lived workers take from a queue, and one watchdog
ends calls that take too long by cancelling the worker's own scope.
"""

import time
from collections import deque
from collections.abc import Callable

import anyio
from anyio.abc import TaskGroup

from tactful.graph.texts import LOCALE
from tactful.guard.judge import Verdict
from tactful.runtime.active import Flight, Live
from tactful.runtime.clock import Clock, JumpClock
from tactful.runtime.faults import fault_of, sound, storable
from tactful.runtime.ports import Attachment, Channel, Message, SendOutcome, Unknown
from tactful.store.rows import SendRow
from tactful.values import SECOND, Instant

BREATH = 64
"""After so many messages a worker lets others run, however fast the channel answers."""


def message_of(live: Live, row: SendRow) -> Message:
    """Return the message of an attempt as its channel gets it."""
    launch, files = live.active.row, live.active.files
    return Message(
        attempt=str(row.id),
        token=f"{live.active.name}-{row.journey}-{row.step}-{row.visit}",
        campaign=launch.campaign,
        launch=live.active.name,
        key=live.recipient.key,
        channel=row.channel,
        to=row.to,
        sender=row.sender,
        text=row.text,
        subject=row.subject,
        leave=row.leave,
        keys=live.revision.keys.get(row.index, ()),
        any_key=row.index in live.revision.any_key,
        locale=live.values[LOCALE],
        segments=row.segments,
        permitted_at=row.permitted_at or 0,
        expires_at=live.expires_at(row),
        attachments=tuple(
            Attachment(one.name, str(files / one.sha256) if files else "", one.media_type)
            for one in live.revision.attachments(row.index, live.values[LOCALE])
        ),
    )


class _Call:
    """What one worker is busy with, for the watchdog."""

    __slots__ = ("deadline", "real_deadline", "scope")

    def __init__(self) -> None:
        self.scope: anyio.CancelScope | None = None
        self.deadline: Instant = 0
        self.real_deadline = 0.0


class Workers:
    """The workers of one channel.

    `landed` gets each answer, `stopped` each message that may not leave after all; `recheck` says
    which those are, at the last instant.
    """

    def __init__(
        self,
        channel: Channel,
        clock: Clock,
        *,
        recheck: Callable[[Flight], Verdict | None],
        landed: Callable[[Flight, SendOutcome, Instant, Instant], None],
        stopped: Callable[[Flight, Verdict], None],
    ) -> None:
        self._channel = channel
        self._clock = clock
        self._recheck = recheck
        self._landed = landed
        self._stopped = stopped
        self._queue: deque[Flight] = deque()
        self._idle: list[anyio.Event] = []
        self._calls: set[_Call] = set()
        self._timeout = channel.limits.call_timeout

    @property
    def open(self) -> int:
        """How many messages wait for a worker or are with the channel."""
        return len(self._queue) + len(self._calls)

    @property
    def moving(self) -> int:
        """How many of them are with the channel, or about to be."""
        busy = len(self._calls)
        return self.open if busy < self._channel.limits.at_once else busy

    def start(self, tasks: TaskGroup) -> None:
        """Start as many workers as the channel takes calls at once."""
        for _ in range(self._channel.limits.at_once):
            tasks.start_soon(self._work)

    def put(self, flights: list[Flight]) -> None:
        """Hand over messages whose rows are durable."""
        self._queue.extend(flights)
        for _ in range(min(len(flights), len(self._idle))):
            self._idle.pop().set()

    async def _work(self) -> None:
        while True:
            while self._queue:
                await self._some()
            awake = anyio.Event()
            self._idle.append(awake)
            await awake.wait()

    async def _some(self) -> None:
        """Send messages until the queue is empty or a call has to be cut off."""
        call = _Call()
        flight: Flight | None = None
        called_at = 0
        taken = 0
        with anyio.CancelScope() as call.scope:
            while self._queue:
                flight = self._queue.popleft()
                verdict = self._recheck(flight)
                if verdict is not None:
                    self._stopped(flight, verdict)
                    flight = None
                    continue
                called_at = self._begin(call)
                outcome = await self._send(flight)
                self._calls.discard(call)
                done, flight = flight, None
                self._landed(done, outcome, called_at, self._clock.now())
                if call.scope.cancel_called:  # it answered just in time; the next begins anew
                    return
                taken += 1
                if taken % BREATH == 0:
                    await anyio.lowlevel.checkpoint()
        if flight is not None and call in self._calls:
            self._calls.discard(call)
            seconds = self._timeout / SECOND
            late = Unknown(f"no answer within {seconds:g} seconds")
            self._landed(flight, late, called_at, self._clock.now())

    def _begin(self, call: _Call) -> Instant:
        now = self._clock.now()
        call.deadline = now + self._timeout
        call.real_deadline = time.monotonic() + self._timeout / SECOND
        self._calls.add(call)
        return now

    async def _send(self, flight: Flight) -> SendOutcome:
        try:
            outcome = await self._channel.send(message_of(flight.live, flight.send))
        except BaseException as error:
            return Unknown(fault_of(error))
        return sound(outcome) or Unknown(
            storable(f"the channel {self._channel.name} gave no outcome, but {outcome!r:.100}")
        )

    # ---- the watchdog ---------------------------------------------------------------------------

    @property
    def deadline(self) -> Instant | None:
        """When, on a virtual clock, the first open call will have taken too long."""
        return min((call.deadline for call in self._calls), default=None)

    def cut_off(self) -> None:
        """End the calls that take too long; what became of them is in doubt.

        Real channels have real time; those that sleep on a virtual clock have its time.
        """
        real = time.monotonic()
        virtual = isinstance(self._clock, JumpClock)
        now = self._clock.now()
        for call in self._calls:
            late = call.real_deadline <= real or (virtual and call.deadline <= now)
            if late and call.scope is not None:
                call.scope.cancel()
