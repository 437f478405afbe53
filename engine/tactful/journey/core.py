"""The journey core: state and an input become a new state and commands. Pure, and it never blocks.

Every input is legal at every moment; one that fits nothing changes nothing. What a send's input
or the clock does depends on what its thread waits for: that is the table `_BY_PHASE`. All other
inputs concern the whole journey: `_BY_INPUT`.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from tactful.journey.commands import Command, Note
from tactful.journey.hearing import (
    arrive,
    hear_event,
    hear_opt_out,
    hear_reply,
    prove_delivery,
)
from tactful.journey.inputs import (
    Close,
    Drop,
    Event,
    Expire,
    GiveBack,
    Input,
    Instant,
    OptOut,
    Outcome,
    Permitted,
    Pressed,
    Refresh,
    Reply,
    Tick,
    Values,
)
from tactful.journey.lifecycle import JOURNEY, THREAD, move
from tactful.journey.program import Program
from tactful.journey.state import VERSION, Journey, Late, Thread
from tactful.journey.steps import ListenStep, SendStep
from tactful.journey.turn import Turn
from tactful.journey.walk import renew_waits, run

Result = tuple[Journey, tuple[Command, ...]]

_BLANK = Journey(VERSION)
_OUT = ("accepted", "in doubt", "delivered", "voicemail")


def begin(program: Program, row: Values, now: Instant) -> Result:
    """Let a recipient enter. Raises `IllegalMove` when the flow loops without a wait."""
    turn = Turn(program, _BLANK, row, now)
    turn.start(Thread(0, "ready"), program.entry)
    run(turn)
    return turn.close()


def advance(program: Program, journey: Journey, row: Values, input: Input, now: Instant) -> Result:
    """Work one input in. An input that fits nothing returns the same journey and no commands.

    Raises `IllegalMove` when the flow loops without a wait.
    """
    handle = _BY_INPUT.get(type(input))
    if handle is None or journey.ended:
        return journey, ()
    if type(input) is Permitted and len(journey.threads) == 1:
        only = journey.threads[0]
        if only.late is None and only.phase == "queued":
            return _permit_only(journey, only, input), ()
    turn = Turn(program, journey, row, now)
    if not handle(turn, input):
        return journey, ()
    run(turn)
    if program.waits_for_data and turn.values is not journey.values:
        renew_waits(turn)
        run(turn)
    return turn.close()


# ---- inputs for one thread ----------------------------------------------------------------------


def _to_sender(turn: Turn, input: Permitted | Outcome | Pressed) -> bool:
    for thread in turn.threads.values():
        if thread.step == input.step and thread.visit == input.visit:
            handle = _BY_PHASE.get((thread.phase, type(input)))
            if handle is not None:
                return handle(turn, thread, input)
    return isinstance(input, Outcome) and _hindsight(turn, input)


def _hindsight(turn: Turn, outcome: Outcome) -> bool:
    known = 0 < outcome.visit <= turn.visits.get(outcome.step, 0)
    if known and outcome.name in _OUT:
        news = turn.sent == 0 or not turn.has_reached(outcome.step)
        turn.reach(outcome.step)
        turn.sent = turn.sent or 1
        return news
    return False


def _permit(turn: Turn, thread: Thread, input: Permitted | Outcome) -> bool:
    phase = move(THREAD, thread.phase, "permit")
    turn.threads[thread.id] = replace(thread, phase=phase)
    for other in list(turn.threads.values()):
        if other.late is not None:
            turn.threads[other.id] = replace(other, late=None)
    return True


def _permit_only(journey: Journey, only: Thread, input: Permitted) -> Journey:
    """Do what `_permit` does, for the journey that nearly all are: one thread, nothing late."""
    if only.step != input.step or only.visit != input.visit:
        return journey
    phase = move(THREAD, only.phase, "permit")
    return replace(journey, threads=(replace(only, phase=phase),))


def _settle(turn: Turn, thread: Thread, outcome: Outcome) -> bool:
    step = turn.program.steps[thread.step]
    assert isinstance(step, SendStep)
    if outcome.name not in _OUT:
        turn.refused += 1
        turn.resume(thread, step.follow[outcome.name])
        return True
    turn.sent += 1
    turn.reach(thread.step)
    if outcome.name == "voicemail":
        turn.resume(thread, step.follow["voicemail"])
    elif outcome.name == "delivered" or (step.waits and thread.proven):
        if step.hears:
            answered = replace(thread, proven=True)
            turn.park(answered, "accept", thread.step, turn.now + step.within, thread.visit)
        else:
            turn.resume(thread, step.follow["delivered"])
    elif step.waits:
        turn.park(thread, "accept", thread.step, turn.now + step.within, thread.visit)
    else:
        turn.resume(thread, step.next)
    return True


def _settle_queued(turn: Turn, thread: Thread, outcome: Outcome) -> bool:
    if outcome.name in _OUT:  # then it was permitted, too
        _permit(turn, thread, outcome)
        thread = turn.threads[thread.id]
    return _settle(turn, thread, outcome)


def _conclude(turn: Turn, thread: Thread, outcome: Outcome) -> bool:
    step = turn.program.steps[thread.step]
    assert isinstance(step, SendStep)
    if outcome.name not in step.follow:
        return False
    if outcome.name == "delivered":
        return arrive(turn, thread, step)
    turn.resume(thread, step.follow[outcome.name])
    return True


def _press(turn: Turn, thread: Thread, pressed: Pressed) -> bool:
    step = turn.program.steps[thread.step]
    assert isinstance(step, SendStep)
    if not step.hears:
        return False
    told = arrive(turn, thread, step)
    if pressed.key not in step.keys and not step.covers:
        return told
    turn.replied = turn.now if pressed.key else turn.replied
    turn.commands.append(
        Note("signal", thread.step, {"name": f"pressed {pressed.key or 'no key'}"})
    )
    answering = replace(turn.threads[thread.id], answering=bool(pressed.key))
    turn.resume(answering, step.keys.get(pressed.key, step.other_key))
    return True


def _press_early(turn: Turn, thread: Thread, pressed: Pressed) -> bool:
    """A key before the channel's own answer: the call was answered."""
    step = turn.program.steps[thread.step]
    assert isinstance(step, SendStep)
    if not step.hears:
        return False
    _settle(turn, thread, Outcome(thread.step, thread.visit, "delivered"))
    _press(turn, turn.threads[thread.id], pressed)
    return True


def _hear_no_more(turn: Turn, thread: Thread, tick: Tick) -> bool:
    """The wait for an outcome is over; of a call that was answered no key is an answer, too."""
    step = turn.program.steps[thread.step]
    assert isinstance(step, SendStep)
    turn.time_out(thread, step.other_key if step.covers and thread.proven else step.next)
    return True


def _go_on(turn: Turn, thread: Thread, tick: Tick) -> bool:
    turn.time_out(thread, turn.program.steps[thread.step].next)
    return True


def _stop_listening(turn: Turn, thread: Thread, tick: Tick) -> bool:
    step = turn.program.steps[thread.step]
    assert isinstance(step, ListenStep)
    late = Late(thread.step, thread.frames)
    turn.time_out(replace(thread, late=late), step.on_timeout)
    return True


def _next_round(turn: Turn, thread: Thread, tick: Tick) -> bool:
    turn.time_out(thread, None)
    return True


_BY_PHASE: dict[tuple[str, type], Callable[[Turn, Thread, Any], bool]] = {
    ("queued", Permitted): _permit,
    ("queued", Outcome): _settle_queued,
    ("sending", Outcome): _settle,
    ("outcome", Outcome): _conclude,
    ("outcome", Tick): _hear_no_more,
    ("outcome", Pressed): _press,
    ("sending", Pressed): _press_early,
    ("wait", Tick): _go_on,
    ("listen", Tick): _stop_listening,
    ("pause", Tick): _next_round,
}


# ---- inputs for the whole journey ---------------------------------------------------------------


def _tick(turn: Turn, tick: Tick) -> bool:
    """Let everything go on whose time has come, also waits that begin now and are over now.

    Nothing that is due is left, so that the same tick once more changes nothing.
    """
    went_on = False
    while (thread := _first_due(turn)) is not None:
        _BY_PHASE[thread.phase, Tick](turn, thread, tick)
        run(turn)
        went_on = True
    return went_on


def _first_due(turn: Turn) -> Thread | None:
    due = [(t.due, t.id) for t in turn.threads.values() if t.due is not None and t.due <= turn.now]
    return turn.threads[min(due)[1]] if due else None


def _reply(turn: Turn, reply: Reply) -> bool:
    hear_reply(turn, reply)
    run(turn)
    prove_delivery(turn, reply.channel)
    return True


def _give_back(turn: Turn, input: GiveBack) -> bool:
    if turn.state != "handed_off":
        return False
    turn.state = move(JOURNEY, turn.state, "give back")
    for thread in reversed(list(turn.threads.values())):
        if thread.due is None and thread.phase in ("wait", "listen"):
            turn.resume(thread, thread.step)
        elif thread.due is None and thread.phase == "pause":
            turn.resume(thread, None)
    return True


def _close(turn: Turn, input: Close) -> bool:
    if turn.state != "handed_off":
        return False
    turn.end("closed")
    return True


def _refresh(turn: Turn, input: Refresh) -> bool:
    return renew_waits(turn)


def _opt_out(turn: Turn, input: OptOut) -> bool:
    hear_opt_out(turn)
    run(turn)
    turn.end("opted_out")
    return True


def _expire(turn: Turn, input: Expire) -> bool:
    turn.end("expired")
    return True


def _drop(turn: Turn, input: Drop) -> bool:
    turn.end(input.state, input.because)
    return True


_BY_INPUT: dict[type, Callable[[Turn, Any], bool]] = {
    Tick: _tick,
    Permitted: _to_sender,
    Outcome: _to_sender,
    Pressed: _to_sender,
    Reply: _reply,
    Event: hear_event,
    Refresh: _refresh,
    OptOut: _opt_out,
    Expire: _expire,
    Drop: _drop,
    GiveBack: _give_back,
    Close: _close,
}
