"""No journey sends more than its bound, whatever people answer and whatever fails."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.graph.bounds import most_messages
from tactful.graph.model import Send, StepGraph
from tactful.graph.texts import RECIPIENT
from tactful.graph.walk import walk
from tactful.journey import commands
from tactful.journey.core import advance, begin
from tactful.journey.inputs import Event, Input, Outcome, OutcomeName, Permitted, Reply, Tick
from tactful.journey.program import Program
from tests.graph.drafts import Block, flows, graph_of

FATES: st.SearchStrategy[tuple[OutcomeName, ...]] = st.sampled_from(
    [
        ("accepted",),
        ("accepted", "delivered"),
        ("accepted", "bounced"),
        ("in doubt",),
        ("failed",),
        ("refused",),
        ("expired",),
        (),
    ]
)
MOST_INPUTS = 60


@dataclass
class Traveller:
    """A journey that is given inputs, with its queued sends and those that left, by channel."""

    graph: StepGraph
    row: dict[str, bool | str]
    now: int = 0
    queued: list[commands.Send] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.program = Program(self.graph)
        self.journey, done = begin(self.program, self.row, self.now)
        self._take(done)

    def put(self, input: Input) -> None:
        self.journey, done = advance(self.program, self.journey, self.row, input, self.now)
        self._take(done)

    def _take(self, done: tuple[commands.Command, ...]) -> None:
        for command in done:
            if isinstance(command, commands.Send):
                self.queued.append(command)
            elif isinstance(command, commands.Cancel):
                gone = (command.step, command.visit)
                self.queued = [send for send in self.queued if (send.step, send.visit) != gone]

    def let_go(self, place: int, fate: tuple[OutcomeName, ...]) -> None:
        """Settle one queued send: it leaves unless its fate is to be refused or to expire."""
        send = self.queued.pop(place % len(self.queued))
        if not self.journey.wants(send.step, send.visit):
            return
        if fate and fate[0] not in ("refused", "expired"):
            step = self.graph.steps[send.step]
            assert isinstance(step, Send)
            self.left[step.channel] += 1
            self.put(Permitted(send.step, send.visit))
        elif not fate:
            self.queued.append(send)
        for name in fate:
            self.put(Outcome(send.step, send.visit, name))


@pytest.mark.promise("ENDS")
@settings(max_examples=200)
@given(
    flows(side_by_side=True),
    st.lists(st.tuples(st.integers(1, 2), st.sampled_from([(("sms",),), (("go", "a", 1),)]))),
    st.data(),
)
def test_no_journey_sends_more_than_its_bound(
    stages: dict[str, Block], any_time: list[tuple[int, Block]], data: st.DataObject
) -> None:
    graph = graph_of(stages, any_time=tuple(any_time[:2]))
    assert walk(graph).ends
    bounds = most_messages(graph)
    answers = data.draw(st.integers(0, 2**64 - 1))
    row: dict[str, bool | str] = {f"x{at}": bool(answers >> at & 1) for at in range(64)}
    row["x"] = data.draw(st.sampled_from(["", "1969-01-01", "1970-01-03"]))
    row[RECIPIENT] = str(answers)
    traveller = Traveller(graph, row)
    for _ in range(MOST_INPUTS):
        if traveller.journey.ended:
            break
        choice = data.draw(st.sampled_from(["send", "send", "reply", "event", "time"]))
        if choice == "send" and traveller.queued:
            traveller.let_go(data.draw(st.integers(0, 3)), data.draw(FATES))
        elif choice == "reply":
            traveller.put(Reply(data.draw(st.sampled_from("01")), "sms"))
        elif choice == "event":
            traveller.put(Event("e"))
        else:
            due = traveller.journey.due
            traveller.now = due if due is not None else traveller.now
            traveller.put(Tick())
    assert all(traveller.left[channel] <= most for channel, most in bounds.most.items())
