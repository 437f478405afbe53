"""Opens flows for commands: their project, their text, and what the compiler says of them."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tactful.cli.mistakes import show_mistakes
from tactful.errors import TactfulError
from tactful.graph.model import Campaign
from tactful.runtime.project import Project, Source

STDIN = Path("-")
"""The name by which a command is given what comes in by a pipe."""


def read_stdin() -> str:
    """Return the flow that comes in. Raises `TactfulError` if it is no text."""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TactfulError("what comes in is not UTF-8 text") from error


def flow_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files that a command is given, each once; of a folder all its flows.

    Folders that begin with a point are passed over.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            found[path] = None
            continue
        inside = sorted(path.rglob("*.flow"))
        found |= {one: None for one in inside if not _hidden(one.relative_to(path))}
    return list(found)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


class Projects:
    """The project of each folder, made once: its configuration and its plugins."""

    def __init__(self, config: Path | None) -> None:
        self._config = config
        self._known: dict[Path, Project] = {}

    def of(self, path: Path) -> Project:
        """Return the project of a flow."""
        folder = path.parent
        if folder not in self._known:
            self._known[folder] = Project(folder, config=self._config)
        return self._known[folder]


@dataclass(frozen=True)
class Opened:
    """A flow that compiles, in its project."""

    project: Project
    source: Source
    campaign: Campaign


def open_flow(path: Path, *, config: Path | None = None, data_folder: Path | None = None) -> Opened:
    """Open a flow and tell its warnings. Raises `FlowInvalid` with its mistakes."""
    project = Project(path.parent, config=config, data_folder=data_folder)
    source = project.read(path)
    campaign = source.campaign()
    show_mistakes(source.compiled.diagnostics, {str(path): source.text})
    return Opened(project, source, campaign)
