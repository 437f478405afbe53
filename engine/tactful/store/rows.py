"""The rows a store keeps, as values. Names at the edge, whole numbers inside.

Rows that travel on the hot path are `array_like`: a group of them is one JSON array, and so one
statement. They hold only texts and numbers, so the garbage collector need not look at them.
Moments are microseconds since 1970 UTC.
"""

from typing import Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tactful.guard.folding import fold
from tactful.guard.standing import Standing
from tactful.journey.lifecycle import LaunchState, SendState
from tactful.values import Instant


class RevisionRow(Struct, frozen=True):
    """A compiled graph (`digest` is its revision), or a set of guards, as JSON."""

    id: int
    kind: Literal["graph", "guards"]
    campaign: str
    digest: str
    data: str
    at: Instant


class LaunchRow(Struct, frozen=True):
    """One start of a campaign, `campaign.number`. `revision` is what new journeys begin with.

    `starts_at` is when its audience is first read; None: at once. `audience_read_at` is when it was
    last read, `audience_problem` why the last try failed. `because` says why the engine itself has
    paused it, if it has.
    """

    id: int
    campaign: str
    number: int
    state: LaunchState
    revision: int
    guards: int
    flow_path: str
    audience_path: str
    started_at: Instant
    finished_at: Instant | None = None
    live: bool = False
    rows: int = 0
    because: str = ""
    starts_at: Instant | None = None
    audience_read_at: Instant | None = None
    audience_problem: str = ""

    @property
    def name(self) -> str:
        """How people call it: `slug.N`."""
        return f"{self.campaign}.{self.number}"

    @property
    def is_held(self) -> bool:
        """Whether the engine itself lets nothing of it leave, until a person resumes it."""
        return bool(self.because) and self.state in ("loading", "paused")

    @property
    def is_paused(self) -> bool:
        """Whether nothing of it may leave, until a person resumes it."""
        return self.state == "paused" or self.is_held


class RecipientRow(Struct, frozen=True, array_like=True, gc=False):
    """One row of the audience and its journey, before it begins. `data` is a JSON object.

    `zones` are the candidate time zones, joined by `|`. (launch, key) is unique. `digest` stands
    for those values of the row that its journey takes over when the source changes them. `country`
    (ISO 3166) is what the row says, not its number.
    """

    id: int
    launch: int
    key: str
    row: int
    phone: str | None
    email: str | None
    zones: str
    locale: str
    data: str
    revision: int
    due: Instant | None
    ended: str | None = None
    digest: str = ""
    country: str | None = None


class JourneyRow(Struct, frozen=True, array_like=True, gc=False):
    """Where a journey is. `state` None: not begun. `due` None: only a signal can move it."""

    id: int
    due: Instant | None
    state: str | None
    ended: str | None
    entered_at: Instant | None


class SendRow(Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One attempt of one intended message: a row of the ledger.

    The ledger's key is (journey, step, visit) and `attempt` counts within it; together unique.
    `step` is the number of the step's identity (`Store.intern`), `index` its place in the graph of
    the journey's revision. A queued row waits either until `due`, or (due None) in its `lane` by
    `prio`, `since`, journey. `leave` is what a call says to a machine, `cost` what the attempt
    costs (`0.05 EUR`), known from its permit on.
    """

    id: int
    journey: int
    launch: int
    step: int
    index: int
    visit: int
    attempt: int
    channel: str
    to: str
    sender: str
    text: str
    subject: str | None
    segments: int
    state: SendState
    lane: int | None = None
    prio: int = 4
    since: Instant = 0
    due: Instant | None = None
    expires_at: Instant | None = None
    permit: int | None = None
    permitted_at: Instant | None = None
    called_at: Instant | None = None
    ended_at: Instant | None = None
    guards: int | None = None
    verdict: str | None = None
    provider_id: str | None = None
    reason: str | None = None
    leave: str | None = None
    cost: str | None = None


class LaneRow(Struct, frozen=True):
    """A pace: one campaign and pace group. `state` is the throttle's own state, as JSON.

    `part` is the value of the column that the pace goes by, if it goes by one. `problem` says why
    nothing may leave, where the throttle or a policy of the campaign cannot be used. `rule` tells
    the paces apart that hold beside the one in whose order sends wait (it is empty there), and
    those of senders and accounts, which have no campaign; `said` is the limit in words. `held_by`
    names the pace that lets the next one go last, `held_until` when; None: when a call has ended.
    """

    id: int
    campaign: str
    group: str
    strategy: str
    state: str
    since_first: int = 0
    part: str = ""
    problem: str = ""
    rule: str = ""
    said: str = ""
    held_by: str = ""
    held_until: Instant | None = None


class StandingRow(Struct, frozen=True):
    """What an observer makes of a sender on one channel group, over all campaigns.

    `observer` empty: what a person says of it; `sender` empty: what an observer says of all senders
    of the group. `state` is the observer's own, as JSON, written by its `version`; empty: it has
    heard nothing. `advice` and `reasons` are its last, in words, and `gauges` its last, as JSON;
    the `standing` is so `since` then. Paused it is `until` then, if that is known; slowed it goes
    at the pace `slow`. `problem` says why the observer cannot be asked, if so.
    """

    observer: str
    group: str
    sender: str
    version: int = 0
    state: str = ""
    standing: Standing = "healthy"
    advice: str = ""
    reasons: str = ""
    since: Instant = 0
    problem: str = ""
    until: Instant | None = None
    slow: str = ""
    gauges: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is known by."""
        return self.observer, self.group, self.sender


class EventRow(Struct, frozen=True, array_like=True, gc=False):
    """One line of the event log; `step` and `stage` are interned, `data` is a JSON object."""

    at: Instant
    launch: int | None
    journey: int | None
    event: str
    step: int | None = None
    stage: int | None = None
    visit: int | None = None
    send: int | None = None
    revision: int | None = None
    guards: int | None = None
    data: str | None = None


class SignalRow(Struct, frozen=True):
    """Something from outside. Of two with the same `dedup`, the second is dropped.

    It names its target by `launch` + `key`, by `address`, or by `send`. `id` 0 means: to be given.
    `progress` says how far an event for many has come, so that it goes on from there.
    """

    id: int
    at: Instant
    kind: Literal["reply", "press", "status", "event", "opt_out", "opt_in", "complaint", "case"]
    dedup: str | None
    campaign: str | None = None
    key: str | None = None
    channel: str | None = None
    address: str | None = None
    send: int | None = None
    name: str | None = None
    data: str | None = None
    taken_at: Instant | None = None
    result: str | None = None
    progress: str | None = None


class OrderRow(Struct, frozen=True):
    """What a person asks of the engine, now or when one next runs. `id` 0 means: to be given."""

    id: int
    at: Instant
    who: str
    kind: str
    campaign: str | None = None
    key: str | None = None
    data: str | None = None
    because: str = ""
    applied_at: Instant | None = None
    result: str | None = None


class SuppressionRow(Struct, frozen=True):
    """This address gets nothing on this channel group (`text`, `email`, `voice`, `chat`).

    Stores keep the address folded, because an opt-out is for all its spellings.
    """

    address: str
    group: str
    at: Instant
    source: str


class ConsentRow(Struct, frozen=True):
    """A person's consent, or its end, for one address, channel and purpose, with its proof.

    `at` is when the person said so, `source` how we know, `who` noted it. `method` is how it was
    given (a form, a keyword, orally), `wording` what the person was shown or told, `evidence` where
    the proof is kept, `ip` from where a form was sent. The purpose `all` is for an end alone.
    Stores keep the address folded.
    """

    address: str
    channel: str
    purpose: str
    given: bool
    at: Instant
    source: str
    who: str = ""
    method: str = ""
    wording: str = ""
    evidence: str = ""
    ip: str = ""


Permission = TypeVar("Permission", SuppressionRow, ConsentRow)


def in_folded_form(row: Permission) -> Permission:
    """Return a row with its address folded, as stores keep it."""
    folded = fold(row.address)
    return row if folded == row.address else replace(row, address=folded)


class InboxRow(Struct, frozen=True):
    """Something for a person: a hand-off, or a reply no line waits for. `id` 0: to be given.

    `desks` are the names of those that have it, with spaces; `taken_by` says who works on it.
    """

    id: int
    at: Instant
    kind: Literal["hand_off", "reply"]
    launch: int | None
    journey: int | None
    queue: str
    priority: str
    note: str
    address: str = ""
    channel: str = ""
    step: int | None = None
    visit: int | None = None
    state: Literal["open", "given back", "closed"] = "open"
    closed_at: Instant | None = None
    desks: str = ""
    taken_by: str = ""


class Loaded(Struct, frozen=True):
    """A journey with its recipient and the guard's facts about its addresses.

    `suppressed_…` are the groups, `recent_…` the messages permitted since the asked moment, over
    all campaigns of the store. `open` are its sends that are queued or sending.
    """

    recipient: RecipientRow
    journey: JourneyRow
    suppressed_phone: tuple[str, ...] = ()
    suppressed_email: tuple[str, ...] = ()
    recent_phone: int = 0
    recent_email: int = 0
    open: tuple[SendRow, ...] = ()
