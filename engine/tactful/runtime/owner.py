"""The owner of a store: locks it, opens a session over it, and begins launches in it.

What `run` and `serve` share. One engine owns a store; everybody else hands orders to it.
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import anyio
import msgspec

from tactful.errors import PluginInvalid
from tactful.graph.model import Audience
from tactful.runtime.active import Active
from tactful.runtime.alerting import Alerting, beside, taking_alerts
from tactful.runtime.approving import log_approvals, need_approval
from tactful.runtime.audience.opening import Recipients
from tactful.runtime.clock import Clock, JumpClock, WallClock
from tactful.runtime.desks import Passing
from tactful.runtime.keeping import kept_in
from tactful.runtime.loading import load_in_time
from tactful.runtime.ports import Channel
from tactful.runtime.project import OUTBOX, Project, Source
from tactful.runtime.recovery import recover
from tactful.runtime.session import UNDER_WAY, Session, open_session
from tactful.store.lock import EngineLock
from tactful.store.rows import OrderRow
from tactful.store.sqlite import SqliteStore
from tactful.values import Instant

Speed = float | Literal["max"]
Wrap = Callable[[Channel, Clock], Channel]


class Owner:
    """Owns the store at a path, with the configuration and plugins of a project.

    Without `live` all messages go to the outbox. `wrap` replaces each channel by another around it.
    Without `staffed` nobody works on its inbox: no campaign holds for it, and desks get nothing.
    """

    def __init__(
        self,
        project: Project,
        store: Path,
        *,
        command: str,
        live: bool,
        speed: Speed = 1.0,
        start: Instant | None = None,
        wrap: Wrap | None = None,
        staffed: bool = True,
    ) -> None:
        self.channels: dict[str, Channel] = {}
        self._project = project
        self._store = store
        self._command = command
        self._live = live
        self._speed = speed
        self._start = start
        self._wrap = wrap
        self._staffed = staffed and speed != "max"
        self._session: Session | None = None
        self._clock: Clock | None = None

    @asynccontextmanager
    async def own(self) -> AsyncIterator[Session]:
        """Own the store while the block runs.

        Raises `StoreOwned` when another engine has it, and `StoreInvalid`.
        """
        since = time.time_ns() // 1_000
        lock = EngineLock(self._store, command=self._command, since=since)
        await anyio.to_thread.run_sync(lock.acquire)
        try:
            store = SqliteStore(self._store)
            try:
                self._session = await self._open(store)
                self._pass_hand_offs_on(self._session)
                yield self._session
            finally:
                with anyio.CancelScope(shield=True):
                    await store.close()
                    await self._project.plugins.aclose()
        finally:
            lock.release()

    @property
    def session(self) -> Session:
        """The session of the store, while it is owned."""
        assert self._session is not None
        return self._session

    async def recover(self) -> int:
        """Settle what a crash left behind; returns how many sends that were."""
        limit = self._project.config.limits.call_timeout.span
        return await recover(self.session.engine, limit if self._speed == 1.0 else None)

    def _pass_hand_offs_on(self, session: Session) -> None:
        """Have desks get the hand-offs of live launches, and be told of alerts.

        Raises `PluginInvalid` when the configuration names a desk that no plugin supplies, or one
        for alerts that takes none.
        """
        config, desks = self._project.config.desks, self._project.plugins.desks()
        for name in sorted(config.names):
            desks.need(name)
        if self._live and self._staffed and config.names:
            session.engine.at_start(Passing(session.engine, self._store, desks, config).run)
        alerted = {name: taking_alerts(name, desks) for name in self._project.config.alerts.to}
        if self._live and alerted:
            session.engine.at_start(Alerting(session.engine, beside(self._store), alerted).run)

    # ---- opening --------------------------------------------------------------------------------

    async def _open(self, store: SqliteStore) -> Session:
        session = await open_session(
            store,
            self._clock_at,
            channel_for=self.channel_for,
            strategies=self._project.strategies,
            policies=self._project.policies,
            house=self._project.house,
            limits=self._project.config.limits,
            prices=self._project.config.prices,
            start=self._start_by_order,
            files=kept_in(self._store),
            open_again=None if self._speed == "max" else self._open_again,
            pace_for=self._project.pace_for,
            observers=self._project.observers,
            staffed=self._staffed,
        )
        session.engine.answers = self._project.config.answers
        return session

    def _clock_at(self, latest: Instant) -> Clock:
        wall = self._start if self._start is not None else time.time_ns() // 1_000
        if self._speed == "max":
            self._clock = JumpClock(max(wall, latest))
        elif self._speed == 1.0:
            self._clock = WallClock()
        else:
            self._clock = WallClock(float(self._speed), at_least=latest)
        return self._clock

    def channel_for(self, medium: str, through: str | None, live: bool) -> Channel | None:
        """Return the channel that carries a medium for a launch that is `live`, or is not.

        Raises `PluginInvalid` for a live launch when this engine may not really send, or the
        channel is not there or not ready.
        """
        if live and not self._live:
            raise PluginInvalid(
                "a campaign with --live needs an engine with --live",
                help="Start the engine with --live, so that messages really leave.",
            )
        name = through if live else OUTBOX
        if name is None:
            return None
        if name not in self.channels:
            channels = self._project.plugins.channels()
            found = channels.need(name) if live else channels.get(name)
            if found is None:
                return None
            if self._wrap is not None:
                assert self._clock is not None
                found = self._wrap(found, self._clock)
            self.channels[name] = found
        channel = self.channels[name]
        return channel if medium in channel.media else None

    async def keep_files(self, source: Source) -> None:
        """Keep what the messages of a flow carry, as it is now. Raises `FlowInvalid`."""
        await anyio.to_thread.run_sync(source.keep_files, kept_in(self._store))

    # ---- launches -------------------------------------------------------------------------------

    async def go_on(self, active: Active) -> None:
        """Go on with a launch that is under way, in the form that the store has of it."""
        rereading = self.session.rereading
        if active.row.state != "loading":
            rereading.resume(active)
            return
        opened = active.campaign.audience
        load_in_time(
            self.session.engine,
            active,
            lambda: rereading.first_beside_others(active, None, opened),
        )

    def read(self, active: Active, recipients: Recipients, opened: Audience) -> None:
        """Have the audience of a launch that begins beside others read in its time."""
        rereading = self.session.rereading
        load_in_time(
            self.session.engine,
            active,
            lambda: rereading.first_beside_others(active, recipients, opened),
        )

    async def _open_again(self, active: Active) -> Recipients:
        """Open the audience of a launch once more."""
        instead = Path(active.row.audience_path) if active.row.audience_path else None
        now = self.session.engine.clock.now()
        flow = Path(active.row.flow_path)
        return await self._project.recipients(active.campaign, flow, instead, at=now)

    async def _start_by_order(self, order: OrderRow) -> str:
        """Begin a launch that `tactful start FILE` has asked for."""
        session = self.session
        asked = msgspec.json.decode(order.data or "{}")
        path = Path(asked["flow"])
        source = await anyio.to_thread.run_sync(self._project.read, path)
        campaign = source.campaign()
        await self.keep_files(source)
        last = session.last_launch(campaign.graph.campaign)
        if last is not None and last.state in UNDER_WAY:
            return f"{last.name} is under way already"
        live = bool(asked.get("live", False))
        audience = Path(asked["audience"]) if asked.get("audience") else None
        now = session.engine.clock.now()
        if live:
            need_approval(campaign, self._project.policies, self._project.house)
        # First, for a launch whose audience cannot be opened would stay under way for ever.
        recipients = await self._project.recipients(campaign, source.path, audience, at=now)
        active = await session.begin(
            campaign,
            flow_path=str(path),
            audience_path=asked.get("audience") or "",
            live=live,
            now=now,
        )
        log_approvals(session.engine, active, now)
        active.read_at = source.read_at
        self.read(active, recipients, campaign.audience)
        return f"started {active.row.name}"
