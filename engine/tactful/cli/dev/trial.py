"""What is made of a saved flow: its mistakes, or the campaign and what it would do."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import anyio
from anyio import to_thread

from tactful.cli.dev.folder import stamp, stamps
from tactful.cli.dev.saves import Stamp
from tactful.errors import FlowInvalid, TactfulError
from tactful.graph.model import Campaign
from tactful.plugins.config import FILE_NAME, find_config
from tactful.runtime.audience.opening import Recipients
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.project import Project, Source
from tactful.simulate.plan import Plan, make_plan
from tactful.simulate.scenarios.play import Played, Player, play_all
from tactful.simulate.scenarios.script import scripts_of
from tactful.values import Instant

MOST_ROWS = 300
"""So many rows of the audience are planned on every save; `tactful plan` takes all."""
SETTLE_SECONDS = 0.03
"""After this long, an editor that empties a file before it writes it has written it."""


@dataclass(slots=True)
class Look:
    """A flow as found: compiled or not, or not even read; and the files it was made of."""

    path: Path
    source: Source | None = None
    error: TactfulError | None = None
    stamps: dict[Path, Stamp | None] = field(default_factory=dict)

    @property
    def campaign(self) -> Campaign | None:
        """The campaign, when there are no mistakes."""
        return self.source.compiled.campaign if self.source is not None else None


async def look_at(project: Project, path: Path) -> Look:
    """Read and compile a flow. Whatever is wrong with it is in the answer."""
    look = await to_thread.run_sync(_read, project, path)
    if look.source is None or not look.source.text.strip():
        await anyio.sleep(SETTLE_SECONDS)
        look = await to_thread.run_sync(_read, project, path)
    return look


def _read(project: Project, path: Path) -> Look:
    look = Look(path, stamps={path: stamp(path), **config_stamp(path.parent)})
    try:
        look.source = project.read(path)
    except FlowInvalid as error:
        look.error = error
        return look
    look.stamps |= stamps(look.source.files)
    if look.campaign is not None and look.campaign.audience.path:
        audience = path.parent / look.campaign.audience.path
        look.stamps[audience] = stamp(audience)
    return look


def config_stamp(folder: Path) -> dict[Path, Stamp | None]:
    """Return the stamp of the configuration that counts in a folder, or would if it were there."""
    found = find_config(folder) or folder / FILE_NAME
    return {found: stamp(found), folder / FILE_NAME: stamp(folder / FILE_NAME)}


@dataclass(frozen=True, slots=True)
class Forecast:
    """The plan of the first rows of an audience; `more` says that there are others."""

    plan: Plan
    more: bool


async def forecast(project: Project, campaign: Campaign, path: Path, start: Instant) -> Forecast:
    """Plan a campaign on the first rows of its audience. Raises what the audience raises."""
    recipients = await project.recipients(campaign, path, at=start)
    first = First(recipients, MOST_ROWS)
    plan = await make_plan(
        campaign,
        first.rows(),
        start=start,
        config=project.config,
        strategies=project.strategies,
        pace_for=project.pace_for,
        policies=project.policies,
        house=project.house,
        findings=recipients.findings,
    )
    return Forecast(plan, first.more)


async def prove(project: Project, source: Source, campaign: Campaign) -> list[Played]:
    """Play the scenarios of a flow, and return what came of each."""
    played: list[Played] = []
    if source.compiled.flow is not None:
        player = Player(
            campaign, project.strategies, project.config.limits, project.policies, project.house
        )
        await play_all(player, scripts_of(source.compiled.flow, campaign), played.append)
    return played


class First:
    """The first rows of an audience, or its first recipients; `more` tells of others."""

    def __init__(self, recipients: Recipients, most: int, *, people: bool = False) -> None:
        self._recipients = recipients
        self._most = most
        self._people = people
        self.more = False

    async def rows(self) -> AsyncIterator[Recipient | OutRow]:
        """Yield them; the audience is closed then."""
        taken = 0
        async with aclosing(aiter(self._recipients)) as rows:  # type: ignore[type-var]
            async for row in rows:
                if taken == self._most:
                    self.more = True
                    return
                taken += not self._people or isinstance(row, Recipient)
                yield row
