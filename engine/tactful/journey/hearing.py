"""Which line a reply or an event takes: `at any time` first, then waits, then waits that ran out.

While a hand-off is open, replies belong to the person who has the conversation. Events are facts
and no part of it: they take their lines all the same, also those of a wait that has not begun.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from msgspec.structs import replace

from tactful.graph.channels import group_of
from tactful.graph.comparisons import same_value
from tactful.graph.conditions import Test
from tactful.journey.commands import Note
from tactful.journey.inputs import Event, Reply, Value
from tactful.journey.program import Program
from tactful.journey.replies import Heard
from tactful.journey.state import Frame, Journey, Thread
from tactful.journey.steps import EventLine, Lines, ListenStep, SendStep, Target
from tactful.journey.turn import Turn


class Fit(NamedTuple):
    """A line that fits: its place, where it leads, and what it remembers."""

    place: int
    to: Target
    remembered: dict[str, Value]
    test: Test | None = None


class Signal(NamedTuple):
    """A reply or an event, ready to be held against lines."""

    kind: Literal["reply", "signal"]
    data: dict[str, Value]
    fits: Callable[[Lines], Iterator[Fit]]


def hear_reply(turn: Turn, reply: Reply) -> None:
    """Give a reply to the line that it fits, keep it for the next wait, or give it to a person."""
    heard = Heard(reply)
    turn.remember({"reply": heard.text})
    turn.replied = turn.now
    if turn.state == "handed_off":
        turn.unclaimed(reply)
    elif not _take_line(turn, _reply(heard)):
        if _on_the_way(turn.threads.values()):
            turn.keep(reply)
        else:
            turn.unclaimed(reply)


def awaits_reply(journey: Journey) -> bool:
    """Whether a reply would reach a line now, or be kept for the next wait."""
    if journey.state == "handed_off":
        return True
    return any(
        thread.late is not None or thread.phase in ("listen", "outcome", "sending")
        for thread in journey.threads
    )


def call_of(program: Program, journey: Journey) -> tuple[int, int] | None:
    """Return step and visit of the call that waits for a key, if there is one."""
    for thread in journey.threads:
        step = program.steps[thread.step]
        if isinstance(step, SendStep) and step.hears and thread.phase in ("sending", "outcome"):
            return thread.step, thread.visit
    return None


def hear_event(turn: Turn, event: Event) -> bool:
    """Give an event to the line that it fits; return whether there is one."""
    return _take_line(turn, _event(turn, event))


def hear_opt_out(turn: Turn) -> None:
    """Take the first line for an opt-out whose condition holds."""
    fits = (Fit(place, to, {}) for place, to in turn.program.opt_outs)
    fit = next((fit for fit in fits if _may_take(turn, fit)), None)
    if fit is not None:
        _take_aside(turn, fit, answering=False)


def prove_delivery(turn: Turn, channel: str) -> None:
    """End the wait for an outcome of every send that a reply on this channel proves delivered.

    One that is still on the way is proven as soon as its channel has answered.
    """
    group = group_of(channel)
    for thread in list(turn.threads.values()):
        step = turn.program.steps[thread.step]
        if isinstance(step, SendStep) and step.group == group:
            if thread.phase == "outcome":
                arrive(turn, thread, step)
            elif thread.phase == "sending":
                turn.threads[thread.id] = replace(thread, proven=True)


def arrive(turn: Turn, thread: Thread, step: SendStep) -> bool:
    """A message has arrived: go on, unless it is a call that waits for a key.

    Returns whether anything changed.
    """
    if not step.hears:
        turn.resume(thread, step.follow["delivered"])
        return True
    turn.threads[thread.id] = replace(thread, proven=True)
    return not thread.proven


def answer_with_kept(turn: Turn, thread: Thread) -> None:
    """Answer a wait that just began with the first kept reply that fits it.

    Those before it fit nothing: they are unexpected replies, and go to a person.
    """
    while turn.kept:
        reply, *rest = turn.kept
        turn.kept = tuple(rest)
        signal = _reply(Heard(reply))
        fit = _first(turn, thread, thread.step, signal)
        if fit is not None:
            _take(turn, thread, fit, signal, thread.step, thread.frames)
            return
        turn.unclaimed(reply)


def _on_the_way(threads: Iterable[Thread]) -> bool:
    phases = {thread.phase for thread in threads}
    return "listen" not in phases and not phases.isdisjoint(("sending", "outcome"))


def _reply(heard: Heard) -> Signal:
    def fits(lines: Lines) -> Iterator[Fit]:
        for place, line in lines.replies:
            said = line.match(heard)
            if said is not None:
                kept: dict[str, Value] = {line.save_as: said} if line.save_as else {}
                yield Fit(place, line.to, kept, line.test)

    return Signal("reply", {"text": heard.text, "channel": heard.reply.channel}, fits)


def _event(turn: Turn, event: Event) -> Signal:
    def fits(lines: Lines) -> Iterator[Fit]:
        for place, line in lines.events:
            if event.name in line.names and (event.mine or _is_same(turn, line, event)):
                remembered: dict[str, Value] = {"event": event.name}
                if line.save_as:
                    prefix = line.save_as
                    remembered.update((f"{prefix}.{name}", v) for name, v in event.values.items())
                yield Fit(place, line.to, remembered, line.test)

    return Signal("signal", {"name": event.name}, fits)


def _is_same(turn: Turn, line: EventLine, event: Event) -> bool:
    name = line.same
    return name is not None and same_value(turn.row.get(name), event.values.get(name))


def _take_line(turn: Turn, signal: Signal) -> bool:
    for fit in signal.fits(turn.program.any_time):
        if _may_take(turn, fit):
            _remember(turn, fit, signal, None)
            _take_aside(turn, fit, answering=signal.kind == "reply")
            return True
    # The lines of `at any time` that still run came last, so they are asked first.
    threads = sorted(turn.threads.values(), key=lambda thread: not thread.aside)
    waits = [(thread, thread.step, thread.frames) for thread in threads if thread.phase == "listen"]
    waits += [(thread, thread.late.step, thread.late.frames) for thread in threads if thread.late]
    for thread, step, frames in waits:
        found = _first(turn, replace(thread, frames=frames), step, signal)
        if found is not None:
            _take(turn, thread, found, signal, step, frames)
            return True
    return False


def _first(turn: Turn, thread: Thread, step: int, signal: Signal) -> Fit | None:
    listen = turn.program.steps[step]
    assert isinstance(listen, ListenStep)
    return next((fit for fit in signal.fits(listen.lines) if _holds(turn, thread, fit)), None)


def _holds(turn: Turn, thread: Thread, fit: Fit) -> bool:
    """Whether the condition of a line holds, with what the line would remember."""
    if fit.test is None:
        return True
    return fit.test({**turn.names(thread), **fit.remembered}, turn.now)


def _take(
    turn: Turn, thread: Thread, fit: Fit, signal: Signal, step: int, frames: tuple[Frame, ...]
) -> None:
    _remember(turn, fit, signal, step)
    turn.leave(thread, "a late answer")
    taking = replace(thread, frames=frames, late=None, answering=signal.kind == "reply")
    turn.resume(taking, fit.to)


def _may_take(turn: Turn, fit: Fit) -> bool:
    """Whether a line at any time is not used up, and its condition holds."""
    if turn.taken.get(fit.place, 0) >= turn.program.at_most[fit.place]:
        return False
    test = turn.program.tests[fit.place]
    scope = {**turn.values, **fit.remembered}
    return test is None or test(turn.program.names(turn.row, scope), turn.now)


def _take_aside(turn: Turn, fit: Fit, *, answering: bool) -> None:
    turn.taken = {**turn.taken, fit.place: turn.taken.get(fit.place, 0) + 1}
    aside = Thread(0, "ready", id=turn.next_id(), aside=True, answering=answering)
    turn.start(aside, fit.to)


def _remember(turn: Turn, fit: Fit, signal: Signal, step: int | None) -> None:
    if fit.remembered:
        turn.remember(fit.remembered)
    turn.commands.append(Note(signal.kind, step, {**signal.data, "line": fit.place}))
