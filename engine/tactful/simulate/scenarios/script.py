"""Scripts: scenarios made ready to be played, so that playing them reads nothing more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from tactful.graph.model import Campaign
from tactful.guard.hours import QuietHours, next_open
from tactful.language.scenes import Occasion
from tactful.language.tree import Flow, Node
from tactful.language.words.scenarios import (
    AlsoGiven,
    ClockIs,
    EventComes,
    ExpectMessage,
    Given,
    Scenario,
)
from tactful.runtime.audience.recipients import Recipient
from tactful.simulate.scenarios.near import Unmet
from tactful.simulate.scenarios.people import Carried, GivenInvalid, People, cells_of
from tactful.simulate.scenarios.zoned import WallClock
from tactful.values import Instant
from tactful.zones import zone

DEFAULT_START = Occasion(time(10, 0), date(2026, 12, 1))
"""A Tuesday morning, on the person's clock."""


@dataclass(frozen=True, slots=True)
class Script:
    """One scenario. `people` and `carried` are by the place of their line among `lines`.

    `first` enters without a line of its own, as soon as a line needs it. `unmet` says that what is
    given at `wrong` makes no recipient; then there is nothing to play.
    """

    name: str
    node: Node
    lines: Sequence[Node] = ()
    people: Mapping[int, Recipient] = field(default_factory=dict)
    carried: Mapping[int, Carried] = field(default_factory=dict)
    first: Recipient | None = None
    clock: WallClock = field(default_factory=WallClock)
    start: Instant = 0
    wrong: Node | None = None
    unmet: Unmet | None = None


def scripts_of(flow: Flow, campaign: Campaign, name: str = "") -> list[Script]:
    """Return the scenarios of a flow that have `name` in their name, in file order."""
    nodes = [node for node in flow.nodes if isinstance(node.word, Scenario)]
    named = [(node.word.name, node) for node in nodes if isinstance(node.word, Scenario)]
    chosen = [(title, node) for title, node in named if name.casefold() in title.casefold()]
    people = People(campaign) if chosen else None
    return [_script(title, node, people, campaign) for title, node in chosen if people]


def _script(name: str, node: Node, people: People, campaign: Campaign) -> Script:
    lines = [line for line in node.children if not isinstance(line.word, ClockIs)]
    entered: dict[int, Recipient] = {}
    carried: dict[int, Carried] = {}
    cells: dict[str, str] = {}
    first = None
    person = None
    line = node
    try:
        if not any(isinstance(line.word, Given | AlsoGiven) for line in lines):
            first = person = people.enter({})
        for place, line in enumerate(lines):
            match line.word:
                case Given() | AlsoGiven():
                    own = cells_of(line)
                    cells = {**cells, **own} if isinstance(line.word, AlsoGiven) else own
                    person = people.enter(cells)
                    if any(person.key == other.key for other in entered.values()):
                        raise GivenInvalid(f"the key `{person.key}` has entered already")
                    entered[place] = person
                case EventComes() if person is not None:
                    carried[place] = people.carried(person, cells, line)
    except GivenInvalid as invalid:
        unmet = Unmet(f"what is given makes no recipient: {invalid.message}", invalid.help)
        return Script(name, node, wrong=line, unmet=unmet)
    one = first or next(iter(entered.values()))
    clock = WallClock(one.zones)
    for occasion in _occasions(node):
        if occasion.zone is not None:
            zone(occasion.zone)  # reads it, while that is allowed
    start = _start(node, clock, one, campaign)
    return Script(name, node, lines, entered, carried, first, clock, start)


def _occasions(node: Node) -> Iterator[Occasion]:
    for line in node.children:
        match line.word:
            case ClockIs(moment=occasion) | ExpectMessage(at=Occasion() as occasion):
                yield occasion


def _start(node: Node, clock: WallClock, person: Recipient, campaign: Campaign) -> Instant:
    for line in node.children:
        if isinstance(line.word, ClockIs):
            return clock.moment(line.word.moment)
    guards = campaign.guards
    start = clock.moment(DEFAULT_START)
    opens = next_open(person.zones, QuietHours(guards.quiet, guards.quiet_zone), start)
    return start if opens is None else opens
