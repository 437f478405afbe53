"""The steps of a graph as the core walks them: texts, conditions and reply lines are closures."""

from collections.abc import Callable

from msgspec import Struct

from tactful.graph.conditions import Test
from tactful.graph.moments import Reading
from tactful.graph.texts import Render
from tactful.journey.inputs import Instant, OutcomeName, Value, Values
from tactful.journey.replies import Match
from tactful.values import Span

Target = int | None


class Step(Struct, frozen=True):
    """What all have: the step that follows, None at the end of a block."""

    next: Target


class SendStep(Step, frozen=True):
    """Sends. `follow` tells where an outcome leads, `waits` if one after acceptance matters.

    `keys` tells where a key leads, `other_key` where any other one does. `hears` says that keys
    matter, so that a call that is answered waits for one; `covers` that any key and none has a
    line.
    """

    channel: str
    group: str
    urgent: bool
    within: Span
    waits: bool
    follow: dict[OutcomeName, Target]
    keys: dict[str, Target]
    other_key: Target
    hears: bool
    covers: bool


class WaitStep(Step, frozen=True):
    """Waits for `span`."""

    span: Span


class ReplyLine(Struct, frozen=True):
    """An `on reply` line. `match` returns what was said, or None."""

    match: Match
    save_as: str | None
    to: Target
    test: Test | None = None


class EventLine(Struct, frozen=True):
    """An `on event` line; `same` is the column by which events for others fit, too."""

    names: frozenset[str]
    same: str | None
    save_as: str | None
    to: Target
    test: Test | None = None


class Lines(Struct, frozen=True):
    """`on …` lines, each with its place from the top."""

    replies: tuple[tuple[int, ReplyLine], ...]
    events: tuple[tuple[int, EventLine], ...]


class ListenStep(Step, frozen=True):
    """Waits up to `span` for a reply or event."""

    span: Span
    lines: Lines
    on_timeout: Target


class UntilStep(ListenStep, frozen=True):
    """Waits until `moment`, and hears replies and events if it has lines; its `span` is nought.

    `moves` says that the moment comes from the data, and so can change.
    """

    moment: Reading
    moves: bool
    too_late: Target

    @property
    def listens(self) -> bool:
        """Whether it has lines for replies or events."""
        return bool(self.lines.replies or self.lines.events)


class ChooseStep(Step, frozen=True):
    """Takes the first case that holds; a case without a test always does."""

    cases: tuple[tuple[Test | None, Target], ...]


class TagStep(Step, frozen=True):
    """Remembers tags, each as its `Render` gives it."""

    tags: tuple[Render, ...]


class SetStep(Step, frozen=True):
    """Remembers what `read` returns."""

    name: str
    read: Callable[[Values, Instant], Value]


class HandOffStep(Step, frozen=True):
    """Gives the conversation to a person."""

    queue: Render
    priority: str
    note: Render | None


class GoToStep(Step, frozen=True):
    """Jumps, at most so often."""

    target: Target
    at_most: int | None


class StopStep(Step, frozen=True):
    """Ends the journey."""

    because: str


class RepeatStep(Step, frozen=True):
    """Repeats its body."""

    body: Target
    times: int
    every: Span


class SplitStep(Step, frozen=True):
    """Takes the variant on whose share a person's lot falls; remembers its name."""

    name: str
    variants: tuple[tuple[str, int, Target], ...]


class RunStep(Step, frozen=True):
    """Runs a stage and comes back."""

    target: Target


class ParallelStep(Step, frozen=True):
    """Does its branches side by side."""

    branches: tuple[Target, ...]


AnyStep = (
    SendStep
    | WaitStep
    | ListenStep
    | UntilStep
    | ChooseStep
    | TagStep
    | SetStep
    | HandOffStep
    | GoToStep
    | StopStep
    | RepeatStep
    | SplitStep
    | RunStep
    | ParallelStep
)
