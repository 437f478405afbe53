"""The walk from step to step, until every thread has to wait: what each kind of step does."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from tactful.graph.texts import RECIPIENT, show
from tactful.journey.commands import HandOff, Note, Send
from tactful.journey.hearing import answer_with_kept
from tactful.journey.inputs import Value
from tactful.journey.lifecycle import JOURNEY, move
from tactful.journey.lots import lot
from tactful.journey.state import Frame, Thread
from tactful.journey.steps import (
    ChooseStep,
    GoToStep,
    HandOffStep,
    ListenStep,
    ParallelStep,
    RepeatStep,
    RunStep,
    SendStep,
    SetStep,
    SplitStep,
    StopStep,
    TagStep,
    Target,
    UntilStep,
    WaitStep,
)
from tactful.journey.turn import Turn

# Where a walking thread is next; None: it waits, or is gone.
Onward = tuple[Thread, Target] | None


def run(turn: Turn) -> None:
    """Let every thread that is ready walk. Raises `IllegalMove` on an endless loop."""
    while turn.ready:
        thread, to = turn.ready.pop()
        if turn.threads.get(thread.id) is thread:  # else another thread made it leave
            _walk(turn, thread, to)


def _walk(turn: Turn, thread: Thread, to: Target) -> None:
    steps = turn.program.steps
    onward: Onward = (thread, to)
    while onward is not None:
        turn.spend()
        thread, to = onward
        if to is None:
            onward = _leave_block(turn, thread)
        else:
            step = steps[to]
            onward = _ENTER[type(step)](turn, thread, to, step)


# ---- blocks -------------------------------------------------------------------------------------


def _leave_block(turn: Turn, thread: Thread) -> Onward:
    if not thread.frames:
        turn.finish(thread)
        return None
    frame = thread.frames[-1]
    step = turn.program.steps[frame.step]
    if type(step) is RepeatStep and frame.round < step.times:
        due = frame.since + step.every
        if step.every and due > turn.now:
            turn.park(thread, "pause", frame.step, turn.clock(due))
            return None
        return _begin_round(turn, replace(thread, frames=thread.frames[:-1]), frame, step)
    return replace(thread, frames=thread.frames[:-1]), step.next


def _begin_round(turn: Turn, thread: Thread, before: Frame, step: RepeatStep) -> Onward:
    frame = Frame(before.step, before.round + 1, turn.now if step.every else 0)
    return replace(thread, frames=(*thread.frames, frame)), step.body


def _repeat(turn: Turn, thread: Thread, at: int, step: RepeatStep) -> Onward:
    if step.body is None or step.times < 1:
        return thread, step.next
    return _begin_round(turn, thread, Frame(at), step)


def _run(turn: Turn, thread: Thread, at: int, step: RunStep) -> Onward:
    return replace(thread, frames=(*thread.frames, Frame(at))), step.target


def _parallel(turn: Turn, thread: Thread, at: int, step: ParallelStep) -> Onward:
    if not step.branches:
        return thread, step.next
    turn.park(thread, "fork", at)
    first = turn.next_id()
    branches = [
        Thread(at, "ready", id=first + place, parent=thread.id, answering=thread.answering)
        for place in range(len(step.branches))
    ]
    turn.threads.update((branch.id, branch) for branch in branches)
    for branch, to in reversed(list(zip(branches, step.branches, strict=True))):
        turn.start(branch, to)  # the last that is started walks first
    return None


def _go_to(turn: Turn, thread: Thread, at: int, step: GoToStep) -> Onward:
    if step.at_most is not None:
        count = turn.jumps.get(at, 0)
        if count >= step.at_most:
            return thread, step.next
        turn.jumps = {**turn.jumps, at: count + 1}
    if thread.aside:
        turn.leave_all_but(thread, "a go to at any time")
    return replace(thread, frames=(), aside=False), step.target


def _stop(turn: Turn, thread: Thread, at: int, step: StopStep) -> Onward:
    turn.end("stopped", step.because)
    return None


def _choose(turn: Turn, thread: Thread, at: int, step: ChooseStep) -> Onward:
    names = turn.names(thread)
    for test, to in step.cases:
        if test is None or test(names, turn.now):
            return thread, to
    return thread, step.next


def _split(turn: Turn, thread: Thread, at: int, step: SplitStep) -> Onward:
    variants = {name: to for name, _, to in step.variants}
    variant = turn.values.get(step.name)
    if variant not in variants:  # else it counts, whatever the shares have become since
        variant = _drawn(turn, step)
    _remember(turn, at, step.name, variant)
    return thread, variants[variant]


def _drawn(turn: Turn, step: SplitStep) -> str:
    place = lot(turn.program.graph.campaign, step.name, show(turn.row.get(RECIPIENT)))
    for name, share, _ in step.variants[:-1]:
        place -= share
        if place < 0:
            return name
    return step.variants[-1][0]


# ---- steps that do something --------------------------------------------------------------------


def _send(turn: Turn, thread: Thread, at: int, step: SendStep) -> Onward:
    visit = turn.visit(at)
    turn.commands.append(Send(at, visit, turn.sent == 0, thread.answering, turn.scope(thread)))
    turn.park(thread, "send", at, visit=visit)
    return None


def _hand_off(turn: Turn, thread: Thread, at: int, step: HandOffStep) -> Onward:
    turn.state = move(JOURNEY, turn.state, "hand off")
    turn.commands.append(HandOff(at, turn.visit(at), turn.scope(thread)))
    return thread, step.next


def _tag(turn: Turn, thread: Thread, at: int, step: TagStep) -> Onward:
    names = turn.names(thread)
    tags = [tag(names) for tag in step.tags]
    for tag in tags:
        turn.commands.append(Note("tag", at, {"tag": tag}))
    turn.tags = tuple(dict.fromkeys((*turn.tags, *tags)))
    return thread, step.next


def _set(turn: Turn, thread: Thread, at: int, step: SetStep) -> Onward:
    value = step.read(turn.names(thread), turn.now)
    _remember(turn, at, step.name, value)
    return thread, step.next


def _remember(turn: Turn, at: int, name: str, value: Value) -> None:
    turn.remember({name: value})
    turn.commands.append(Note("set", at, {"name": name, "value": value}))


def _wait(turn: Turn, thread: Thread, at: int, step: WaitStep) -> Onward:
    turn.park(thread, "wait", at, turn.clock(turn.now + step.span))
    return None


def _listen(turn: Turn, thread: Thread, at: int, step: ListenStep) -> Onward:
    turn.park(thread, "listen", at, turn.clock(turn.now + step.span))
    if turn.kept and turn.state != "handed_off":
        answer_with_kept(turn, turn.threads[thread.id])
    return None


def _until(turn: Turn, thread: Thread, at: int, step: UntilStep) -> Onward:
    due = step.moment(turn.names(thread), turn.now)
    in_hand = turn.state == "handed_off"
    if due is not None and due < turn.now and not in_hand:
        turn.commands.append(Note("too late", at, {}))
        return thread, step.too_late
    turn.park(thread, "listen" if step.listens else "wait", at, None if in_hand else due)
    if step.listens and turn.kept and not in_hand:
        answer_with_kept(turn, turn.threads[thread.id])
    return None


def renew_waits(turn: Turn) -> bool:
    """Compute every wait for a moment in the data anew; return whether one has moved.

    One whose moment is over now goes on as a wait that comes too late.
    """
    moved = False
    for thread in list(turn.threads.values()):
        step = turn.program.steps[thread.step]
        if type(step) is not UntilStep or not step.moves or thread.phase not in ("wait", "listen"):
            continue
        if thread.due is None and turn.state == "handed_off":  # it begins when that is over
            continue
        due = step.moment(turn.names(thread), turn.now)
        if due != thread.due:
            moved = True
            if due is not None and due < turn.now:
                turn.commands.append(Note("too late", thread.step, {}))
                turn.time_out(thread, step.too_late)
            else:
                turn.threads[thread.id] = replace(thread, due=due)
    return moved


_ENTER: dict[type, Callable[[Turn, Thread, int, Any], Onward]] = {
    SendStep: _send,
    WaitStep: _wait,
    ListenStep: _listen,
    UntilStep: _until,
    ChooseStep: _choose,
    TagStep: _tag,
    SetStep: _set,
    HandOffStep: _hand_off,
    GoToStep: _go_to,
    StopStep: _stop,
    RepeatStep: _repeat,
    SplitStep: _split,
    RunStep: _run,
    ParallelStep: _parallel,
}
