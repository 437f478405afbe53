"""Graphs built by hand, and a driver that takes a journey through them by way of its JSON."""

from collections.abc import Mapping

from tactful.graph.model import (
    AnyStep,
    AnyTimeArm,
    Arm,
    Case,
    Compare,
    Condition,
    Constant,
    DeliveryArm,
    DeliveryName,
    EventArm,
    GoTo,
    HandOff,
    KeyArm,
    Listen,
    Operand,
    OptOutArm,
    Parallel,
    Ref,
    Repeat,
    ReplyArm,
    Run,
    Scalar,
    Send,
    Set,
    Split,
    StepGraph,
    Stop,
    Tag,
    Text,
    Variant,
    Wait,
    WaitUntil,
)
from tactful.graph.model import Choose as ChooseStep
from tactful.graph.moments import UntilMoment, ValueMoment
from tactful.journey import commands
from tactful.journey.core import advance, begin
from tactful.journey.inputs import Event, Input, OutcomeName, Permitted, Pressed, Reply, Tick
from tactful.journey.inputs import Outcome as OutcomeInput
from tactful.journey.program import Program
from tactful.journey.state import Journey, decode, encode
from tactful.values import DAY, HOUR, Duration

START = 1_796_000_000_000_000
To = int | None


def text(words: str = "Hello") -> Text:
    return Text(parts=(words,))


def send(
    next: To = None,
    *,
    channel: str = "sms",
    arms: Mapping[DeliveryName, To] | None = None,
    within: int = HOUR,
    keys: Mapping[str, To] | None = None,
    leave: str | None = None,
) -> Send:
    """Send a message; `keys` are those of a call, an empty one is any other."""
    lines = tuple(DeliveryArm(outcome=name, to=to) for name, to in (arms or {}).items())
    return Send(
        id="", stage="journey", next=next, channel=channel, text=text(), arms=lines,
        within=Duration(within), leave=text(leave) if leave else None,
        keys=tuple(KeyArm(keys=(key,) if key else (), to=to) for key, to in (keys or {}).items()),
    )  # fmt: skip


def wait(next: To = None, span: int = DAY) -> Wait:
    return Wait(id="", stage="journey", next=next, span=Duration(span))


def listen(next: To = None, *arms: Arm, timeout: To | str = "next", span: int = DAY) -> Listen:
    on_timeout = next if isinstance(timeout, str) else timeout
    return Listen(
        id="", stage="journey", next=next, span=Duration(span), arms=arms, on_timeout=on_timeout
    )


def until(
    next: To = None, *arms: Arm, moment: UntilMoment | None = None, too_late: To | str = "next"
) -> WaitUntil:
    """Wait for the moment in `starts_at`, or another."""
    return WaitUntil(
        id="", stage="journey", next=next, arms=arms,
        moment=moment or ValueMoment(name="starts_at"),
        too_late=next if isinstance(too_late, str) else too_late,
    )  # fmt: skip


def says(word: str, to: To = None, save_as: str | None = None) -> ReplyArm:
    return ReplyArm(words=(word,), to=to, save_as=save_as)


def other(to: To = None, save_as: str | None = None) -> ReplyArm:
    return ReplyArm(to=to, save_as=save_as)


def event(
    name: str, to: To = None, save_as: str | None = None, same: str | None = None
) -> EventArm:
    return EventArm(names=(name,), to=to, save_as=save_as, same=same)


def choose(next: To, *cases: tuple[Condition | None, To]) -> ChooseStep:
    arms = tuple(Case(condition=condition, to=to) for condition, to in cases)
    return ChooseStep(id="", stage="journey", next=next, cases=arms)


def equals(name: str, value: Scalar) -> Compare:
    return Compare(left=Ref(name=name), operator="is", right=(Constant(value=value),))


def tag(tag: str, next: To = None) -> Tag:
    return Tag(id="", stage="journey", next=next, tags=(tag,))


def set_to(name: str, value: Operand | Text, next: To = None) -> Set:
    return Set(id="", stage="journey", next=next, name=name, value=value)


def hand_off(next: To = None) -> HandOff:
    return HandOff(id="", stage="journey", next=next, queue=text("desk"))


def go_to(target: To, next: To = None, at_most: int | None = None) -> GoTo:
    return GoTo(id="", stage="journey", next=next, target=target, at_most=at_most)


def stop(because: str | None = None) -> Stop:
    return Stop(id="", stage="journey", because=because)


def repeat(body: To, times: int, next: To = None, every: int | None = None) -> Repeat:
    length = None if every is None else Duration(every)
    return Repeat(id="", stage="journey", next=next, body=body, times=times, every=length)


def split(name: str, *variants: tuple[str, int, To]) -> Split:
    """A split by parts of a hundred."""
    shares = tuple(Variant(name=it, share=share * 10_000, to=to) for it, share, to in variants)
    return Split(id="", stage="journey", name=name, variants=shares)


def run(target: To, next: To = None) -> Run:
    return Run(id="", stage="journey", next=next, target=target)


def parallel(next: To, *branches: To) -> Parallel:
    return Parallel(id="", stage="journey", next=next, branches=branches)


def any_time(arm: Arm | OptOutArm, at_most: int = 1, when: Condition | None = None) -> AnyTimeArm:
    return AnyTimeArm(when=arm, at_most=at_most, condition=when)


def graph(
    *steps: AnyStep,
    any_time: tuple[AnyTimeArm, ...] = (),
    values: dict[str, Scalar] | None = None,
) -> StepGraph:
    named = tuple(
        step.model_copy(update={"id": f"journey/{step.kind}/{place}"})
        for place, step in enumerate(steps)
    )
    return StepGraph(
        campaign="test", name="Test", entry=0 if steps else None, steps=named,
        stages={"journey": 0 if steps else None}, any_time=any_time, values=values or {},
    )  # fmt: skip


class Drive:
    """One journey. Before every input it goes through JSON, as it does in a store."""

    def __init__(
        self,
        *steps: AnyStep,
        row: dict[str, Scalar] | None = None,
        any_time: tuple[AnyTimeArm, ...] = (),
        values: dict[str, Scalar] | None = None,
    ) -> None:
        self.row = row or {}
        self.program = Program(graph(*steps, any_time=any_time, values=values))
        self.now = START
        self.journey, done = begin(self.program, self.row, self.now)
        self.log: list[commands.Command] = list(done)

    def put(self, input: Input) -> tuple[commands.Command, ...]:
        """Work an input in; return the commands."""
        stored = decode(encode(self.journey))
        assert stored == self.journey
        self.journey, done = advance(self.program, stored, self.row, input, self.now)
        self.log += done
        return done

    def changes(self, input: Input) -> bool:
        """Work an input in; return whether it changed or asked for anything."""
        before: Journey = self.journey
        after, done = advance(self.program, before, self.row, input, self.now)
        assert (after is before) == (after == before and not done)
        self.journey = after
        self.log += done
        return after is not before

    def later(self, span: int) -> None:
        """Let time pass and the clock tick."""
        self.now += span
        self.put(Tick())

    def permit(self, step: int, visit: int = 1) -> None:
        self.put(Permitted(step, visit))

    def outcome(self, step: int, name: OutcomeName, visit: int = 1) -> None:
        self.put(OutcomeInput(step, visit, name))

    def accept(self, step: int, visit: int = 1) -> None:
        """Let a queued send leave and be accepted."""
        self.permit(step, visit)
        self.outcome(step, "accepted", visit)

    def press(self, step: int, key: str, visit: int = 1) -> None:
        self.put(Pressed(step, visit, key))

    def reply(self, text: str, channel: str = "sms") -> tuple[commands.Command, ...]:
        return self.put(Reply(text, channel))

    def happen(self, name: str, **values: Scalar) -> tuple[commands.Command, ...]:
        return self.put(Event(name, values))

    def happen_to_many(self, name: str, **values: Scalar) -> tuple[commands.Command, ...]:
        return self.put(Event(name, values, mine=False))

    @property
    def sends(self) -> list[tuple[int, int]]:
        """Step and visit of every send asked for so far."""
        return [(each.step, each.visit) for each in self.log if isinstance(each, commands.Send)]

    @property
    def cancelled(self) -> list[int]:
        return [each.step for each in self.log if isinstance(each, commands.Cancel)]

    @property
    def unclaimed(self) -> list[str]:
        return [each.text for each in self.log if isinstance(each, commands.Unclaimed)]

    @property
    def tags(self) -> list[str]:
        return list(self.journey.tags)

    @property
    def state(self) -> str:
        return self.journey.state

    @property
    def due(self) -> int | None:
        """How long from now until the journey is due."""
        return None if self.journey.due is None else self.journey.due - self.now
