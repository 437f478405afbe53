"""The conductor: owns a store, starts or resumes a campaign in it, and stays until it is done."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import anyio

from tactful.errors import TactfulError
from tactful.graph.approvals import carried
from tactful.graph.model import Campaign
from tactful.runtime.active import Active
from tactful.runtime.approving import log_approvals, need_approval, need_unused
from tactful.runtime.incoming import Incoming
from tactful.runtime.interrupts import watch_interrupts
from tactful.runtime.loading import load_in_time
from tactful.runtime.owner import Owner, Speed, Wrap
from tactful.runtime.ports import Channel
from tactful.runtime.progress import Progress, progress_of
from tactful.runtime.project import Project, Source
from tactful.runtime.session import UNDER_WAY, Session
from tactful.store.rows import LaunchRow
from tactful.values import Instant

Stand = Callable[[Progress], None]

TELL_SECONDS = 0.25
"""How often `stand` is told how the campaign stands."""


@dataclass(frozen=True)
class Wish:
    """What a person wants run: a flow, in a store, how fast, and whether anew.

    `channel` replaces each channel by another around it (a demonstration's script); `attach` is
    told where scripted answers go. `stand` is told again and again how it stands, `stopping` once,
    when Ctrl-C asks it to stop.
    """

    source: Source
    store: Path
    audience: Path | None = None
    live: bool = False
    speed: Speed = 1.0
    again: bool = False
    start: Instant | None = None
    command: str = "run"
    wrap: Wrap | None = None
    attach: Callable[[Channel, Incoming], None] | None = None
    stand: Stand | None = None
    stopping: Stand | None = None


@dataclass
class Ran:
    """How it went. `state` is the launch's; `stopped` says that it was interrupted and resumes."""

    launch: LaunchRow
    begun: Literal["started", "resumed", "finished before"]
    progress: Progress | None = None
    stopped: bool = False
    in_doubt: int = 0
    recovered: int = 0
    also: tuple[tuple[str, str], ...] = field(default=())


class Conductor:
    """Runs one wish. Make it, then `await conduct()`."""

    def __init__(self, project: Project, wish: Wish) -> None:
        self._project = project
        self._wish = wish
        self._flow_path = str(wish.source.path.resolve())
        self._audience_path = str(wish.audience.resolve()) if wish.audience else ""
        self._owner = Owner(
            project,
            wish.store,
            command=wish.command,
            live=wish.live,
            speed=wish.speed,
            start=wish.start,
            wrap=wish.wrap,
        )
        self._stopped = False

    async def conduct(self) -> Ran:
        """Own the store, run the campaign to its end, and say how it went.

        Raises `StoreOwned` when another engine has the store, and `FlowInvalid`, `AudienceInvalid`,
        `PluginInvalid` before anything is sent.
        """
        campaign = self._wish.source.campaign()
        async with self._owner.own() as session:
            await self._owner.keep_files(self._wish.source)
            return await self._run(session, campaign)

    # ---- running --------------------------------------------------------------------------------

    async def _run(self, session: Session, campaign: Campaign) -> Ran:
        engine = session.engine
        now = engine.clock.now()
        recovered = await self._owner.recover()
        last = session.last_launch(campaign.graph.campaign)
        if last is not None and last.state not in UNDER_WAY and not self._wish.again:
            return await self._finish_off(session, last, recovered)
        if last is not None and last.state in UNDER_WAY:
            if self._wish.again:
                raise TactfulError(
                    f"{last.name} is not finished yet",
                    help="Run it without --again to go on with it, or stop it first.",
                )
            if last.live != self._wish.live:
                raise TactfulError(
                    f"{last.name} was started {'with' if last.live else 'without'} --live",
                    help="Go on with it in the same way, or stop it first.",
                )
            active = engine.actives[last.id]
            await session.adopt(active, carried(active.campaign, campaign), now)
            ran = Ran(active.row, "resumed", recovered=recovered)
        else:
            need_unused(session, campaign)
            if self._wish.live:
                need_approval(campaign, self._project.policies, self._project.house)
            active = await session.begin(
                campaign,
                flow_path=self._flow_path,
                audience_path=self._audience_path,
                live=self._wish.live,
                now=now,
            )
            log_approvals(engine, active, now)
            ran = Ran(active.row, "started")
        active.read_at = self._wish.source.read_at
        if active.row.state == "loading":
            opened = active.campaign.audience
            recipients = await self._project.recipients(
                active.campaign, self._wish.source.path, self._wish.audience,
                at=active.row.started_at,
            )  # fmt: skip

            async def load() -> None:
                await session.rereading.first(active, recipients, opened)

            load_in_time(session.engine, active, load)
        else:
            session.rereading.resume(active)
        if self._wish.attach is not None:
            for channel in self._owner.channels.values():
                self._wish.attach(channel, session.incoming)
        others = [one for one in engine.actives.values() if one is not active]
        ran.also = tuple((one.row.name, one.absent) for one in others if one.row.state in UNDER_WAY)
        return await self._stay(session, active, ran)

    async def _stay(self, session: Session, active: Active, ran: Ran) -> Ran:
        async with self._beside(session, active):
            await session.engine.run(lambda: _done(active))
        ran.launch = active.row
        ran.progress = progress_of(active, session.engine.clock.now())
        ran.stopped = self._stopped and not _done(active)
        ran.in_doubt = ran.progress.in_doubt
        return ran

    async def _finish_off(self, session: Session, last: LaunchRow, recovered: int) -> Ran:
        """Nothing is to be run, but orders given meanwhile (`settle`) still count."""
        await session.incoming(session.engine.clock.now())
        active = session.engine.actives.get(last.id)
        if active is not None and active.open_sends:
            return await self._stay(
                session, active, Ran(last, "finished before", recovered=recovered)
            )
        await session.engine.flush()
        ran = Ran(session.launches.get(last.id, last), "finished before", recovered=recovered)
        if active is not None:
            ran.in_doubt = active.tally["in doubt"]
        return ran

    # ---- beside the engine ----------------------------------------------------------------------

    @asynccontextmanager
    async def _beside(self, session: Session, active: Active) -> AsyncIterator[None]:
        """Watch for Ctrl-C and tell how the campaign stands, while the engine runs."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watch_interrupts, partial(self._stop, session, active))
            if self._wish.stand is not None:
                tasks.start_soon(self._tell, session, active, self._wish.stand)
            yield
            tasks.cancel_scope.cancel()

    def _stop(self, session: Session, active: Active) -> None:
        """Permit nothing more, and stop cleanly."""
        self._stopped = True
        session.engine.drain()
        if self._wish.stopping is not None:
            self._wish.stopping(progress_of(active, session.engine.clock.now()))

    async def _tell(self, session: Session, active: Active, stand: Stand) -> None:
        while True:
            stand(progress_of(active, session.engine.clock.now()))
            await anyio.sleep(TELL_SECONDS)


def _done(active: Active) -> bool:
    return active.row.state in ("finished", "stopped") and not active.open_sends
