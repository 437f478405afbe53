"""Plays the scenarios of a compiled flow, each by an engine of its own on a virtual clock."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import NamedTuple

from tactful.graph.model import Campaign
from tactful.guard.strategies import Strategy
from tactful.language.tree import Node
from tactful.plugins.config import Limits
from tactful.runtime.active import Active
from tactful.runtime.audience.recipients import Recipient
from tactful.runtime.facts import House
from tactful.runtime.judging import NO_HOUSE
from tactful.runtime.loading import Loading
from tactful.runtime.logline import LogLines
from tactful.runtime.ports import Policy
from tactful.runtime.session import NO_POLICIES, Session, open_session
from tactful.simulate.scenarios.coverage import visited
from tactful.simulate.scenarios.director import Director
from tactful.simulate.scenarios.expectations import Expectations
from tactful.simulate.scenarios.near import Unmet
from tactful.simulate.scenarios.passage import Passage
from tactful.simulate.scenarios.record import Line, Record
from tactful.simulate.scenarios.script import Script
from tactful.simulate.scenarios.stage import StageChannel, StageClock
from tactful.simulate.scenarios.standing import Standing
from tactful.values import Instant, Span


class Moment(NamedTuple):
    """One line of a timeline: when, as the person's clock shows it, and the line of the log."""

    at: str
    line: Line


class Played(NamedTuple):
    """What came of a scenario. `line` is the one that failed, `unmet` why; None: it passed.

    `spent` is how much virtual time it took.
    """

    name: str
    node: Node
    line: Node | None
    unmet: Unmet | None
    timeline: tuple[Moment, ...]
    spent: Span

    @property
    def passed(self) -> bool:
        """Whether every line came true."""
        return self.unmet is None


class Player:
    """Plays scenarios of one campaign. `seen` are the steps that any of them has entered."""

    def __init__(
        self,
        campaign: Campaign,
        strategies: Mapping[str, Strategy],
        limits: Limits,
        policies: Mapping[str, Policy] = NO_POLICIES,
        house: House = NO_HOUSE,
    ) -> None:
        self.seen: set[int] = set()
        # What a whole launch may spend is no theme of one person's scenario either.
        guards = campaign.guards.model_copy(update={"budget": None})
        self._campaign = campaign.model_copy(update={"guards": guards})
        self._strategies = strategies
        self._policies = policies
        self._house = house
        # Whoever enters a scenario is taken to have agreed: the record of consent is not its theme.
        self._limits = limits.model_copy(update={"require_consent": False})

    async def play(self, script: Script) -> Played:
        """Play one scenario to its end, or to the first line that does not come true."""
        if script.unmet is not None:
            return Played(script.name, script.node, script.wrong, script.unmet, (), 0)
        record, channel = Record(), StageChannel()
        passage = Passage(script.start, channel)
        standing = Standing(self._campaign.graph, record)
        expectations = Expectations(passage, record, standing, script.clock)
        director = Director(script, passage, channel, record, standing, expectations)
        await self._run(director, record, channel, script.start)
        return Played(
            script.name,
            script.node,
            director.line if director.unmet else None,
            director.unmet,
            tuple(Moment(script.clock.shown(one.at), one.line) for one in record.happenings),
            passage.now - script.start,
        )

    async def _run(
        self, director: Director, record: Record, channel: StageChannel, start: Instant
    ) -> None:
        stage_clock = StageClock(start, director.at_rest)
        session = await open_session(
            record,
            lambda latest: stage_clock,
            channel_for=lambda medium, through, live: channel,
            strategies=self._strategies,
            limits=self._limits,
            policies=self._policies,
            house=self._house,
            look=False,
            staffed=False,
        )
        lines = LogLines(session.launches, session.revisions, session.names, full=True)
        record.make_line = lines.line
        channel.incoming = director.incoming = session.incoming
        active = await session.begin(
            self._campaign, flow_path="", audience_path="", live=False, now=start
        )
        director.launch = active.name
        for revision in session.engine.revisions.values():
            revision.program.steps = visited(revision.program.steps, self.seen)
        director.join = _joiner(session, active, director)
        await session.engine.run(lambda: director.over)


def _joiner(session: Session, active: Active, director: Director) -> Callable[[Recipient], None]:
    """Return how a recipient enters: beside the engine's loop, as rows of an audience do."""

    def join(person: Recipient) -> None:
        director.joining = True

        async def load() -> None:
            await Loading(session, active, complete=False).load(_only(person))
            director.joining = False

        session.engine.spawn(load)

    return join


async def _only(person: Recipient) -> AsyncIterator[Recipient]:
    yield person


async def play_all(
    player: Player, scripts: Iterable[Script], told: Callable[[Played], None]
) -> None:
    """Play scenarios one after the other; `told` hears of each as it is done."""
    for script in scripts:
        told(await player.play(script))
