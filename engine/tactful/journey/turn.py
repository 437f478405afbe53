"""One input being worked in: a journey opened for change, and closed as a new one.

The functions that work with a turn read as if they changed a journey. Nobody outside sees it: the
journey that came in stays as it was, and what was handed out (a scope) is never changed again.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from tactful.errors import IllegalMove
from tactful.journey.commands import Cancel, Command, End, EndState, Unclaimed
from tactful.journey.inputs import Instant, Reply, Value, Values
from tactful.journey.lifecycle import ENDED, JOURNEY, THREAD, JourneyState, move
from tactful.journey.program import Program
from tactful.journey.state import VERSION, Journey, Thread
from tactful.journey.steps import SendStep, Target

# More steps than this without a wait is an endless loop, which the compile check should have found.
STEP_LIMIT = 10_000

# More replies than this are not kept for the next wait; they go to a person.
KEPT_LIMIT = 10


class Turn:
    """A journey while one input is worked in. `ready` holds threads that walk on, and where to."""

    __slots__ = (
        "_budget",
        "_named",
        "_names",
        "commands",
        "jumps",
        "kept",
        "now",
        "program",
        "reached",
        "ready",
        "refused",
        "replied",
        "row",
        "sent",
        "state",
        "tags",
        "taken",
        "threads",
        "values",
        "visits",
    )

    def __init__(self, program: Program, journey: Journey, row: Values, now: Instant) -> None:
        self.program = program
        self.row = row
        self.now = now
        self.commands: list[Command] = []
        self.ready: list[tuple[Thread, Target]] = []
        self.state: JourneyState = journey.state
        self.threads = {thread.id: thread for thread in journey.threads}
        self.visits = journey.visits
        self.jumps = journey.jumps
        self.taken = journey.taken
        self.values = journey.values
        self.tags = journey.tags
        self.kept = journey.kept
        self.sent = journey.sent
        self.refused = journey.refused
        self.reached = journey.reached
        self.replied = journey.replied
        self._budget = STEP_LIMIT
        self._named: Mapping[str, Value] | None = None
        self._names: Values = {}

    def has_reached(self, step: int) -> bool:
        """Return whether anything was sent on the group of channels of a send."""
        return any(self._group(one) == self._group(step) for one in self.reached)

    def reach(self, step: int) -> None:
        """Note that a step has sent something."""
        if not self.has_reached(step):
            self.reached = (*self.reached, step)

    def _group(self, step: int) -> str | None:
        send = self.program.steps[step]
        return send.group if isinstance(send, SendStep) else None

    def close(self) -> tuple[Journey, tuple[Command, ...]]:
        """Return the journey as it is now, and what must be done. An ended one keeps its result."""
        if self.ended:
            journey = Journey(
                version=VERSION,
                state=self.state,
                values=self.values,
                tags=self.tags,
                sent=self.sent,
                refused=self.refused,
                reached=self.reached,
                replied=self.replied,
            )
        else:
            journey = Journey(
                version=VERSION,
                state=self.state,
                threads=tuple(self.threads.values()),
                visits=self.visits,
                jumps=self.jumps,
                taken=self.taken,
                values=self.values,
                tags=self.tags,
                kept=self.kept,
                sent=self.sent,
                refused=self.refused,
                reached=self.reached,
                replied=self.replied,
            )
        return journey, tuple(self.commands)

    @property
    def ended(self) -> bool:
        """Whether the journey is over."""
        return self.state in ENDED

    # ---- what is remembered ---------------------------------------------------------------------

    def visit(self, step: int) -> int:
        """Count one more visit of a step, and return how many there were with it."""
        count = self.visits.get(step, 0) + 1
        self.visits = {**self.visits, step: count}
        return count

    def remember(self, values: Mapping[str, Value]) -> None:
        """Remember values by name."""
        self.values = {**self.values, **values}

    def scope(self, thread: Thread) -> dict[str, Value]:
        """Return what texts need besides the row: what is remembered, and `attempt`."""
        for frame in reversed(thread.frames):
            if frame.round:
                return {**self.values, "attempt": frame.round}
        return self.values

    def names(self, thread: Thread) -> Values:
        """Return everything that conditions and texts of this thread may name."""
        scope = self.scope(thread)
        if scope is not self._named:
            self._named = scope
            self._names = self.program.names(self.row, scope)
        return self._names

    # ---- threads --------------------------------------------------------------------------------

    def start(self, thread: Thread, to: Target) -> None:
        """Let a thread walk from `to`, once it is its turn."""
        self.threads[thread.id] = thread
        self.ready.append((thread, to))

    def resume(self, thread: Thread, to: Target) -> None:
        """Let a waiting thread walk on from `to`."""
        phase = move(THREAD, thread.phase, "go on")
        self.start(replace(thread, phase=phase, due=None, visit=1, proven=False), to)

    def time_out(self, thread: Thread, to: Target) -> None:
        """Let a thread whose time has come walk on; it no longer answers a reply."""
        self.resume(replace(thread, answering=False) if thread.answering else thread, to)

    def park(
        self, thread: Thread, event: str, step: int, due: Instant | None = None, visit: int = 1
    ) -> None:
        """Let a thread wait at a step; `event` is the move of its life cycle."""
        phase = move(THREAD, thread.phase, event)
        self.threads[thread.id] = replace(thread, step=step, phase=phase, due=due, visit=visit)

    def clock(self, due: Instant) -> Instant | None:
        """Return when a wait that begins now is over; None while a person has the conversation."""
        return None if self.state == "handed_off" else due

    def next_id(self) -> int:
        """Return an id that no thread has."""
        return max(self.threads, default=-1) + 1

    def finish(self, thread: Thread) -> None:
        """End a thread; the last branch lets its parent go on, the last thread ends the journey."""
        del self.threads[thread.id]
        if not self.threads:
            nobody = self.refused > 0 and self.sent == 0
            self.end("unreachable" if nobody else "finished")
        elif thread.parent is not None and not self._branches(thread.parent):
            parent = self.threads[thread.parent]
            self.resume(parent, self.program.steps[parent.step].next)

    def leave(self, thread: Thread, because: str) -> None:
        """Give up what a thread has queued, and all its branches."""
        self._cancel(thread, because)
        for branch in self._branches(thread.id):
            self.leave(branch, because)
            del self.threads[branch.id]

    def leave_all_but(self, thread: Thread, because: str) -> None:
        """Give up every other thread."""
        for other in self.threads.values():
            if other.id != thread.id:
                self._cancel(other, because)
        self.threads = {thread.id: thread}

    def end(self, ending: EndState, because: str = "") -> None:
        """End the journey: cancel what is queued, and hand replies that still wait to a person."""
        for thread in self.threads.values():
            self._cancel(thread, ending)
        for reply in self.kept:
            self.unclaimed(reply)
        self.threads = {}
        self.ready = []
        self.state = move(JOURNEY, self.state, ending)
        self.commands.append(End(ending, because))

    def spend(self) -> None:
        """Count one step. Raises `IllegalMove` when there are too many without a wait."""
        self._budget -= 1
        if self._budget < 0:
            raise IllegalMove(f"more than {STEP_LIMIT} steps without a wait")

    def _branches(self, parent: int) -> list[Thread]:
        return [thread for thread in self.threads.values() if thread.parent == parent]

    def _cancel(self, thread: Thread, because: str) -> None:
        if thread.phase == "queued":
            self.commands.append(Cancel(thread.step, thread.visit, because))

    # ---- replies --------------------------------------------------------------------------------

    def unclaimed(self, reply: Reply) -> None:
        """Give a reply to a person, because no line takes it."""
        self.commands.append(Unclaimed(reply.text, reply.channel))

    def keep(self, reply: Reply) -> None:
        """Keep a reply for the next wait; beyond the limit it goes to a person."""
        if len(self.kept) < KEPT_LIMIT:
            self.kept = (*self.kept, reply)
        else:
            self.unclaimed(reply)
