"""What the engine needs from outside, declared where it is used: channels, audiences, desks …

Plugins supply objects that fit these protocols; the engine awaits their methods itself, so it owns
order, time limits and isolation.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from msgspec import Struct

from tactful.language.sources import Hosts, Takes
from tactful.runtime.facts import House as House
from tactful.runtime.handoffs import Alert as Alert
from tactful.runtime.handoffs import Alerted as Alerted
from tactful.runtime.handoffs import Desk as Desk
from tactful.runtime.handoffs import HandOffCase as HandOffCase
from tactful.runtime.handoffs import Said as Said
from tactful.values import Instant, Rate, Span

Medium = Literal["sms", "mms", "email", "voice", "chat"]
Severity = Literal["error", "warning", "note"]


class TextFix(Struct, frozen=True):
    """What mends a text of a flow: words to put before it or after it, with their spaces.

    `what` says it to people, such as "say how to stop the messages". One line, nothing filled in.
    """

    what: str
    before: str = ""
    after: str = ""


class Finding(Struct, frozen=True):
    """Something worth telling about a campaign, a sender or a text.

    With a `fix`, `tactful check --fix` mends the text that is said in the line, where it stands in
    the flow itself.
    """

    severity: Severity
    code: str
    message: str
    line: int | None = None
    help: str = ""
    fix: TextFix | None = None


# ---- channels -----------------------------------------------------------------------------------


class Attachment(Struct, frozen=True):
    """A file that goes with a message: its name for the reader, and where its bytes are.

    `path` is empty in a rehearsal, where nothing leaves.
    """

    name: str
    path: str
    media_type: str


class Message(Struct, frozen=True, kw_only=True):
    """One message, ready to leave.

    `attempt` identifies this call; `token` is the same for every attempt of one send (a Message-ID,
    or what a provider takes to recognise a repeat). `locale` is the language of the text (`en-IE`),
    where it is known. Of a call, `leave` is what it says to a machine instead of the text, `keys`
    are those that the flow listens for, and with `any_key` it listens for every other, too.
    """

    attempt: str
    token: str
    campaign: str
    launch: str
    key: str
    channel: str
    to: str
    sender: str
    text: str
    subject: str | None
    segments: int
    permitted_at: Instant
    expires_at: Instant | None
    leave: str | None = None
    keys: tuple[str, ...] = ()
    any_key: bool = False
    locale: str | None = None
    attachments: tuple[Attachment, ...] = ()


class Accepted(Struct, frozen=True):
    """The channel has taken the message. `delivered` says that it is known to have arrived."""

    id: str
    delivered: bool = False


class Refused(Struct, frozen=True):
    """The channel declares it not sent, for good. `kind` says whose fault: see field guides.

    `configuration`: everybody will be refused; after three people in a row the launch is paused.
    `gone`: the address itself is no good, and gets nothing more on this channel. `code` is the
    provider's, for observers of the sender.
    """

    reason: str
    kind: Literal["recipient", "configuration", "policy"] = "recipient"
    gone: bool = False
    code: str = ""


class Retry(Struct, frozen=True):
    """The channel declares it not sent, for now; another attempt may follow `after` a while."""

    after: Span
    reason: str


class Unknown(Struct, frozen=True):
    """Nobody knows whether it was sent. It is in doubt, and never retried blindly."""

    reason: str


SendOutcome = Accepted | Refused | Retry | Unknown


class ChannelLimits(Struct, frozen=True):
    """What a channel can take: open calls at once, and how long one call may last."""

    at_once: int = 64
    call_timeout: Span = 30_000_000


class Channel(Protocol):
    """Delivers messages. One object may carry several media (`sms`, `email` …)."""

    @property
    def name(self) -> str:
        """What `through NAME` in a flow names."""
        ...

    @property
    def media(self) -> Collection[str]:
        """The media it carries."""
        ...

    @property
    def limits(self) -> ChannelLimits:
        """What it can take."""
        ...

    @property
    def confirms_opt_out(self) -> bool:
        """Whether the provider itself answers STOP; then Tactful stays silent."""
        ...

    async def send(self, message: Message) -> SendOutcome:
        """Hand one message over. An exception, or no answer in time, puts it in doubt."""
        ...

    async def reconcile(self, message: Message) -> SendOutcome | None:
        """Say what became of a lost answer: Accepted, Refused (not sent), or None (not known)."""
        ...

    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        """Judge a sender's address for a medium, without any network."""
        ...

    def cost(self, medium: str, country: str | None, segments: int) -> str | None:
        """Return the price of one message as `0.05 EUR`, when the provider knows it."""
        ...


@runtime_checkable
class Paced(Protocol):
    """A channel whose senders have a pace of their own, over all campaigns."""

    def pace_of(self, medium: str, sender: str) -> Rate | None:
        """Return how many segments (or calls, or mails) a sender may send; None: no limit.

        Called without any network; the same sender has one pace, whatever campaigns use it.
        """
        ...


@runtime_checkable
class Examined(Protocol):
    """What `tactful doctor` can look into: a channel or a desk that knows how to try itself."""

    async def examine(self) -> Sequence[Finding]:
        """Try credentials, senders and addresses over the network, and say what is wrong.

        Sends nothing to anybody. Raising, or taking too long, is a finding too.
        """
        ...


# ---- policies -----------------------------------------------------------------------------------


class PolicyFinding(Struct, frozen=True, kw_only=True):
    """One thing that a policy found in a text: from which character to which, and how to mend it.

    `category` is the kind of what was found, such as `gambling`; `rule` the one rule that found it.
    Without a place the finding is about the whole text.
    """

    category: str
    rule: str
    message: str
    help: str = ""
    start: int | None = None
    end: int | None = None


class PolicyVerdict(Struct, frozen=True):
    """What a policy says of one message. `rule` and `reason` name what triggered it.

    `findings` tell all of it, for people who mend the text. `until` belongs to a `hold`: the
    message waits until then, and the policy is asked again. With `allow` or `warn` it says how long
    that is good: a message that waits longer is judged again.
    """

    decision: Literal["allow", "warn", "hold", "refuse"]
    policy: str
    rule: str = ""
    reason: str = ""
    findings: tuple[PolicyFinding, ...] = ()
    until: Instant | None = None


class FlowText(Struct, frozen=True, kw_only=True):
    """One text of a flow as it is written, with `{{ name }}` where something is filled in.

    `language` is None where a flow has one language; `line` is where the send stands that says it.
    `first` says that it may be the first message that a person gets on this channel.
    """

    channel: Medium
    stage: str
    text: str
    subject: str | None = None
    language: str | None = None
    line: int | None = None
    first: bool = False


class FlowView(Struct, frozen=True, kw_only=True):
    """What a policy sees of a campaign before anything of it is filled in or sent.

    `house` is who writes, as the configuration has it.
    """

    name: str
    owner: str
    purpose: Literal["service", "account", "safety"]
    texts: tuple[FlowText, ...]
    senders: Mapping[Medium, str] = {}
    house: House = House()


class Policy(Protocol):
    """Judges a campaign when it is checked, and every rendered message before it is sent."""

    @property
    def name(self) -> str:
        """What `policy NAME` in a flow names."""
        ...

    @property
    def version(self) -> str:
        """The version of its rules: a verdict that waits is asked for again under another one."""
        ...

    def check_flow(self, flow: FlowView) -> Sequence[Finding]:
        """Judge a campaign. A finding of severity `error` is a mistake of the flow.

        Called by `check` too: no network. Raising is a mistake of every flow that it judges. The
        `code` of a finding is the rule that found it, as in verdicts.
        """
        ...

    async def check_message(self, message: Message, facts: Mapping[str, Any]) -> PolicyVerdict:
        """Judge one message, within 5 seconds. Raising, or taking longer, refuses the message.

        `message.permitted_at` is now, by the engine's clock. The text is cut off after 1,600
        characters, that of an e-mail after 100,000. `facts` are the recipient's columns and values,
        and what the engine knows: see `tactful.runtime.facts`. Any of them may be missing.
        """
        ...


@runtime_checkable
class ByDefault(Protocol):
    """A policy that judges every campaign on some channels, also one that does not name it."""

    @property
    def applies_to(self) -> Collection[Medium]:
        """The channels of which it judges every message. A flow that names it: on all channels."""
        ...


# ---- audiences ----------------------------------------------------------------------------------


class Row(Struct, frozen=True):
    """One row as the source has it: its number (the first data row is 1) and its cells as text."""

    number: int
    cells: Mapping[str, str]


class RowProblem(Struct, frozen=True):
    """A row that cannot be read; the others go on. `column` is empty when no single one is bad."""

    number: int
    column: str
    reason: str
    code: str = "unreadable_row"


class AudienceSource(Struct, frozen=True):
    """What the flow says about where recipients come from.

    `path` is absolute, or a web address that is allowed; `hosts` are all that are. `options` are
    the lines below it: `query` and `sheet` are texts, `token` is a `Secret`. `lines` are the
    lines of the flow where they stand, for messages.
    """

    path: str
    options: Mapping[str, Any] = {}
    lines: Mapping[str, int] = {}
    hosts: Hosts = Hosts()


class AudienceReader(Protocol):
    """Reads recipients from one kind of source."""

    @property
    def name(self) -> str:
        """What `audience from NAME` in a flow names."""
        ...

    @property
    def takes(self) -> Takes:
        """What a flow may say of the source: a file or an address, and which lines below it."""
        ...

    def columns(self, source: AudienceSource) -> Sequence[str]:
        """Return the names of the columns, before any row is read. Raises `AudienceInvalid`.

        Called in a worker thread, so it may wait for a disk or a network.
        """
        ...

    def rows(self, source: AudienceSource) -> AsyncIterator[Row | RowProblem | Finding]:
        """Yield every row in order, in bounded memory, and what is worth telling of the whole.

        Raises `AudienceInvalid`.
        """
        ...


# ---- runtimes -----------------------------------------------------------------------------------


class Runtime(Protocol):
    """Where journeys run, when one machine is not enough. Nothing above knows which one it is."""

    @property
    def name(self) -> str:
        """What the runtime is called."""
        ...

    async def begin(self, launch: str, key: str) -> None:
        """Start the journey of one recipient. Repeating it changes nothing."""
        ...

    async def deliver(self, launch: str, key: str, signal: bytes, dedup: str) -> None:
        """Hand a signal, as JSON, to a journey; the same `dedup` takes effect once."""
        ...
