"""The engine of `dev`: runs the flows that compile, on the outbox, with a few of their people."""

import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import anyio

from tactful.cli.dev.trial import First
from tactful.errors import PluginInvalid, TactfulError
from tactful.graph.model import Campaign
from tactful.runtime.active import Active
from tactful.runtime.clock import WallClock
from tactful.runtime.engine import Engine
from tactful.runtime.loading import Loading
from tactful.runtime.ports import Channel
from tactful.runtime.progress import Progress, progress_of
from tactful.runtime.project import OUTBOX, Project, Source
from tactful.runtime.recovery import recover
from tactful.runtime.session import UNDER_WAY, Session, open_session
from tactful.store.sqlite import SqliteStore
from tactful.values import Instant

Tell = Callable[[str], None]


class EngineOver(TactfulError):
    """The engine has stopped before it could do what was asked."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What the engine has made of a flow: the launch that has it, and what it had before."""

    launch: str
    begun: bool
    before: Campaign | None
    at: float


@dataclass(slots=True)
class _Job:
    """Something to be done within a turn of the engine, where nothing is half decided."""

    act: Callable[[Instant], Awaitable[Taken]]
    done: anyio.Event
    taken: Taken | None = None
    error: Exception | None = None


class Workbench:
    """One engine over the store of `dev`. `run` it beside; `take` flows meanwhile."""

    def __init__(self, project: Project, store: Path, *, sample: int, tell: Tell) -> None:
        self.ready = anyio.Event()
        self._project = project
        self._path = store
        self._sample = sample
        self._tell = tell
        self._jobs: deque[_Job] = deque()
        self._session: Session | None = None
        self._loading = anyio.Lock()
        self._over: Exception | None = None

    async def run(self) -> None:
        """Run until `stop`. Raises what the store, a channel or the engine raises."""
        store = SqliteStore(self._path)
        try:
            session = await open_session(
                store,
                lambda latest: WallClock(),
                channel_for=self._channel_for,
                strategies=self._project.strategies,
                pace_for=self._project.pace_for,
                policies=self._project.policies,
                house=self._project.house,
                limits=self._project.config.limits,
            )
            await recover(session.engine, self._project.config.limits.call_timeout.span)
            session.engine.intake = self._intake
            session.engine.answers = self._project.config.answers
            self._session = session
            self.ready.set()
            await session.engine.run(lambda: False)
        finally:
            self._over = EngineOver("the engine has stopped")
            self.ready.set()
            while self._jobs:
                self._fail(self._jobs.popleft(), self._over)
            with anyio.CancelScope(shield=True):
                await store.close()

    def stop(self) -> None:
        """Let nothing more leave, and end `run` when all that is in flight has its answer."""
        if self._session is not None:
            self._session.engine.drain()

    async def take(self, source: Source, campaign: Campaign) -> Taken:
        """Let a flow's launch take its newest form, or begin one with a sample of its people.

        Raises `EngineOver` when it has stopped, and `TactfulError` when no channel can carry it.
        """
        await self.ready.wait()
        if self._session is None or self._over is not None:
            raise EngineOver("the engine has stopped")
        job = _Job(lambda now: self._adopt(source, campaign, now), anyio.Event())
        self._jobs.append(job)
        self._session.engine.wake()
        await job.done.wait()
        if job.error is not None:
            raise job.error
        assert job.taken is not None
        return job.taken

    def progress(self, campaign: str) -> Progress | None:
        """Say how the newest launch of a campaign stands, if it is under way."""
        active = self._active(campaign)
        return progress_of(active, self._engine.clock.now()) if active is not None else None

    # ---- within a turn --------------------------------------------------------------------------

    @property
    def _open(self) -> Session:
        assert self._session is not None
        return self._session

    @property
    def _engine(self) -> Engine:
        return self._open.engine

    async def _intake(self, now: Instant) -> None:
        while self._jobs:
            job = self._jobs.popleft()
            try:
                job.taken = await job.act(now)
            except Exception as error:
                self._fail(job, error)
            job.done.set()
        await self._open.incoming(now)

    def _fail(self, job: _Job, error: Exception) -> None:
        job.error = error
        job.done.set()

    def _active(self, campaign: str) -> Active | None:
        if self._session is None or self._over is not None:
            return None
        last = self._session.last_launch(campaign)
        if last is None or last.state not in UNDER_WAY:
            return None
        return self._session.engine.actives.get(last.id)

    async def _adopt(self, source: Source, campaign: Campaign, now: Instant) -> Taken:
        session = self._open
        active = self._active(campaign.graph.campaign)
        begun, before = active is None, active.campaign if active is not None else None
        if active is None:
            active = await session.begin(
                campaign, flow_path=str(source.path), audience_path="", live=False, now=now
            )
        else:
            await session.adopt(active, campaign, now)
        active.read_at = source.read_at
        session.engine.spawn(lambda: self._join(source.path, active))
        return Taken(active.row.name, begun, before, time.monotonic())

    async def _join(self, path: Path, active: Active) -> None:
        """Let the sample join; who is in already stays as they are."""
        async with self._loading:  # two at once would let one person join twice
            try:
                recipients = await self._project.recipients(
                    active.campaign, path, at=active.row.started_at
                )
                first = First(recipients, self._sample, people=True)
                await Loading(self._open, active).load(first.rows())
            except TactfulError as error:
                self._tell(f"{path.name}: {error.message}")
            except Exception as error:
                self._tell(f"{path.name}: the sample cannot be read: {error}")

    def _channel_for(self, medium: str, through: str | None, live: bool) -> Channel | None:
        channel = self._project.plugins.channels().get(OUTBOX)
        if channel is None:
            raise PluginInvalid(
                "`dev` delivers to the outbox, which is not installed",
                help="pip install tactful-outbox",
            )
        return channel if medium in channel.media else None
