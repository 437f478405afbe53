"""The life cycles of launches, sends, journeys and their threads, as tables of legal moves.

A table maps (state, event) to the next state. Whatever is not in it is illegal.
"""

from collections.abc import Mapping
from typing import Literal, TypeVar, get_args

from tactful.errors import IllegalMove
from tactful.journey.commands import EndState

State = TypeVar("State", bound=str)
Table = Mapping[tuple[State, str], State]


def move(table: Table[State], state: State, event: str) -> State:
    """Return the state that follows. Raises `IllegalMove` when the table has no such move."""
    try:
        return table[state, event]
    except KeyError:
        raise IllegalMove(f"`{event}` is not possible in the state `{state}`") from None


def mermaid(table: Table[State], start: State) -> str:
    """Draw a table as a Mermaid state diagram; moves that change nothing are left out."""
    lines = ["stateDiagram-v2", f"    [*] --> {start}"]
    named = dict.fromkeys((*(state for state, _ in table), *table.values()))
    lines += [f'    state "{state}" as {_drawn(state)}' for state in named if " " in state]
    arrows: dict[tuple[State, State], list[str]] = {}
    for (state, event), following in table.items():
        if state != following:
            arrows.setdefault((state, following), []).append(event)
    for (before, after), events in arrows.items():
        lines.append(f"    {_drawn(before)} --> {_drawn(after)}: {', '.join(events)}")
    leaving = {state for state, _ in arrows}
    for final in dict.fromkeys(following for _, following in arrows):
        if final not in leaving:
            lines.append(f"    {_drawn(final)} --> [*]")
    return "\n".join(lines) + "\n"


def _drawn(state: str) -> str:
    """Return what Mermaid can take as the name of a state: one word."""
    return state.replace(" ", "_")


# ---- launch -------------------------------------------------------------------------------------

LaunchState = Literal["loading", "running", "paused", "finished", "stopped"]

LAUNCH: dict[tuple[LaunchState, str], LaunchState] = {
    ("loading", "load"): "running",
    ("loading", "stop"): "stopped",
    ("running", "pause"): "paused",
    ("running", "finish"): "finished",
    ("running", "stop"): "stopped",
    ("paused", "resume"): "running",
    ("paused", "finish"): "finished",
    ("paused", "stop"): "stopped",
}

# ---- send ---------------------------------------------------------------------------------------

SendState = Literal[
    "queued",  # wanted; waits for hours, a verdict, a retry or its turn
    "sending",  # permitted and durable; the channel is, or is about to be, called
    "in doubt",
    "accepted",
    "undelivered",
    "failed",
    "no answer",  # of a call: nobody picked up
    "delivered",
    "voicemail",  # of a call: a machine picked up
    "bounced",
    "refused",  # by the guard
    "expired",
    "cancelled",  # no longer wanted
    "rejected",  # declared not sent by the channel, for good
    "retried",  # declared not sent by the channel; a later attempt stands in its place
]
StatusSignal = Literal[
    "accepted", "undelivered", "failed", "no answer", "delivered", "voicemail", "bounced"
]

# Signals about one send come repeated and in any order. Each has a rank and the highest counts, so
# every order ends alike. A delivery outranks the failures that carriers report too early; voicemail
# outranks it, because a call is answered before anybody hears that it was by a machine; a bounce
# outranks the delivery, because mail servers say it last, when they have accepted a mail and then
# could not place it.
RANKS: dict[SendState, int] = {
    "sending": 0,
    "in doubt": 1,
    "accepted": 2,
    "undelivered": 3,
    "failed": 4,
    "no answer": 5,
    "delivered": 6,
    "voicemail": 7,
    "bounced": 8,
}
SIGNALS: tuple[StatusSignal, ...] = get_args(StatusSignal)


def _signalled() -> dict[tuple[SendState, str], SendState]:
    return {
        (state, signal): max(state, signal, key=RANKS.__getitem__)
        for state in RANKS
        for signal in SIGNALS
    }


# A row of the ledger is one attempt. One that the channel declared not sent ends as `retried` when
# another row stands in its place, else as `rejected`. One that `failed` was sent, and failed later.
SEND: dict[tuple[SendState, str], SendState] = {
    ("queued", "permit"): "sending",
    ("queued", "refuse"): "refused",
    ("queued", "expire"): "expired",
    ("queued", "cancel"): "cancelled",
    # Stopped at the last instant, before the channel was called.
    ("sending", "refuse"): "refused",
    ("sending", "expire"): "expired",
    ("sending", "retry"): "retried",
    ("sending", "reject"): "rejected",
    ("sending", "lose"): "in doubt",
    ("in doubt", "retry"): "retried",
    ("in doubt", "reject"): "rejected",
    # A receipt that came before the channel's own answer has said already that it was sent.
    **{(state, "lose"): state for state in RANKS if RANKS[state] > 1},
    **{(state, "retry"): state for state in RANKS if RANKS[state] > 1},
    **{(state, "reject"): state for state in RANKS if RANKS[state] > 1},
    **_signalled(),
}

# ---- journey and its threads --------------------------------------------------------------------

JourneyState = Literal["running", "handed_off"] | EndState
ENDED: frozenset[JourneyState] = frozenset(get_args(EndState))


def _ends(state: JourneyState) -> dict[tuple[JourneyState, str], JourneyState]:
    return {(state, ending): ending for ending in get_args(EndState) if ending != "closed"}


JOURNEY: dict[tuple[JourneyState, str], JourneyState] = {
    ("running", "hand off"): "handed_off",
    ("handed_off", "hand off"): "handed_off",
    ("handed_off", "give back"): "running",
    **_ends("running"),
    **_ends("handed_off"),
    ("handed_off", "closed"): "closed",
}

Phase = Literal[
    "ready",  # walks from step to step; no stored thread is in this phase
    "queued",  # its send waits for the guard
    "sending",  # its send is on the way; it cannot be cancelled any more
    "outcome",  # its send was accepted, and it has lines for what comes of it
    "wait",
    "listen",
    "pause",  # between two rounds of a repetition
    "join",  # until all its branches are done
]

THREAD: dict[tuple[Phase, str], Phase] = {
    ("ready", "send"): "queued",
    ("queued", "permit"): "sending",
    ("sending", "accept"): "outcome",
    ("ready", "wait"): "wait",
    ("ready", "listen"): "listen",
    ("ready", "pause"): "pause",
    ("ready", "fork"): "join",
    ("queued", "go on"): "ready",
    ("sending", "go on"): "ready",
    ("outcome", "go on"): "ready",
    ("wait", "go on"): "ready",
    ("listen", "go on"): "ready",
    ("pause", "go on"): "ready",
    ("join", "go on"): "ready",
}
