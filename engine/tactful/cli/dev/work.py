"""The work of `dev`: looks at what is saved in a folder, and has the engine take what is good."""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import anyio
from anyio import to_thread
from anyio.abc import TaskGroup

from tactful.cli.changes import change_lines
from tactful.cli.dev.folder import Survey, changes, stamps, survey
from tactful.cli.dev.keeper import Keeper
from tactful.cli.dev.projects import Projects
from tactful.cli.dev.report import Report
from tactful.cli.dev.saves import Stamp, work_of
from tactful.cli.dev.trial import Look, forecast, look_at, prove
from tactful.cli.dev.views import View
from tactful.errors import TactfulError
from tactful.graph.model import Campaign
from tactful.runtime.project import Project, Source
from tactful.store.lock import EngineLock
from tactful.values import Instant

STAND_SECONDS = 1.0
"""How often it is told how the campaigns stand."""
PLAN_AFTER_SECONDS = 0.1
"""A flow that is not saved again for so long is planned: of a burst of saves, the last one."""
END_SECONDS = 10.0
"""How long an end waits for messages that are in flight."""

OnActive = Callable[[str, Campaign], None]


class Dev:
    """Works on the flows of a folder until it is told to stop.

    `on_active` is told whenever the engine has taken a form of a flow, for those who measure.
    """

    def __init__(
        self,
        root: Path,
        store: Path,
        view: View,
        *,
        sample: int,
        config: Path | None = None,
        on_active: OnActive | None = None,
    ) -> None:
        self._root = root
        self._store = store
        self._view = view
        self._on_active = on_active
        self._projects = Projects(store.parent / "dev", config, self._view.said)
        self._keeper = Keeper(
            root, store, self._projects, sample=sample, say=self._view.said, anew=self._anew
        )
        self._here = Path.cwd()
        self._seen: dict[Path, dict[Path, Stamp | None]] = {}
        self._reports: dict[Path, Report] = {}
        self._plans: dict[Path, anyio.CancelScope] = {}
        self._stopping = anyio.Event()
        self._at_once = anyio.Event()
        self._send, self._receive = anyio.create_memory_object_stream[frozenset[Path]](1_000)

    async def run(self) -> None:
        """Own the store and work. Raises `StoreOwned` when another engine has it."""
        lock = EngineLock(self._store, command="dev", since=_now())
        await to_thread.run_sync(lock.acquire)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._keeper.run)
                tasks.start_soon(self._watch)
                tasks.start_soon(self._look_around, tasks)
                tasks.start_soon(self._tell_how_it_stands)
                await self._stopping.wait()
                tasks.start_soon(self._end_at_once, tasks)
                with anyio.move_on_after(END_SECONDS):
                    await self._keeper.end()
                tasks.cancel_scope.cancel()
        finally:
            self._send.close()
            self._receive.close()
            lock.release()

    @property
    def at_once(self) -> bool:
        """Whether a second request has cut the end short."""
        return self._at_once.is_set()

    def stop(self) -> None:
        """Ask for a clean end; asked a second time, end at once."""
        (self._at_once if self._stopping.is_set() else self._stopping).set()

    async def _end_at_once(self, tasks: TaskGroup) -> None:
        await self._at_once.wait()
        tasks.cancel_scope.cancel()

    # ---- what changes ---------------------------------------------------------------------------

    async def _watch(self) -> None:
        async for burst in changes(self._root, self._projects.folders):
            await self._send.send(burst)

    def _anew(self) -> None:
        """Have every flow looked at once more: a new engine knows none of them yet."""
        self._seen.clear()
        self._send.send_nowait(frozenset())

    async def _look_around(self, tasks: TaskGroup) -> None:
        async for burst in self._receive:
            try:
                await self._round(burst, tasks)
            except OSError as error:  # a folder that goes away while it is read
                self._view.said(f"the folder cannot be read: {error}")

    async def _round(self, told: frozenset[Path], tasks: TaskGroup) -> None:
        found, now = await to_thread.run_sync(self._find)
        work = work_of(self._seen, found.flows, now, told)
        for path in work.gone:
            self._lose(path)
        if await self._projects.renew(self._root) or await self._keeper.has_lost_its_store():
            self._keeper.restart()  # the next engine has every flow looked at
            return
        for path in work.look:
            await self._look(path, told, tasks)

    def _find(self) -> tuple[Survey, dict[Path, Stamp | None]]:
        """Look for flows, and at the files of those that are known."""
        files = {path for made_of in self._seen.values() for path in made_of}
        return survey(self._root), stamps(files)

    def _lose(self, path: Path) -> None:
        self._cancel_plan(path)
        del self._seen[path]
        report = self._reports.pop(path, None)
        if report is not None:
            self._show(replace(report, gone=True))

    # ---- one flow -------------------------------------------------------------------------------

    async def _look(self, path: Path, told: frozenset[Path], tasks: TaskGroup) -> None:
        began = time.monotonic()
        before, seen = self._reports.get(path), self._seen.get(path)
        report = Report(path, self._name(path), campaign=before.campaign if before else None)
        try:
            project = await self._projects.of(path.parent)
            look = await look_at(project, path)
            if before is not None and look.stamps == seen and _is_told_twice(before, look, told):
                return
            self._cancel_plan(path)
            self._reports[path] = report
            self._seen[path] = look.stamps
            self._fill_in(report, look)
            if look.source is not None and look.campaign is not None:
                await self._take(report, look.source, look.campaign, began)
                tasks.start_soon(self._plan, project, report, look.source, look.campaign)
                return
        except TactfulError as error:
            report.error = error
        except Exception as error:
            report.error = TactfulError(f"this cannot be worked on: {error!r}")
        self._reports[path] = report
        self._seen.setdefault(path, await to_thread.run_sync(stamps, [path]))
        self._show(report)

    def _name(self, path: Path) -> str:
        """Return a path as it is typed here."""
        return os.path.relpath(path, self._here)

    def _fill_in(self, report: Report, look: Look) -> None:
        report.error = look.error
        if look.source is not None:
            report.text = look.source.text
            report.diagnostics = [
                replace(found, file=report.name) for found in look.source.compiled.diagnostics
            ]

    async def _take(self, report: Report, source: Source, campaign: Campaign, began: float) -> None:
        self._check_alone(report, campaign)
        taken = await self._keeper.take(source, campaign)
        before = taken.before or report.campaign
        report.milliseconds = (taken.at - began) * 1_000
        report.campaign, report.launch, report.begun = campaign, taken.launch, taken.begun
        if self._on_active is not None:
            self._on_active(report.name, campaign)
        report.changes = change_lines(before, campaign) if before is not None else []

    def _check_alone(self, report: Report, campaign: Campaign) -> None:
        """Raise `TactfulError` when another file has the same campaign."""
        for other in self._reports.values():
            known = other.campaign.graph.campaign if other.campaign is not None else None
            if other.path != report.path and known == campaign.graph.campaign:
                raise TactfulError(
                    f"the campaign `{known}` is that of {other.name} already",
                    help="Give one of them another name.",
                )

    async def _plan(
        self, project: Project, report: Report, source: Source, campaign: Campaign
    ) -> None:
        """Say what a flow would do, and whether its scenarios come true; until it is saved anew."""
        with anyio.CancelScope() as scope:
            self._plans[report.path] = scope
            await anyio.sleep(PLAN_AFTER_SECONDS)
            try:
                report.forecast = await forecast(project, campaign, report.path, _now())
                report.played = await prove(project, source, campaign)
            except TactfulError as error:
                report.trouble = f"no plan: {error.message}"
            except Exception as error:
                report.trouble = f"no plan: {error!r}"
        self._show(report)

    def _cancel_plan(self, path: Path) -> None:
        scope = self._plans.pop(path, None)
        if scope is not None:
            scope.cancel()

    # ---- showing --------------------------------------------------------------------------------

    def _show(self, report: Report) -> None:
        self._view.saved(report, self._standing())

    def _standing(self) -> Iterable[Report]:
        reports = [self._reports[path] for path in sorted(self._reports)]
        for report in reports:
            if report.campaign is not None:
                report.progress = self._keeper.progress(report.campaign.graph.campaign)
        return reports

    async def _tell_how_it_stands(self) -> None:
        while True:
            await anyio.sleep(STAND_SECONDS)
            self._view.stands(self._standing())


def _is_told_twice(before: Report, look: Look, told: frozenset[Path]) -> bool:
    """Whether it is the save that was looked at last: one save can be told in several bursts."""
    same = look.source is not None and look.source.text == before.text and before.error is None
    return same and not told & (look.stamps.keys() - {look.path})


def _now() -> Instant:
    return time.time_ns() // 1_000
