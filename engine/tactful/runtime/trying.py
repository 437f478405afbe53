"""A test to oneself: one journey of a campaign, marked, in a store of its own, to its first wait.

The engine and its guards are the real ones. The person who tries takes the place of the row's.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import msgspec

from tactful.errors import AudienceInvalid
from tactful.graph.channels import ADDRESSED_BY
from tactful.graph.model import Campaign
from tactful.guard.segments import count
from tactful.journey.state import Journey
from tactful.runtime.active import Active
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.clock import Clock
from tactful.runtime.interrupts import watch_interrupts
from tactful.runtime.loading import load_in_time
from tactful.runtime.orders import Orders
from tactful.runtime.owner import Owner
from tactful.runtime.ports import Channel, Finding, Message, Refused, SendOutcome
from tactful.runtime.project import Project, Source
from tactful.runtime.session import UNDER_WAY, Session
from tactful.store.rows import OrderRow, SendRow
from tactful.values import SECOND, Instant

MARK = "[TEST] "
LOOK_SECONDS = 0.05
SOON = 30 * SECOND
"""A message that may leave within this is waited for; one that is held for longer is told."""

_replace = msgspec.structs.replace


def marked(message: Message) -> Message:
    """Return a message that says it is a test: an e-mail in its subject, any other in its text."""
    if message.channel == "email":
        return _replace(message, subject=f"{MARK}{message.subject or ''}".rstrip())
    text = MARK + message.text
    segments = count(text).segments if message.channel == "sms" else message.segments
    leave = None if message.leave is None else MARK + message.leave
    return _replace(message, text=text, leave=leave, segments=segments)


@dataclass
class Tried:
    """What came of a test: messages with their outcomes, and where the journey stands.

    `held` is a message that may not leave yet; `journey` is where the journey was left.
    """

    launch: int = 0
    sent: list[tuple[Message, SendOutcome]] = field(default_factory=list)
    held: SendRow | None = None
    journey: Journey | None = None
    stopped: bool = False


class MarkedChannel:
    """A channel that marks what goes through it, and lets nothing through to anybody else."""

    def __init__(self, inner: Channel, mine: Collection[str], tried: Tried) -> None:
        self.name = inner.name
        self.media = inner.media
        self.limits = inner.limits
        self.confirms_opt_out = inner.confirms_opt_out
        self._inner = inner
        self._mine = mine
        self._tried = tried

    async def send(self, message: Message) -> SendOutcome:
        """Hand a marked message over; one to another address is refused."""
        test = marked(message)
        if message.to in self._mine:
            outcome = await self._inner.send(test)
        else:
            outcome = Refused(f"a test has no address for {message.channel}", "configuration")
        self._tried.sent.append((test, outcome))
        return outcome

    async def reconcile(self, message: Message) -> SendOutcome | None:
        """Ask the channel what became of the marked message."""
        return await self._inner.reconcile(marked(message))

    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        """Judge a sender as the channel does."""
        return self._inner.check_sender(medium, sender)

    def cost(self, medium: str, country: str | None, segments: int) -> str | None:
        """Return the channel's price."""
        return self._inner.cost(medium, country, segments)


def addressed(row: Recipient, addresses: Mapping[str, str]) -> Recipient:
    """Return a recipient with the addresses of who tries (`phone`, `email`) instead of its own."""
    return _replace(row, phone=addresses.get("phone"), email=addresses.get("email"), problems=())


async def find_row(
    project: Project, campaign: Campaign, source: Source, wanted: str, *, at: Instant,
    audience: Path | None = None,
) -> Recipient:  # fmt: skip
    """Return the recipient with this key, else in the row of this number.

    Raises `AudienceInvalid` when there is none, or the row is out.
    """
    by_number: Recipient | OutRow | None = None
    rows = await project.recipients(campaign, source.path, audience, at=at)
    async with aclosing(aiter(rows)) as all_rows:  # type: ignore[type-var]
        async for row in all_rows:
            if row.key == wanted:
                return _in(row, wanted)
            if str(row.row) == wanted:
                by_number = row
    if by_number is None:
        raise AudienceInvalid(
            f"the audience has no row `{wanted}`",
            help="Give the key of a row, or its number; the first row below the header is 1.",
        )
    return _in(by_number, wanted)


def _in(row: Recipient | OutRow, wanted: str) -> Recipient:
    if isinstance(row, Recipient):
        return row
    raise AudienceInvalid(
        f"row `{wanted}` does not join the campaign: "
        + "; ".join(problem.reason for problem in row.problems),
        help="Mend the row, or try another one.",
    )


class Trial:
    """One test of a campaign. Make it, then `await run()`."""

    def __init__(
        self,
        project: Project,
        source: Source,
        store: Path,
        recipient: Recipient,
        stop: OrderRow,
        *,
        live: bool,
    ) -> None:
        self.tried = Tried()
        self._source = source
        self._flow_path = str(source.path.resolve())
        self._recipient = recipient
        self._stop = stop
        self._live = live
        mine = {one for one in (recipient.phone, recipient.email) if one}

        def wrap(channel: Channel, clock: Clock) -> Channel:
            return MarkedChannel(channel, mine, self.tried)

        self._owner = Owner(project, store, command="try", live=live, wrap=wrap, staffed=False)

    async def run(self) -> Tried:
        """Run the journey up to its first wait, and leave nothing of it under way.

        Raises `StoreOwned` when another test is under way, and `PluginInvalid`.
        """
        campaign = once(self._source.campaign())
        async with self._owner.own() as session:
            await self._owner.keep_files(self._source)
            await self._owner.recover()
            now = session.engine.clock.now()
            await self._end_all(session)
            active = await session.begin(
                campaign,
                flow_path=self._flow_path,
                audience_path="",
                live=self._live,
                now=now,
            )
            self.tried.launch = active.row.id

            async def load() -> None:
                await session.rereading.first(active, self._row())

            load_in_time(session.engine, active, load)
            ended = anyio.Event()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._watch, session, active, ended)
                tasks.start_soon(watch_interrupts, partial(self._interrupt, session, ended))
                await session.engine.run(lambda: ended.is_set() and not session.engine.open)
                tasks.cancel_scope.cancel()
            await self._end_all(session)
        return self.tried

    async def _row(self) -> AsyncIterator[Recipient | OutRow]:
        yield self._recipient

    async def _end_all(self, session: Session) -> None:
        """Stop every test that is under way in the store."""
        engine = session.engine
        for active in list(engine.actives.values()):
            if active.row.state in UNDER_WAY:
                now = engine.clock.now()
                order = _replace(self._stop, campaign=active.row.campaign)
                await Orders(engine, session.adopt, session.reopen, None).apply(order, now)
                engine.submit(now)
        await engine.flush()

    def _interrupt(self, session: Session, ended: anyio.Event) -> None:
        self.tried.stopped = True
        session.engine.drain()
        ended.set()

    async def _watch(self, session: Session, active: Active, ended: anyio.Event) -> None:
        """Look where the journey is, until it waits, is held, or has ended."""
        while True:
            if await self._rests(session, active):
                ended.set()
                session.engine.wake()
                return
            await anyio.sleep(LOOK_SECONDS)

    async def _rests(self, session: Session, active: Active) -> bool:
        engine = session.engine
        if active.over or active.row.state == "finished":
            return True
        number = await engine.store.journey_of(active.row.id, self._recipient.key)
        loaded = await engine.store.load([number], 0) if number is not None else ()
        live = engine.hand.make(loaded[0]) if loaded else None
        if live is None or live.journey is None:
            return False
        self.tried.journey = live.journey
        now = engine.clock.now()
        queued = [row for row in loaded[0].open if row.state == "queued"]
        if loaded[0].open:
            late = [row for row in queued if row.due is not None and row.due > now + SOON]
            self.tried.held = late[0] if late else None
            return len(late) == len(loaded[0].open)
        due = live.journey.due
        return live.journey.ended or due is None or due > now


def once(campaign: Campaign) -> Campaign:
    """Return a campaign that starts now and reads its audience one time."""
    audience = campaign.audience
    read = audience.model_copy(update={"every": None}) if audience is not None else None
    changes: dict[str, Any] = {"starts_at": None, "audience": read}
    return campaign.model_copy(update=changes)


def unreached(campaign: Campaign, recipient: Recipient) -> list[str]:
    """Return the channels of a campaign on which who tries has no address."""
    addresses = {"phone": recipient.phone, "email": recipient.email}
    return [one for one in campaign.graph.channels if not addresses.get(ADDRESSED_BY[one])]
