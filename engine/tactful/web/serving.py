"""Serving: one engine over a store, and beside it the web server and whoever listens."""

import logging
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import anyio
from starlette.routing import BaseRoute

from tactful.runtime.active import Active
from tactful.runtime.inbound import Intake, Listening, Routed
from tactful.runtime.interrupts import watch_interrupts
from tactful.runtime.owner import Owner
from tactful.runtime.progress import Progress, progress_of
from tactful.runtime.project import Project
from tactful.runtime.reception import Reception
from tactful.runtime.session import UNDER_WAY, Session
from tactful.web.api.access import Access, Allowance, Token, tokens_of
from tactful.web.api.events import EventsApi
from tactful.web.api.routes import api_routes
from tactful.web.app import make_app
from tactful.web.hooks import Hooks
from tactful.web.server import WebServer, address_of, bind, is_loopback, url_of
from tactful.web.trouble import where

log = logging.getLogger(__name__)

TELL_SECONDS = 0.5
"""How often it is told how the campaigns stand."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""So many seconds pass until a listener that broke is started again; twice as many each time."""


class View(Protocol):
    """Shows what an engine that serves is doing."""

    def started(self, started: "Started") -> None:
        """Show that it takes work now."""
        ...

    def stand(self, campaigns: Sequence[Progress]) -> None:
        """Show how the campaigns stand."""
        ...

    def stopping(self, in_flight: int) -> None:
        """Show that it stops."""
        ...


@dataclass(frozen=True)
class Started:
    """What serves now: its own address, and that by which others reach it, if there is one.

    `campaigns` go on, `held` ones wait, each with why.
    """

    url: str
    public_url: str | None
    live: bool
    hooks: Sequence[str]
    listening: Sequence[str]
    campaigns: Sequence[str]
    held: Sequence[tuple[str, str]]
    recovered: int


@dataclass(frozen=True)
class Served:
    """How it ended: the launches that are not done yet, and how many sends are in doubt."""

    unfinished: Sequence[str]
    in_doubt: int


class Serving:
    """Runs everything that is under way in a store, and takes in what the world answers."""

    def __init__(
        self, project: Project, store: Path, view: View, *, live: bool, host: str, port: int
    ) -> None:
        self._project = project
        self._view = view
        self._live = live
        self._at = (host, port)
        self._owner = Owner(project, store, command="serve", live=live)
        self._stopped = False
        self._tokens: list[Token] = []

    async def serve(self) -> Served:
        """Own the store and serve until Ctrl-C.

        Raises `StoreOwned` when another engine has the store, and `TactfulError` when the address
        is taken. A launch that no channel here can carry waits; the others go on.
        """
        self._tokens = tokens_of(self._project.config)
        bound = bind(*self._at)
        try:
            async with self._owner.own() as session:
                recovered = await self._owner.recover()
                resumed = [one for one in session.engine.actives.values() if _under_way(one)]
                for active in resumed:
                    await self._owner.go_on(active)
                url = url_of(*address_of(bound))
                public = self._project.config.server.public_url
                reception = Reception(session)
                hooks = Hooks(public or url)
                self._add_routes(hooks, reception)
                api = self._api(session, reception, bound, public or url)
                web = WebServer(make_app(hooks, lambda: not self._stopped, api), bound)
                listening = list(self._listening())
                self._view.started(
                    Started(
                        url=url,
                        public_url=public,
                        live=self._live,
                        hooks=hooks.paths,
                        listening=[name for name, _, _ in listening],
                        campaigns=[one.row.name for one in resumed if not one.absent],
                        held=[(one.row.name, one.absent) for one in resumed if one.absent],
                        recovered=recovered,
                    )
                )
                await self._run(session, web, reception, listening)
                return _how_it_ended(session)
        finally:
            bound.close()

    async def _run(
        self,
        session: Session,
        web: WebServer,
        reception: Reception,
        listening: Sequence[tuple[str, str, Listening]],
    ) -> None:
        async with anyio.create_task_group() as tasks:
            served = anyio.Event()

            async def serve_web() -> None:
                await web.run()
                served.set()

            tasks.start_soon(serve_web)
            async with anyio.create_task_group() as beside:
                beside.start_soon(watch_interrupts, partial(self._stop, session, web))
                beside.start_soon(self._tell, session)
                for name, plugin, one in listening:
                    beside.start_soon(_keep_listening, name, one.listen, reception.of(plugin))
                await session.engine.run(lambda: False)
                beside.cancel_scope.cancel()
            web.stop()
            await served.wait()

    def _api(
        self, session: Session, reception: Reception, bound: socket.socket, server: str
    ) -> Sequence[BaseRoute]:
        settings = self._project.config.server
        local = is_loopback(address_of(bound)[0]) and settings.public_url is None
        access = Access(self._tokens, local=local)
        events = EventsApi(reception, session.all_launches, access, Allowance(settings.events_rate))
        return api_routes(events, server)

    # ---- who hears ------------------------------------------------------------------------------

    def _hearers(self) -> Iterator[tuple[str, str, object]]:
        """Yield the name of every channel and desk, its plugin, and itself."""
        plugins = self._project.plugins
        for supply in (plugins.channels(), plugins.desks()):
            for name, one in supply.items():
                yield name, supply.supplier(name), one

    def _add_routes(self, hooks: Hooks, reception: Reception) -> None:
        for name, plugin, one in self._hearers():
            if isinstance(one, Routed):
                try:
                    hooks.add(plugin, one.routes(), reception.of(plugin))
                except (Exception, SystemExit) as error:  # it harms nobody but who needs its routes
                    log.error("the routes of %s cannot be had: %s", name, where(error))

    def _listening(self) -> Iterator[tuple[str, str, Listening]]:
        for name, plugin, one in self._hearers():
            if isinstance(one, Listening):
                yield name, plugin, one

    # ---- beside the engine ----------------------------------------------------------------------

    def _stop(self, session: Session, web: WebServer) -> None:
        """Take nothing more, permit nothing more, and end cleanly."""
        self._stopped = True
        web.stop()
        session.engine.drain()
        self._view.stopping(session.engine.open)

    async def _tell(self, session: Session) -> None:
        while True:
            now = session.engine.clock.now()
            actives = [one for one in session.engine.actives.values() if _under_way(one)]
            self._view.stand([progress_of(active, now) for active in actives])
            await anyio.sleep(TELL_SECONDS)


async def _keep_listening(
    name: str, listen: Callable[[Intake], Awaitable[None]], intake: Intake
) -> None:
    """Let one listen until cancelled; one that breaks is started again after a while."""
    pause = FIRST_PAUSE
    while True:
        began = time.monotonic()
        try:
            await listen(intake)
            log.warning("%s has stopped listening; it is started again", name)
        except (Exception, SystemExit) as error:
            log.error("%s cannot listen, and is started again: %s", name, where(error))
        if time.monotonic() - began > LONGEST_PAUSE:
            pause = FIRST_PAUSE
        await anyio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _under_way(active: Active) -> bool:
    return active.row.state in UNDER_WAY or bool(active.open_sends)


def _how_it_ended(session: Session) -> Served:
    actives = session.engine.actives.values()
    return Served(
        unfinished=[active.row.name for active in actives if _under_way(active)],
        in_doubt=sum(active.tally["in doubt"] for active in actives),
    )
