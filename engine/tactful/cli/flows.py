"""Opens flows for commands: their project, their text, and what the compiler says of them."""

from dataclasses import dataclass
from pathlib import Path

from tactful.cli.mistakes import show_mistakes
from tactful.graph.model import Campaign
from tactful.runtime.project import Project, Source


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
