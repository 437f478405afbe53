"""Loading: the rows of an audience become recipients of a launch, each once, in bounded memory."""

from collections.abc import AsyncGenerator, AsyncIterable
from sys import intern
from typing import TYPE_CHECKING

import anyio
import msgspec
from msgspec import Struct

from tactful.guard.judge import REASONS
from tactful.journey.lifecycle import LAUNCH, move
from tactful.runtime.active import Active
from tactful.runtime.audience.recipients import OutRow, Recipient, can_be_reached
from tactful.runtime.audience.repeats import Seen, Told, digest_of, moments_of
from tactful.runtime.engine import Engine, Work
from tactful.runtime.misconfigured import paused_when_loaded
from tactful.runtime.refreshing import Change
from tactful.store.contract import Group, Known
from tactful.store.rows import EventRow, RecipientRow
from tactful.values import Instant

if TYPE_CHECKING:
    from tactful.runtime.session import Session

_json = msgspec.json.Encoder()
_replace = msgspec.structs.replace

LEAST_COMMON_MINUTES = 60
"""Zones that share less than this a day leave no time in which a message would be fair."""
CHUNK = 500
"""How many rows become durable together."""


class Out(Struct, frozen=True):
    """A row that is out, wholly or (with a channel) for one channel, and why.

    `column` is empty when no single one is to blame.
    """

    row: int
    key: str | None
    code: str
    reason: str
    channel: str | None = None
    column: str = ""


class Loading:
    """Reads an audience into a launch. `rows` and `joined` tell how far it is.

    `changed` counts those whose dates or times the source has changed. With `keep_outs`, the rows
    that are out are collected in `outs`. A launch stays open for more until a loading that is
    `complete`. `told` is what readings before this one have told; `again` says that one of them
    came to its end, so that any row may be where another one was.
    """

    def __init__(
        self,
        session: "Session",
        active: Active,
        *,
        keep_outs: bool = False,
        complete: bool = True,
        told: Told | None = None,
        again: bool = False,
    ) -> None:
        self._session = session
        self._engine = session.engine
        self._active = active
        self.rows = 0
        self.joined = 0
        self.changed = 0
        self.outs: list[Out] = []
        self._keep_outs = keep_outs
        self._complete = complete
        self._told = told if told is not None else Told()
        self._again = again
        self._seen = Seen()
        # Rows are read as one form of the flow names them; a newer form is for the next reading.
        self._revision = active.row.revision

    async def load(self, recipients: AsyncIterable[Recipient | OutRow]) -> None:
        """Load every row; rows that the launch has already stay as they are."""
        self._engine.loading += 1
        self._active.readings += 1
        rows = aiter(recipients)
        try:
            chunk: list[Recipient] = []
            out: list[Out] = []
            async for item in rows:
                self.rows += 1
                out += _problems(item)
                if isinstance(item, Recipient):
                    chunk.append(item)
                if self._active.over:
                    return
                if len(chunk) >= CHUNK or len(out) >= CHUNK:
                    await self._join(chunk, out)
                    chunk, out = [], []
            await self._join(chunk, out)
            if self._complete:
                await self._end()
        finally:
            self._engine.loading -= 1
            self._active.readings -= 1
            self._engine.group.ended.add(self._active)
            self._engine.wake()
            if isinstance(rows, AsyncGenerator):  # a stop leaves it half read, with its file open
                with anyio.CancelScope(shield=True):
                    await rows.aclose()

    async def _join(self, chunk: list[Recipient], out: list[Out]) -> None:
        engine, launch = self._engine, self._active.row
        known = await engine.store.keys(launch.id, [recipient.key for recipient in chunk])
        if self._active.over:
            return
        group = Group()
        changes = []
        now = engine.clock.now()
        joined = 0
        for recipient in chunk:
            before = known.get(recipient.key)
            moments = moments_of(self._active.campaign.audience, recipient.values)
            digest = digest_of(moments)
            if before is not None:
                if not self._is_first(before, recipient):
                    which = "a row" if self._again else f"row {before.row}"
                    text = f"{which} has the same key, and comes first"
                    out.append(Out(recipient.row, recipient.key, "duplicate_key", text))
                elif before.digest != digest:
                    changes.append(Change(before.journey, moments, digest))
                continue
            reason = self._unreachable(recipient, now)
            if reason is not None:
                out.append(Out(recipient.row, recipient.key, *reason))
                if self._active.stays_open:  # it may be mended, and come in then
                    continue
            number = self._session.next_journey
            self._session.next_journey += 1
            known[recipient.key] = Known(number, recipient.row, digest)
            self._seen.is_first(number)
            row = self._row(recipient, number, now, digest, ended=reason is not None)
            group.recipients.append(row)
            if reason is None:
                joined += 1
            else:
                group.events.append(_ended(row, now))
                self._active.ends["unreachable"] += 1
        told = [problem for problem in out if self._is_news(problem, launch.rows)]
        group.events += [_refused(problem, now, launch.id) for problem in told]
        if self._keep_outs:
            self.outs += told
        self._active.journeys += joined
        self.joined += joined
        self._active.row = _replace(self._active.row, rows=max(launch.rows, self.rows))
        group.launches[launch.id] = self._active.row
        engine.put(group)  # the next chunk's keys are read behind it, so no more than one waits
        engine.scan_at(now)
        engine.wake()
        self.changed += len(changes)
        await self._session.incoming.refreshing.add(changes)

    def _is_first(self, before: Known, recipient: Recipient) -> bool:
        """Say whether a row is the first of this reading with its key."""
        if self._again:
            return self._seen.is_first(before.journey)
        return before.row == recipient.row

    def _is_news(self, out: Out, rows: int) -> bool:
        """Say whether a problem is to be told: not one of a row that was read before."""
        place = out.key if out.key is not None else out.row
        is_news = self._told.is_news(place, out.column, out.code, out.channel)
        return is_news if self._told.complete else out.row > rows

    def _unreachable(self, recipient: Recipient, now: Instant) -> tuple[str, str] | None:
        """Say why nothing can ever reach a recipient, if so."""
        channels = self._active.campaign.graph.channels
        if not can_be_reached(recipient, channels):
            return "no_address", "no channel of this campaign can reach this person"
        rules = self._active.rules
        minutes = rules.hours.common_minutes(recipient.zones, rules.quiet, now)
        if channels and rules.quiet.window is not None and minutes < LEAST_COMMON_MINUTES:
            return "no_common_hour", REASONS["no_common_hour"]
        return None

    def _row(
        self, recipient: Recipient, number: int, now: Instant, digest: str, *, ended: bool
    ) -> RecipientRow:
        return RecipientRow(
            id=number,
            launch=self._active.row.id,
            key=recipient.key,
            row=recipient.row,
            phone=recipient.phone,
            email=recipient.email,
            zones=intern("|".join(recipient.zones)),
            locale=recipient.locale or "en",
            data=_json.encode(recipient.values).decode(),
            revision=self._revision,
            due=None if ended else now,
            ended="unreachable" if ended else None,
            digest=digest,
            country=recipient.country,
        )

    async def _end(self) -> None:
        active = self._active
        self._told.complete = True
        if active.row.state == "loading":
            state = move(LAUNCH, active.row.state, "load")
            active.row = paused_when_loaded(_replace(active.row, state=state, rows=self.rows))
            self._engine.group.rows.launches[active.row.id] = active.row


def load_in_time(engine: Engine, active: Active, load: Work) -> None:
    """Have an audience read at the moment when its launch starts, or at once."""

    waiting: set[Instant] = set()

    async def begin() -> None:
        starts_at, now = active.row.starts_at, engine.clock.now()
        waiting.difference_update([at for at in waiting if at <= now])
        if active.over or waiting:
            return
        if starts_at is not None and starts_at > now:
            waiting.add(starts_at)
            engine.call_at(starts_at, begin)
        else:
            await load()

    engine.at_start(begin)


def _problems(item: Recipient | OutRow) -> list[Out]:
    return [
        Out(problem.row, item.key, problem.code, problem.reason, problem.channel, problem.column)
        for problem in item.problems
    ]


def _refused(problem: Out, now: Instant, launch: int) -> EventRow:
    told = {name: value for name, value in msgspec.structs.asdict(problem).items() if value}
    data = _json.encode(told).decode()
    return EventRow(at=now, launch=launch, journey=None, event="refused", data=data)


def _ended(row: RecipientRow, now: Instant) -> EventRow:
    data = '{"state":"unreachable"}'
    return EventRow(at=now, launch=row.launch, journey=row.id, event="ended", data=data)
