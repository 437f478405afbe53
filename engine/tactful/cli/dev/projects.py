"""The configuration and plugins of the folders that `dev` works in, read anew when they change."""

from collections.abc import Callable, Collection
from pathlib import Path

import anyio
from anyio import to_thread

from tactful.cli.dev.saves import Stamp
from tactful.cli.dev.trial import config_stamp
from tactful.errors import TactfulError
from tactful.runtime.project import Project

Stamps = dict[Path, Stamp | None]


class Projects:
    """One project for each folder with flows. `say` tells of a configuration that is wrong."""

    def __init__(self, data_folder: Path, config: Path | None, say: Callable[[str], None]) -> None:
        self._data_folder = data_folder
        self._config = config
        self._say = say
        self._made: dict[Path, Project] = {}
        self._stamps: dict[Path, Stamps] = {}
        self._wrong: dict[Path, TactfulError] = {}
        self._lock = anyio.Lock()

    @property
    def folders(self) -> Collection[Path]:
        """The folders that hold configuration which somebody named or which lies further up."""
        named = [self._config.resolve().parent] if self._config is not None else []
        return {*named, *(path.parent for stamps in self._stamps.values() for path in stamps)}

    async def of(self, folder: Path) -> Project:
        """Return the project of a folder: the newest, else the last that was good.

        Raises `TactfulError` when there was none yet.
        """
        async with self._lock:
            await self._renew(folder)
            if folder not in self._made:
                raise self._wrong[folder]
            return self._made[folder]

    async def renew(self, folder: Path) -> bool:
        """Read a folder's configuration if it has changed; return whether that gave a new one."""
        async with self._lock:
            return folder in self._stamps and await self._renew(folder)

    def has(self, project: Project) -> bool:
        """Whether a project is still the one of some folder."""
        return any(one is project for one in self._made.values())

    async def aclose(self) -> None:
        """Close what the plugins of all projects hold open."""
        for project in self._made.values():
            await project.plugins.aclose()

    async def _renew(self, folder: Path) -> bool:
        now = await to_thread.run_sync(self._stamps_of, folder)
        if self._stamps.get(folder) == now:
            return False
        self._stamps[folder] = now
        try:
            project = await to_thread.run_sync(self._make, folder)
        except TactfulError as error:
            self._wrong[folder] = error
            self._say(f"{error.message}{f' · {error.help}' if error.help else ''}")
            return False
        except Exception as error:
            self._wrong[folder] = TactfulError(f"the plugins cannot be loaded: {error!r}")
            self._say(self._wrong[folder].message)
            return False
        self._made[folder] = project
        return True

    def _stamps_of(self, folder: Path) -> Stamps:
        if self._config is not None:
            return config_stamp(self._config.parent)
        return config_stamp(folder)

    def _make(self, folder: Path) -> Project:
        project = Project(folder, config=self._config, data_folder=self._data_folder)
        _ = project.vocabulary, project.installed  # what is wrong with a plugin is told now
        return project
