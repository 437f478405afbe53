"""The plugins of one application: found, sorted, loaded, asked once, and listed."""

import logging
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import anyio
from msgspec import Struct

from tactful.errors import ConfigInvalid, PluginInvalid
from tactful.language.vocabulary import Vocabulary, Word
from tactful.plugins.config import Config
from tactful.plugins.discovery import Candidate, by_name, installed
from tactful.plugins.host import PluginHost
from tactful.plugins.kinds import (
    AUDIENCES,
    CHANNELS,
    DESKS,
    NAMED,
    OBSERVERS,
    POLICIES,
    RUNTIMES,
    THROTTLES,
    WORDS,
    Kind,
)
from tactful.plugins.loading import Failed, api_of, ask, load
from tactful.plugins.patience import told_when_slow
from tactful.plugins.rules import CORE, Rules
from tactful.plugins.supply import Supply
from tactful.plugins.versions import release

if TYPE_CHECKING:
    from tactful.guard.standing import Observer
    from tactful.guard.strategies import Strategy
    from tactful.runtime.ports import AudienceReader, Channel, Desk, Policy, Runtime


_NOT_ON = ("off", "failed", "not set up")

CLOSE_SECONDS = 5.0
"""How long an object may take to close what it holds open, in real time."""

_logger = logging.getLogger("tactful.plugins")


State = Literal["on", "off", "failed", "not set up", "not installed"]


class PluginInfo(Struct, frozen=True):
    """What people are shown of a plugin. `why` says why it is not on.

    One that is `not set up` needs settings, and has none.
    """

    name: str
    version: str
    api: int | None
    supplies: tuple[str, ...]
    state: State
    why: str = ""


class Plugins:
    """All plugins of an application, loaded when it is made.

    `data_folder` is where plugins keep data, beside the store. `without` names plugins to leave
    out. Raises `PluginInvalid` when two plugins supply one name, when a required one is not there,
    and for slips in hooks; `ConfigInvalid` for what the configuration says about plugins.
    """

    def __init__(
        self,
        config: Config,
        *,
        data_folder: Path,
        candidates: Iterable[Candidate] | None = None,
        environ: Mapping[str, str] = os.environ,
        without: Collection[str] = (),
    ) -> None:
        self._config = config
        self._data_folder = data_folder
        self._environ = environ
        self._supplies = {kind: Supply[Any](kind, self._why_off) for kind in NAMED}
        self._words: dict[str, tuple[type[Word], ...]] = {}
        self._infos: dict[str, PluginInfo] = {}
        found = by_name(installed() if candidates is None else candidates)
        found.sort(key=lambda candidate: candidate.name != CORE)  # first, to compare with its words
        rules = Rules(config, environ, without)
        rules.check_settings([candidate.name for candidate in found])
        for candidate in found:
            self._infos[candidate.name] = self._take_in(candidate, rules)
        self._list_absent()
        self._check_required()

    # ---- what they supply -----------------------------------------------------------------------

    def channels(self) -> "Supply[Channel]":
        """Return every way to send, by name."""
        return self._supplies[CHANNELS]

    def policies(self) -> "Supply[Policy]":
        """Return every policy, by name."""
        return self._supplies[POLICIES]

    def throttles(self) -> "Supply[Strategy]":
        """Return every way of keeping a pace, by name."""
        return self._supplies[THROTTLES]

    def observers(self) -> "Supply[Observer]":
        """Return every way of judging a sender, by name."""
        return self._supplies[OBSERVERS]

    def audiences(self) -> "Supply[AudienceReader]":
        """Return every source of recipients, by name."""
        return self._supplies[AUDIENCES]

    def desks(self) -> "Supply[Desk]":
        """Return every place for hand-offs, by name."""
        return self._supplies[DESKS]

    def runtimes(self) -> "Supply[Runtime]":
        """Return every place where journeys can run, by name."""
        return self._supplies[RUNTIMES]

    def words(self) -> Mapping[str, tuple[type[Word], ...]]:
        """Return the words of the language, by plugin; those of the core under `core`."""
        return self._words

    # ---- what they are --------------------------------------------------------------------------

    def majors(self) -> Mapping[str, int]:
        """Return the main version of every plugin that is on: what a revision is pinned to."""
        return {
            info.name: next(iter(release(info.version)), 0)
            for info in self._infos.values()
            if info.state == "on"
        }

    def listing(self) -> list[PluginInfo]:
        """Return every plugin that is installed or has settings, by name."""
        return [self._infos[name] for name in sorted(self._infos)]

    def missed(self) -> list[PluginInfo]:
        """Return every plugin that somebody counts on and that is not on, by name.

        Those are plugins with settings, and those that failed.
        """
        settings = self._config.plugins.settings
        return [
            info
            for info in self.listing()
            if info.state == "failed" or (info.state != "on" and info.name in settings)
        ]

    async def aclose(self) -> None:
        """Close every object that holds something open, when the application stops.

        One that raises, or takes longer than `CLOSE_SECONDS`, is told in the log of the process.
        """
        for supply in self._supplies.values():
            for name, supplied in supply.items():
                if hasattr(supplied, "aclose"):
                    await _close(f"{supply.kind.noun} {name}", supplied)

    # ---- loading --------------------------------------------------------------------------------

    def _take_in(self, candidate: Candidate, rules: Rules) -> PluginInfo:
        name, version = candidate.name, candidate.version
        if why := rules.why_off(name):
            return PluginInfo(name, version, None, (), "off", why)
        api = None
        try:
            host = PluginHost(name, self._config, self._data_folder, self._environ)
            with told_when_slow(name):
                plugin = load(candidate)
                api = api_of(plugin)
                supplied = ask(candidate, plugin, host)
            self._compare(name, supplied[WORDS])
        except Failed as failure:
            if name == CORE:
                raise PluginInvalid(f"the core cannot be loaded: {failure}") from failure
            unset = isinstance(failure.__cause__, ConfigInvalid)
            unset = unset and name not in self._config.plugins.settings
            state: State = "not set up" if unset else "failed"
            return PluginInfo(name, version, api, (), state, str(failure))
        return PluginInfo(name, version, api, self._add(name, supplied), "on")

    def _compare(self, plugin: str, words: Sequence[type[Word]]) -> None:
        """Raise `Failed` when a plugin's words do not go with those of the core."""
        if plugin == CORE or not words:
            return
        try:
            Vocabulary({CORE: self._words.get(CORE, ()), plugin: words})
        except PluginInvalid as error:
            raise Failed(error.message) from error

    def _add(self, plugin: str, supplied: Mapping[Kind, list[Any]]) -> tuple[str, ...]:
        """Merge what a plugin supplies, and return it as people are shown it."""
        names = []
        for kind, supply in self._supplies.items():
            for one in supplied[kind]:
                supply.add(one.name, one, plugin)
                names.append(f"{kind.noun} {one.name}")
        if words := tuple(supplied[WORDS]):
            self._words[plugin] = words
            names += [f"word {word.phrase}" for word in words]
        return tuple(names)

    def _why_off(self) -> Mapping[str, str]:
        return {info.name: info.why for info in self._infos.values() if info.state in _NOT_ON}

    def _list_absent(self) -> None:
        for name in self._config.plugins.settings:
            if name not in self._infos:
                why = "it has settings, but is not installed"
                self._infos[name] = PluginInfo(name, "", None, (), "not installed", why)

    def _check_required(self) -> None:
        for required in self._config.plugins.require:
            info = self._infos.get(required.name)
            if info is None or info.state == "not installed":
                raise PluginInvalid(
                    f"the configuration requires the plugin `{required.text}`, "
                    "which is not installed",
                    help=f"Install it, for example with pip install tactful-{required.name}.",
                )
            if info.state != "on":
                raise PluginInvalid(
                    f"the configuration requires the plugin `{required.name}`, "
                    f"which is off: {info.why}"
                )
            if not required.allows(info.version):
                raise PluginInvalid(
                    f"the configuration requires `{required.text}`, "
                    f"and version {info.version} is installed",
                    help="Install a version that will do.",
                )


async def _close(what: str, supplied: Any) -> None:
    try:
        with anyio.move_on_after(CLOSE_SECONDS, shield=True) as scope:
            await supplied.aclose()
        if scope.cancelled_caught:
            _logger.warning("the %s did not close within %g seconds", what, CLOSE_SECONDS)
    except (Exception, SystemExit) as error:
        _logger.warning("the %s could not be closed: %s: %s", what, type(error).__name__, error)
