"""What every store can do. Writes come in groups, each durable as a whole; reads see all groups.

Rules every store keeps, and the contract suite checks:
1. `write` returns when the whole group is durable; of a group that fails, nothing is kept.
2. Groups and reads happen in the order they were asked for: a read sees every group asked before.
3. (launch, key) of recipients, (journey, step, visit, attempt) of sends and `dedup` of signals are
   unique. A second recipient or send is an error; a second signal is dropped. A second suppression
   of one address and group leaves the first as it is.
4. Addresses are compared folded (`tactful.guard.folding`): suppressions, consents, recent
   messages, what was asked and what was replied are those of all spellings of one address.
   Recipients and sends keep the spelling they have.
5. Nothing in here knows time or chance: moments come in with the rows.

And its users: what names a row never changes (a send's journey, step, visit and attempt, its
launch, channel and address; a signal's `dedup`); a `permitted_at` stays; a send belongs to a
recipient of the store and goes to its phone or email; a row that is replaced is there; a text
holds neither NUL nor a lone surrogate.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct, field

from tactful.errors import TactfulError
from tactful.store.rows import (
    ConsentRow,
    EventRow,
    InboxRow,
    JourneyRow,
    LaneRow,
    LaunchRow,
    Loaded,
    OrderRow,
    RecipientRow,
    RevisionRow,
    SendRow,
    SignalRow,
    StandingRow,
    SuppressionRow,
)
from tactful.values import Instant


class GroupRefused(TactfulError):
    """Nothing of a group was kept, because a row of it breaks a rule: split it to find the row."""


class Group(Struct):
    """Changes that become durable together. Lists and `new_sends` are inserted; the other dicts

    replace rows by id (launches and lanes may be new), `standings` by observer, group and sender;
    of recipients, `refreshed` replaces `data` and `digest`. `lifted` holds (address, group) of
    suppressions that end; they end before those of `suppressions` begin.
    """

    recipients: list[RecipientRow] = field(default_factory=list)
    refreshed: dict[int, RecipientRow] = field(default_factory=dict)
    journeys: dict[int, JourneyRow] = field(default_factory=dict)
    new_sends: dict[int, SendRow] = field(default_factory=dict)
    sends: dict[int, SendRow] = field(default_factory=dict)
    events: list[EventRow] = field(default_factory=list)
    lanes: dict[int, LaneRow] = field(default_factory=dict)
    standings: dict[tuple[str, str, str], StandingRow] = field(default_factory=dict)
    launches: dict[int, LaunchRow] = field(default_factory=dict)
    revisions: list[RevisionRow] = field(default_factory=list)
    signals: list[SignalRow] = field(default_factory=list)
    taken_signals: dict[int, SignalRow] = field(default_factory=dict)
    orders: list[OrderRow] = field(default_factory=list)
    applied_orders: dict[int, OrderRow] = field(default_factory=dict)
    suppressions: list[SuppressionRow] = field(default_factory=list)
    lifted: list[tuple[str, str]] = field(default_factory=list)
    consents: list[ConsentRow] = field(default_factory=list)
    inbox: list[InboxRow] = field(default_factory=list)
    closed_inbox: dict[int, InboxRow] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__struct_fields__)


class Known(NamedTuple):
    """What a launch has of a key: its journey, the row it came with, and its digest."""

    journey: int
    row: int
    digest: str = ""


class Opened(Struct, frozen=True):
    """What an engine needs to know once, when it opens a store.

    `next_…` are the first free numbers. `last_at` is the latest moment in the event log. `salt` is
    this store's own; it stays as it is.
    """

    launches: tuple[LaunchRow, ...]
    revisions: tuple[RevisionRow, ...]
    lanes: tuple[LaneRow, ...]
    next_journey: int
    next_send: int
    next_launch: int
    next_revision: int
    next_lane: int
    last_at: Instant | None
    standings: tuple[StandingRow, ...] = ()
    salt: str = ""


class Scan(Struct, frozen=True):
    """What is due. `next_due` is the earliest moment after it, over journeys and sends.

    `sends` are queued rows whose `due` has come, each with its journey.
    """

    journeys: tuple[Loaded, ...]
    sends: tuple[tuple[SendRow, Loaded], ...]
    next_due: Instant | None


MOST_REPLIES = 200
"""How many replies of one address are looked at together."""


class News(Struct, frozen=True):
    """Signals not yet taken and orders not yet applied, oldest first."""

    signals: tuple[SignalRow, ...]
    orders: tuple[OrderRow, ...]


class Counts(Struct, frozen=True):
    """How a launch stands: journeys by end state (`live` for those under way), sends by channel

    and state. `answered` counts the journeys whose person has replied. `costs` counts the attempts
    by what each costs, but for those that were declared not sent.
    """

    journeys: dict[str, int]
    sends: dict[str, dict[str, int]]
    answered: int = 0
    costs: dict[str, int] = {}


class Store(Protocol):
    """Where launches, journeys and the ledger are kept."""

    url: str

    async def open(self) -> Opened:
        """Open the store, bring its schema up to date, and say what is in it.

        When it is open already, only say what is in it.
        """
        ...

    async def close(self) -> None:
        """Finish what was asked for, and close."""
        ...

    def submit(self, group: Group, done: Callable[[BaseException | None], None]) -> None:
        """Ask for a group to be written; `done` is called in the event loop when it is durable.

        The store owns the group from now on. `done` gets the error when nothing was kept
        (`GroupRefused` when a row is to blame, else `StoreInvalid`), and must not raise.
        """
        ...

    async def write(self, group: Group) -> None:
        """Write a group, and return when it is durable. Raises what `submit` gives to `done`."""
        ...

    async def changed(self) -> bool:
        """Whether another process may have written since this was last asked; cheap."""
        ...

    async def intern(self, names: Sequence[str]) -> dict[str, int]:
        """Return the number of each name, giving one to those that have none."""
        ...

    async def scan(self, now: Instant, since: Instant, limit: int) -> Scan:
        """Return journeys and queued sends due at `now`, by (due, id), at most `limit` of each.

        `since` bounds the `recent_…` counts of the facts.
        """
        ...

    async def lane(
        self, lane: int, prio: int, since: Instant, limit: int
    ) -> tuple[tuple[SendRow, Loaded], ...]:
        """Return the first queued sends (due None) of one lane and class, by (since, journey)."""
        ...

    async def waiting(self) -> dict[int, dict[int, int]]:
        """Count the queued sends (due None) by lane and class."""
        ...

    async def load(self, journeys: Sequence[int], since: Instant) -> tuple[Loaded, ...]:
        """Return these journeys; unknown numbers are left out."""
        ...

    async def keys(self, launch: int, keys: Sequence[str]) -> dict[str, Known]:
        """Return what is known of those keys that the launch has already."""
        ...

    async def journey_of(self, launch: int, key: str) -> int | None:
        """Return the journey of a key, if the launch has it."""
        ...

    async def asked(self, address: str, channels: Sequence[str]) -> tuple[SendRow, ...]:
        """Return the last permitted send of each journey to this address on these channels.

        Newest first. A reply from the address belongs to one of these journeys; also one that has
        ended, because a reply settles what is in doubt, and an opt-out is confirmed. On chat an
        address is a key, and is compared as it is written.
        """
        ...

    async def sends(self, ids: Sequence[int]) -> tuple[SendRow, ...]:
        """Return these rows of the ledger."""
        ...

    async def by_state(self, state: str, limit: int = 10_000) -> tuple[SendRow, ...]:
        """Return the ledger rows in a state (`sending`, `in doubt`), oldest first."""
        ...

    async def recent(self, since: Instant) -> tuple[SendRow, ...]:
        """Return the attempts that were permitted since a moment, in the order of their permits."""
        ...

    async def news(self, limit: int = 500) -> News:
        """Return signals not yet taken and orders not yet applied."""
        ...

    async def live(self, launch: int) -> int:
        """Count the journeys of a launch that have not ended."""
        ...

    async def live_journeys(self, launch: int, after: int, limit: int) -> tuple[int, ...]:
        """Return numbers of live journeys of a launch greater than `after`, in order."""
        ...

    async def data_of(self, launch: int, after: int, limit: int) -> tuple[tuple[int, str], ...]:
        """Return (number, data) of live journeys of a launch greater than `after`, in order."""
        ...

    async def counts(self, launch: int) -> Counts:
        """Say how a launch stands."""
        ...

    def events(
        self, launch: int | None = None, journey: int | None = None, after: int = 0
    ) -> AsyncIterator[tuple[int, EventRow, str | None, SendRow | None]]:
        """Yield the event log in order: (number, row, recipient's key, the send it speaks of).

        Reads in short pieces, so that a long log never holds a snapshot open.
        """
        ...

    async def names(self, ids: Sequence[int]) -> dict[int, str]:
        """Return the names behind interned numbers."""
        ...

    async def suppressions(self, address: str | None = None) -> tuple[SuppressionRow, ...]:
        """Return suppressions, of one address or all."""
        ...

    async def replies(self, address: str, since: Instant) -> tuple[SignalRow, ...]:
        """Return what an address has replied from a moment on, oldest first; the newest 200."""
        ...

    async def consents(self, address: str | None = None) -> tuple[ConsentRow, ...]:
        """Return consent records, oldest first."""
        ...

    async def inbox(self, *, open_only: bool = True) -> tuple[InboxRow, ...]:
        """Return hand-offs and unclaimed replies, oldest first."""
        ...

    async def expire_sooner(self, launch: int, span: int) -> None:
        """Bring each live journey's `due` forward to its entry plus `span` at the latest."""
        ...
