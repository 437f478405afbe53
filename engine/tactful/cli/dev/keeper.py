"""Keeps an engine running for `dev`: begins another when one breaks, or what it needs changes."""

from collections.abc import Callable
from pathlib import Path

import anyio
from anyio import to_thread

from tactful.cli.dev.projects import Projects
from tactful.cli.dev.workbench import EngineOver, Taken, Workbench
from tactful.errors import TactfulError
from tactful.graph.model import Campaign
from tactful.runtime.progress import Progress
from tactful.runtime.project import Project, Source

AGAIN_SECONDS = 0.5
"""How long after it broke an engine is begun again."""
NEXT_SECONDS = 5.0
"""How long a flow waits for the next engine."""


class Keeper:
    """Always one engine, while there is a configuration for it.

    `anew` is called for each engine but the first: it has not taken any flow yet.
    """

    def __init__(
        self,
        root: Path,
        store: Path,
        projects: Projects,
        *,
        sample: int,
        say: Callable[[str], None],
        anew: Callable[[], None],
    ) -> None:
        self._root = root
        self._store = store
        self._projects = projects
        self._sample = sample
        self._say = say
        self._anew = anew
        self._bench: Workbench | None = None
        self._changed = anyio.Event()
        self._begun = anyio.Event()
        self._engines = 0
        self._ending = False
        self._ended = anyio.Event()

    async def run(self) -> None:
        """Keep an engine running until `end`."""
        try:
            while not self._ending:
                self._changed = anyio.Event()
                try:
                    await self._wait_for_folder()
                    await self._run_one(await self._projects.of(self._root))
                except Exception as error:
                    self._say(f"the engine has stopped: {_told(error)}")
                    await self._wait(error)
        finally:
            with anyio.CancelScope(shield=True):
                await self._projects.aclose()
        self._ended.set()

    async def _run_one(self, project: Project) -> None:
        """Run an engine with the plugins of a project; the last one that has them closes them."""
        self._bench = Workbench(project, self._store, sample=self._sample, tell=self._say)
        self._begun.set()
        if self._engines:
            self._anew()
        self._engines += 1
        try:
            await self._bench.run()
        finally:
            self._bench, self._begun = None, anyio.Event()
            if not self._projects.has(project):
                with anyio.CancelScope(shield=True):
                    await project.plugins.aclose()

    async def _wait_for_folder(self) -> None:
        """Wait for a folder that was removed: an engine would make it anew, and empty."""
        while not self._ending:
            if await to_thread.run_sync(self._root.is_dir):
                return
            await anyio.sleep(AGAIN_SECONDS)

    async def _wait(self, error: Exception) -> None:
        """Wait for something to change; an engine that broke by itself is not waited for long."""
        patience = None if isinstance(error, TactfulError) else AGAIN_SECONDS
        with anyio.move_on_after(patience if patience is not None else float("inf")):
            await self._changed.wait()

    def restart(self) -> None:
        """Let another engine take over, as what it was made of has changed."""
        self._changed.set()
        if self._bench is not None:
            self._bench.stop()

    async def end(self) -> None:
        """Let nothing more leave, and return when the engine has stopped."""
        self._ending = True
        self.restart()
        await self._ended.wait()

    async def take(self, source: Source, campaign: Campaign) -> Taken:
        """Have the engine take a flow, or the next one. Raises `TactfulError` when none can."""
        with anyio.move_on_after(NEXT_SECONDS):
            while not self._ending:
                bench = await self._next_bench()
                try:
                    return await bench.take(source, campaign)
                except EngineOver:
                    await anyio.sleep(AGAIN_SECONDS / 10)
        raise TactfulError("no engine is running")

    async def _next_bench(self) -> Workbench:
        while self._bench is None:
            await self._begun.wait()
        return self._bench

    async def has_lost_its_store(self) -> bool:
        """Whether somebody has removed the store from under the engine."""
        bench = self._bench
        if bench is None or not bench.ready.is_set():
            return False
        return not await to_thread.run_sync(self._store.is_file)

    def progress(self, campaign: str) -> Progress | None:
        """Say how the launch of a campaign stands, if it is under way."""
        return self._bench.progress(campaign) if self._bench is not None else None


def _told(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error.message if isinstance(error, TactfulError) else repr(error)
