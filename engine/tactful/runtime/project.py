"""A project: what a command works with — configuration, plugins, vocabulary — and flows in it."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tactful.errors import (
    AudienceInvalid,
    ConfigInvalid,
    FlowInvalid,
    MeaningChanged,
    ValueUnreadable,
)
from tactful.graph.compile import Compiled, compile_source
from tactful.graph.model import Campaign
from tactful.guard.standing import Observer
from tactful.guard.strategies import SenderPace, Strategy
from tactful.language import Formatted, Installed, Vocabulary, format_flow
from tactful.language.formatter.formatting import without_trailing_space
from tactful.plugins.config import Config, load_config
from tactful.plugins.manager import Plugins
from tactful.plugins.mistakes import Mistake
from tactful.runtime.facts import House
from tactful.runtime.flowfiles import FlowFiles
from tactful.runtime.judging import defaults_of, remarks_on
from tactful.runtime.keeping import keep_files
from tactful.runtime.observed import gauge_names
from tactful.runtime.paces import own_pace
from tactful.runtime.ports import Paced, Policy
from tactful.runtime.throttling import kept
from tactful.values import Instant, instant

if TYPE_CHECKING:
    from tactful.runtime.audience.opening import Recipients

OUTBOX = "outbox"


@dataclass(frozen=True)
class Source:
    """A flow file as read: its text, what became of it, and when that was by the wall clock.

    `files` are the other files that it depends on, also those that are not there.
    `keep_files` copies those that its messages carry into a folder; it raises `FlowInvalid`.
    """

    path: Path
    text: str
    compiled: Compiled
    read_at: Instant = 0
    files: tuple[Path, ...] = ()
    keep_files: Callable[[Path], None] = lambda folder: None

    def campaign(self) -> Campaign:
        """Return the compiled campaign. Raises `FlowInvalid` with its diagnostics."""
        if self.compiled.campaign is None:
            raise FlowInvalid(f"{self.path} has mistakes", self.compiled.diagnostics)
        return self.compiled.campaign


class Project:
    """Configuration and plugins for the flows of one folder."""

    def __init__(
        self,
        near: Path,
        *,
        config: Path | None = None,
        data_folder: Path | None = None,
        without: Collection[str] = (),
    ) -> None:
        self.config: Config = load_config(config, near=near)
        folder = data_folder if data_folder is not None else near / ".tactful"
        self.plugins = Plugins(self.config, data_folder=folder, without=without)
        self._vocabulary: Vocabulary | None = None

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that flows may use, of the core and of plugins."""
        if self._vocabulary is None:
            self._vocabulary = Vocabulary(self.plugins.words())
        return self._vocabulary

    @property
    def installed(self) -> Installed:
        """The names that plugins supply."""
        return Installed(
            audiences={name: one.takes for name, one in self.plugins.audiences().items()},
            channels=frozenset(self.plugins.channels()),
            ceiling=self.config.limits.throttle_ceiling,
            secrets=self.config.secrets.names,
            hosts=self.config.network.allow,
            prices=self.config.prices.currencies,
            policies=frozenset(self.policies),
            house_policies={name: defaults_of(one) for name, one in self.policies.items()},
            throttles=frozenset(self.strategies),
            keeps=partial(kept, self.strategies),
            observers=frozenset(self.plugins.observers()),
            gauges=self._gauges,
        )

    @cached_property
    def _gauges(self) -> Mapping[str, Collection[str]]:
        return gauge_names(self.observers.values())

    @property
    def strategies(self) -> Mapping[str, Strategy]:
        """The ways of keeping a pace, by name."""
        return self.plugins.throttles()

    @property
    def policies(self) -> Mapping[str, Policy]:
        """The policies that flows may name, and that judge by default."""
        return self.plugins.policies()

    @property
    def observers(self) -> Mapping[str, Observer]:
        """The observers of senders that flows may name."""
        return self.plugins.observers()

    @property
    def house(self) -> House:
        """Who writes, as the configuration has it."""
        owner = self.config.owner
        return House(owner.name or "", owner.business or "", owner.brands, owner.domains)

    def pace_for(self, medium: str, through: str, sender: str) -> tuple[SenderPace, ...]:
        """Return the paces of a sender over all campaigns.

        The channel it goes through may know one; the configuration sets those of the sender and of
        its account. Raises `ConfigInvalid` when the throttle of one is not installed.
        """
        channel = self.plugins.channels().get(through)
        rate = channel.pace_of(medium, sender) if isinstance(channel, Paced) else None
        house = self.config.paces.of(sender)
        for pace in house:
            if (problem := self.problem_of(pace)) is not None:
                raise problem
        return house if rate is None else (own_pace(through, sender, rate), *house)

    def problem_of(self, pace: SenderPace) -> ConfigInvalid | None:
        """Return why a pace of the configuration cannot be kept, if so."""
        limit = pace.limit
        table, name = pace.name.split(" ", 1)
        if limit.strategy not in self.strategies:
            what = f"the throttle `{limit.strategy}` of the {pace.name} is not installed"
            mend = "Install the plugin tactful-throttles, or use throttles of your own."
        else:
            found = kept(self.strategies, limit.strategy, limit.rate)
            what = f"the {pace.name}: {found.problem}" if found.problem else ""
            mend = found.mend
        return self.config.invalid(Mistake((f"{table}s", name), what, mend)) if what else None

    def read(self, path: Path) -> Source:
        """Read and compile a flow file; mistakes are in the result. Raises `FlowInvalid`

        only when there is no such file, or it is no text.
        """
        now = time.time_ns() // 1_000
        text = read_text(path)
        files = FlowFiles(path.parent)
        compiled = self.compile(text, path, files)
        return Source(path, text, compiled, now, files.asked, partial(keep_files, files))

    def compile(self, text: str, path: Path, files: FlowFiles | None = None) -> Compiled:
        """Compile the text of a flow, and of the files that it names."""
        files = FlowFiles(path.parent) if files is None else files
        return compile_source(
            text,
            path=str(path),
            vocabulary=self.vocabulary,
            installed=self.installed,
            plugin_versions=self.plugins.majors(),
            files=files,
            blobs=files.blobs,
            judge=lambda campaign: remarks_on(campaign, self.policies, self.house),
        )

    def format(self, text: str, path: Path) -> Formatted:
        """Format the text of a flow. Raises `MeaningChanged` rather than return another flow."""
        formatted = format_flow(
            text, path=str(path), vocabulary=self.vocabulary, plugins=self.installed
        )
        if formatted.text is not None and formatted.text != text:
            before = self.compile(without_trailing_space(text), path).campaign
            after = self.compile(formatted.text, path).campaign
            if before is not None and (after is None or not _one_campaign(before, after)):
                raise MeaningChanged(
                    f"{path} would run in another way when it is formatted, so it stays as it is",
                    help="This is a mistake of Tactful. Please report it, with the file.",
                )
        return formatted

    async def recipients(
        self, campaign: Campaign, flow: Path, audience: Path | None = None, *, at: Instant
    ) -> "Recipients":
        """Open the audience of a campaign; `at` is the moment for which its rows are chosen.

        Raises `AudienceInvalid`, `ConfigInvalid`.
        """
        # Here, not above: what reads addresses takes longer to load than a flow to check.
        from tactful.runtime.audience.choosing import Moment
        from tactful.runtime.audience.opening import open_audience

        wanted = campaign.audience
        if wanted is None:
            raise AudienceInvalid(
                f"{flow.name} has no audience", help='Add `audience from csv "people.csv":`.'
            )
        readers = self.plugins.audiences()
        reader = readers.need(wanted.source)
        if audience is not None and reader.takes.place == "address":
            # The rows of an address may be tried from a file; its suffix says how it is written.
            reader = readers.need(audience.suffix.lstrip("."))
        return await open_audience(
            wanted,
            reader,
            flow.parent,
            channels=campaign.graph.channels,
            path=audience,
            hosts=self.config.network.allow,
            secret=self.config.secret,
            moment=Moment(at, campaign.graph.values, campaign.lines),
        )


def read_text(path: Path) -> str:
    """Return what is written in a flow file. Raises `FlowInvalid` if it cannot be read as text."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FlowInvalid(
            f"{path} is not UTF-8 text", help="Save it as UTF-8 in your editor."
        ) from error
    except OSError as error:
        raise FlowInvalid(f"{path} cannot be read: {error.strerror}") from error


def _one_campaign(one: Campaign, other: Campaign) -> bool:
    """Return whether two campaigns are one, wherever their lines were written."""
    nowhere: Mapping[str, object] = {"lines": {}}
    return one.model_copy(update=nowhere) == other.model_copy(update=nowhere)


def start_of(campaign: Campaign, said: str | None) -> Instant:
    """Return when a rehearsal starts: as said, else when the campaign does, else now.

    Raises `ValueUnreadable`.
    """
    if said is not None:
        return read_start(said)
    return max(time.time_ns() // 1_000, campaign.starts_at or 0)


def read_start(text: str) -> Instant:
    """Read the moment of `--start`: `2026-12-01 09:00 Europe/Dublin`, or ISO 8601 with its zone.

    Raises `ValueUnreadable`.
    """
    words = text.strip().split()
    try:
        if len(words) == 3:
            at = datetime.fromisoformat(f"{words[0]} {words[1]}")
            return instant(at.replace(tzinfo=ZoneInfo(words[2])))
        return instant(datetime.fromisoformat(text.strip()))
    except (ValueError, KeyError, OSError) as error:
        raise ValueUnreadable(
            f"`{text}` is not a moment",
            help="Write for example 2026-12-01 09:00 Europe/Dublin, or 2026-12-01T09:00:00Z.",
        ) from error
