"""Rereading: with `every`, the audience of a launch is read again and again, and new rows join.

A source that fails is told and tried again in its time; it never stops a campaign.
"""

from collections.abc import AsyncIterable, Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec

from tactful.errors import TactfulError
from tactful.graph.model import Audience
from tactful.runtime.active import Active
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.audience.repeats import Told
from tactful.runtime.loading import Loading
from tactful.values import Duration, Instant

if TYPE_CHECKING:
    from tactful.runtime.session import Session

Rows = AsyncIterable[Recipient | OutRow]
OpenAgain = Callable[[Active], Awaitable[Rows]]
"""Opens the audience of a launch, as its campaign names it now."""

TRY_AGAIN = Duration.parse("1 minute")
"""When a first reading that failed is tried again, where the flow does not say `every`."""

_replace = msgspec.structs.replace
_READS = ("running", "paused")


class Rereading:
    """Reads the audiences of a session's launches again, each in its time.

    Without `open_again` every audience is read once, and no launch stays open for more.
    """

    def __init__(self, session: "Session", open_again: OpenAgain | None) -> None:
        self._session = session
        self._engine = session.engine
        self._open_again = open_again
        self._told: dict[int, Told] = {}

    def leave(self, active: Active) -> None:
        """Leave a launch open that somebody else may read again, until it is known who goes on."""
        active.stays_open = active.campaign.audience.every is not None

    def adopt(self, active: Active) -> None:
        """Take note of how often the campaign of a launch is read now."""
        every = active.campaign.audience.every if self._open_again is not None else None
        active.stays_open = every is not None
        if active.row.id in self._told and not active.readings:  # else its end plans the next
            self._plan(active, self._engine.clock.now())
        if not active.stays_open:
            active.next_read = None
            self._engine.group.ended.add(active)

    async def first(self, active: Active, recipients: Rows, opened: Audience | None = None) -> None:
        """Read the audience of a launch that begins, or that was not read to its end.

        `opened` is the form for which it was opened: when the campaign names its audience in
        another way by now, that is opened instead.
        """
        while opened is not None and opened != active.campaign.audience and self._open_again:
            opened = active.campaign.audience
            recipients = await self._open_again(active)
        told = self._told.setdefault(active.row.id, Told())
        await Loading(self._session, active, told=told).load(recipients)
        if active.row.state in _READS:
            self._note(active, self._engine.clock.now())
            self._plan(active, self._engine.clock.now())

    async def first_beside_others(
        self, active: Active, recipients: Rows | None, opened: Audience
    ) -> None:
        """Read the audience of a launch that a running engine was asked for.

        A source that fails is told and tried again: it must not end the other campaigns.
        """
        try:
            if recipients is None and self._open_again is not None:
                opened = active.campaign.audience
                recipients = await self._open_again(active)
            assert recipients is not None
            await self.first(active, recipients, opened)
        except Exception as error:
            if self._open_again is None:
                raise
            self._failed(active, _reason(error))
            self._try_again(active, opened)

    def _try_again(self, active: Active, opened: Audience) -> None:
        async def read() -> None:
            if active.row.state == "loading" and not active.over:
                await self.first_beside_others(active, None, opened)

        after = active.campaign.audience.every or TRY_AGAIN
        self._session.incoming.call_later(self._engine.clock.now() + after.span, read)

    def resume(self, active: Active) -> None:
        """Read the audience of a launch that goes on: at once, for rows may have come meanwhile."""
        self._told.setdefault(active.row.id, Told())
        if active.stays_open:
            self._read_at(active, self._engine.clock.now())

    # ---- again and again ------------------------------------------------------------------------

    def _plan(self, active: Active, now: Instant) -> None:
        every = active.campaign.audience.every
        if active.stays_open and every is not None:
            self._read_at(active, now + every.span)

    def _read_at(self, active: Active, at: Instant) -> None:
        active.next_read = at

        async def read() -> None:
            if active.next_read == at and active.row.state in _READS:
                await self._read(active)

        self._session.incoming.call_later(at, read)

    async def _read(self, active: Active) -> None:
        assert self._open_again is not None
        told = self._told[active.row.id]
        try:
            loading = Loading(self._session, active, told=told, again=True)
            await loading.load(await self._open_again(active))
        except Exception as error:
            self._failed(active, _reason(error))
        else:
            self._succeeded(active, loading)
        self._plan(active, self._engine.clock.now())

    def _succeeded(self, active: Active, loading: Loading) -> None:
        now = self._engine.clock.now()
        if loading.joined or loading.changed or active.row.audience_problem:
            self._engine.group.log_launch(
                active, "signal", now, kind="audience read",
                joined=loading.joined, changed=loading.changed,
            )  # fmt: skip
        self._note(active, now)

    def _failed(self, active: Active, reason: str) -> None:
        if active.row.audience_problem != reason:
            now = self._engine.clock.now()
            self._engine.group.log_launch(
                active, "signal", now, kind="audience not read", reason=reason
            )
        self._note(active, active.row.audience_read_at, reason)

    def _note(self, active: Active, read_at: Instant | None, problem: str = "") -> None:
        active.row = _replace(active.row, audience_read_at=read_at, audience_problem=problem)
        self._engine.group.rows.launches[active.row.id] = active.row


def _reason(error: Exception) -> str:
    """Return why a reading failed; a reader of a plugin may raise anything."""
    if isinstance(error, TactfulError):
        return error.message
    return f"its reader failed ({type(error).__name__})"
