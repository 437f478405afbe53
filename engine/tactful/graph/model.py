"""The step graph: a checked flow as data, which the journey core walks and the store keeps.

Steps stand in one flat tuple and name each other by index. `next` is the step that follows;
None is the end of the block a step stands in: a repetition goes round, a stage that was `run`
comes back, a branch is done, and outside of these the journey ends. Everything in here is pydantic
and survives JSON unchanged; layout, comments and line numbers of the flow are no part of the
revision.
"""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from tactful.graph.expressions import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Constant,
    Data,
    Filter,
    Holds,
    Missing,
    Moment,
    Not,
    Operand,
    Ref,
    Scalar,
    Slot,
    Text,
    digest,
)
from tactful.graph.guards import (
    Channel,
    ConsentRule,
    Guards,
    InboxHold,
    PauseRule,
    Purpose,
    Sender,
    ThrottleRule,
)
from tactful.graph.lines import (
    AnyTimeArm,
    Arm,
    EventArm,
    OptOutArm,
    ReplyArm,
    StepIndex,
)
from tactful.graph.moments import UntilMoment
from tactful.graph.people import (
    Audience,
    Column,
    ColumnType,
    OnePer,
    RoleColumn,
    RowRule,
    Update,
)
from tactful.values import Duration, Instant

# Texts, conditions and guards belong to a campaign's data, and are taken from here by who uses it.
__all__ = [
    "AllOf",
    "AnyOf",
    "AnyTimeArm",
    "Arm",
    "Audience",
    "Channel",
    "Column",
    "ColumnType",
    "Compare",
    "Comparison",
    "Condition",
    "ConsentRule",
    "Constant",
    "Data",
    "EventArm",
    "Filter",
    "Guards",
    "Holds",
    "InboxHold",
    "Missing",
    "Moment",
    "Not",
    "OnePer",
    "Operand",
    "OptOutArm",
    "PauseRule",
    "Purpose",
    "Ref",
    "ReplyArm",
    "RoleColumn",
    "RowRule",
    "Scalar",
    "Sender",
    "Slot",
    "StepIndex",
    "Text",
    "ThrottleRule",
    "Update",
]

PARTS = 10_000
"""Parts of a million in one percent."""

ANY_TIME = "at any time"
"""The stage of the lines at any time. No stage of a flow can be called so."""

ROUND = "round"
"""What the block of a repetition is called in identities."""

DeliveryName = Literal[
    "delivered", "not delivered", "failed", "undelivered", "bounced", "refused", "expired",
    "no answer", "voicemail",
]  # fmt: skip
Priority = Literal["low", "normal", "high", "urgent"]


# ---- steps --------------------------------------------------------------------------------------


class Step(Data):
    """What every step has: its identity and the stage it stands in.

    `id` is stage / path of blocks / phrase / occurrence (`refund/send sms/1`). It is no line number
    and no text hash, so that editing elsewhere never makes a step another one; the ledger's key
    holds it. The first stage, `journey:`, is called `journey`.
    """

    id: str
    stage: str
    next: StepIndex | None = None


class DeliveryArm(Data):
    """`on not delivered within 30 minutes:` of a send."""

    outcome: DeliveryName
    to: StepIndex | None


class Attachment(Data):
    """A file that goes with a message: its name for the reader, and which bytes it holds."""

    name: str
    sha256: str
    media_type: str
    size: int


class Wording(Data):
    """What a message says in one language."""

    language: str
    text: Text
    subject: Text | None = None
    attachments: tuple[Attachment, ...] = ()


class KeyArm(Data):
    """`on pressed 1, 2:` of a call; without keys, `on other key:`."""

    keys: tuple[str, ...] = ()
    to: StepIndex | None


class Send(Step):
    """Sends one message; with arms or keys it waits for the outcome, at most `within`.

    `text`, `subject` and `attachments` are those of the default language, `wordings` of the others.
    `leave` is what a call says to a machine.
    """

    kind: Literal["send"] = "send"
    channel: Channel
    text: Text
    subject: Text | None = None
    attachments: tuple[Attachment, ...] = ()
    wordings: tuple[Wording, ...] = ()
    urgent: bool = False
    within: Duration = Duration.parse("1 hour")
    arms: tuple[DeliveryArm, ...] = ()
    leave: Text | None = None
    keys: tuple[KeyArm, ...] = ()


class Wait(Step):
    """Waits for a fixed length of time."""

    kind: Literal["wait"] = "wait"
    span: Duration


class Listen(Step):
    """`wait up to`: the first reply or event that fits wins; `on_timeout` when the time is over.

    Without an `on timeout` line, `on_timeout` equals `next`.
    """

    kind: Literal["listen"] = "listen"
    span: Duration
    arms: tuple[Arm, ...] = ()
    on_timeout: StepIndex | None = None


class WaitUntil(Step):
    """Waits until a moment; the first reply or event that fits wins before it.

    A moment that is over already goes on at `too_late`; without such a line, that equals `next`.
    """

    kind: Literal["wait_until"] = "wait_until"
    moment: UntilMoment
    arms: tuple[Arm, ...] = ()
    too_late: StepIndex | None = None


class Case(Data):
    """One `when …:` or `otherwise:` (no condition)."""

    condition: Condition | None
    to: StepIndex | None


class Choose(Step):
    """`when` … `otherwise`: takes the first case that holds, else goes on."""

    kind: Literal["choose"] = "choose"
    cases: tuple[Case, ...]


class Tag(Step):
    """Remembers tags: names, or texts with something filled in."""

    kind: Literal["tag"] = "tag"
    tags: tuple[str | Text, ...]


class Set(Step):
    """Remembers a value under a name: a literal, another value, or a text with slots."""

    kind: Literal["set"] = "set"
    name: str
    value: Operand | Text


class HandOff(Step):
    """Gives the conversation to a person. The next step runs at once."""

    kind: Literal["hand_off"] = "hand_off"
    queue: Text
    priority: Priority = "normal"
    note: Text | None = None


class GoTo(Step):
    """Jumps to a stage; after `at_most` jumps from here, goes on with `next` instead."""

    kind: Literal["go_to"] = "go_to"
    target: StepIndex | None
    at_most: int | None = None


class Stop(Step):
    """Ends this person's journey."""

    kind: Literal["stop"] = "stop"
    because: str | None = None


class Repeat(Step):
    """Does its body at most `times`; `attempt` counts them. `every` is the time between starts."""

    kind: Literal["repeat"] = "repeat"
    body: StepIndex | None
    times: int
    every: Duration | None = None


class Variant(Data):
    """`variant short 50%:`; `share` is in parts of a million."""

    name: str
    share: int
    to: StepIndex | None


class Split(Step):
    """Takes one variant, always the same for a person, and remembers its name under `name`."""

    kind: Literal["split"] = "split"
    name: str
    variants: tuple[Variant, ...]


class Run(Step):
    """Does the lines of a stage, then comes back."""

    kind: Literal["run"] = "run"
    target: StepIndex | None


class Parallel(Step):
    """Does its branches side by side; goes on when all are done."""

    kind: Literal["parallel"] = "parallel"
    branches: tuple[StepIndex | None, ...]


AnyStep = Annotated[
    Send
    | Wait
    | Listen
    | WaitUntil
    | Choose
    | Tag
    | Set
    | HandOff
    | GoTo
    | Stop
    | Repeat
    | Split
    | Run
    | Parallel,
    Field(discriminator="kind"),
]


# ---- the graph and what floats ------------------------------------------------------------------


class StepGraph(Data):
    """Everything a journey is pinned to. Its hash is the revision.

    `stages` maps each stage's name to its first step (None: an empty stage). `channels` are those
    that its sends use. `languages` are those that it speaks, the default first; none: it does not
    say. `plugins` maps each plugin the flow needs to its main version.
    """

    campaign: str
    name: str
    entry: StepIndex | None
    steps: tuple[AnyStep, ...]
    stages: dict[str, StepIndex | None]
    any_time: tuple[AnyTimeArm, ...] = ()
    values: dict[str, Scalar] = Field(default_factory=dict)
    channels: tuple[Channel, ...] = ()
    languages: tuple[str, ...] = ()
    plugins: dict[str, int] = Field(default_factory=dict)
    template_version: int = 1

    @cached_property
    def revision(self) -> str:
        """The hash of graph, texts, plugin main versions and template version."""
        return digest(self)


class Approval(Data):
    """A person lets a text stand of which a rule of a policy warns.

    `text` is the print of what it covers, `plan` the plan that was approved, if not the flow's own
    line, and `at` when that was (ISO 8601).
    """

    policy: str
    rule: str
    text: str
    because: str
    by: str
    at: str = ""
    plan: str = ""


class Campaign(Data):
    """A compiled flow: the graph that journeys are pinned to, what floats, and who gets it.

    `lines` maps step ids, guards by name (`quiet hours`, `throttle sms`, `consent for sms`,
    `expires`) and what an audience is told (`audience`, `query`, `keep 1` …) to lines of the file.
    `worst_case` is the most messages one person can get on each channel. `starts_at` None: at
    once. `approvals` are those of the flow and of the plan, whose id is `plan`.
    """

    graph: StepGraph
    guards: Guards
    audience: Audience
    starts_at: Instant | None = None
    worst_case: dict[Channel, int] = Field(default_factory=dict)
    lines: dict[str, int] = Field(default_factory=dict)
    approvals: tuple[Approval, ...] = ()
    plan: str = ""
