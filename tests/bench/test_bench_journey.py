"""What an event costs a straight journey: send, wait for a reply, timeout, send, end."""

from time import perf_counter

import pytest

from tactful.graph.model import EventArm, Listen, ReplyArm, Send, Slot, StepGraph, Text
from tactful.journey.core import advance, begin
from tactful.journey.inputs import Outcome, Permitted, Tick
from tactful.journey.program import Program
from tactful.journey.state import decode, encode
from tactful.values import DAY, Duration

ROUNDS = 20_000


@pytest.mark.bench
def test_bench_events_of_a_straight_journey() -> None:
    text = Text(parts=("Hi ", Slot(name="name"), ", order ", Slot(name="order"), "."))
    program = Program(
        StepGraph(
            campaign="bench",
            name="Bench",
            entry=0,
            steps=(
                Send(id="a", stage="journey", next=1, channel="sms", text=text),
                Listen(
                    id="b",
                    stage="journey",
                    next=2,
                    span=Duration(DAY),
                    arms=(
                        ReplyArm(words=("refund",), to=None),
                        EventArm(names=("order.shipped",), to=None),
                    ),
                    on_timeout=2,
                ),
                Send(id="c", stage="journey", next=None, channel="email", text=text),
            ),
            stages={"journey": 0},
        )
    )
    row = {"name": "Ana", "order": "A-1"}
    start = 1_764_000_000_000_000
    events = (
        (start, Permitted(0, 1)),
        (start, Outcome(0, 1, "accepted")),
        (start + DAY, Tick()),
        (start + DAY, Permitted(2, 1)),
        (start + DAY, Outcome(2, 1, "accepted")),
    )
    started = perf_counter()
    for _ in range(ROUNDS):
        journey, _ = begin(program, row, start)
        for at, event in events:
            journey, _ = advance(program, journey, row, event, at)
    spent = perf_counter() - started
    assert journey.state == "finished"

    waiting, _ = begin(program, row, start)
    for at, event in events[:2]:
        waiting, _ = advance(program, waiting, row, event, at)
    stored = encode(waiting)
    started = perf_counter()
    for _ in range(ROUNDS):
        decode(stored)
    reading = perf_counter() - started
    started = perf_counter()
    for _ in range(ROUNDS):
        encode(waiting)
    writing = perf_counter() - started

    events_done = ROUNDS * (len(events) + 1)
    print(f"\ncore: {spent / events_done * 1e6:.2f} µs per event")
    print(f"state: {len(stored)} bytes, decode {reading / ROUNDS * 1e6:.2f} µs, ", end="")
    print(f"encode {writing / ROUNDS * 1e6:.2f} µs")
