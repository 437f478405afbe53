"""Decides which plugins may be loaded, before any of them is imported."""

from collections.abc import Collection, Mapping

from tactful.errors import ConfigInvalid
from tactful.language.suggest import nearest
from tactful.plugins.config import Config
from tactful.plugins.mistakes import Mistake

CORE = "core"
VARIABLE = "TACTFUL_PLUGINS"


class Rules:
    """What the configuration, the environment and the command line say about loading plugins.

    `TACTFUL_PLUGINS` is `none`, or the names of those that may be loaded, with commas between. The
    core's own registrations are always loaded.
    """

    def __init__(
        self, config: Config, environ: Mapping[str, str], without: Collection[str] = ()
    ) -> None:
        self._config = config
        self._without = without
        self._only = _only(environ.get(VARIABLE, ""))
        if CORE in config.plugins.block or CORE in without:
            mistake = Mistake(("plugins", "block"), "the core cannot be blocked")
            raise config.invalid(mistake)

    def why_off(self, name: str) -> str | None:
        """Return why a plugin must not be loaded, or None when it may be."""
        if name == CORE:
            return None
        if name in self._without:
            return "switched off for this command"
        if self._only is not None and name not in self._only:
            return f"not named in {VARIABLE}"
        if name in self._config.plugins.block:
            return "blocked in the configuration"
        allow = self._config.plugins.allow
        if allow is not None and name not in allow:
            return "not on the configuration's list of allowed plugins"
        return None

    def check_settings(self, installed: Collection[str]) -> None:
        """Refuse settings for a plugin that is not there, but almost: a slip in its name.

        Raises `ConfigInvalid`. Settings of plugins that may be installed elsewhere are no mistake.
        """
        mistakes = []
        for name in self._config.plugins.settings:
            guess = nearest(name, installed)
            if name not in installed and guess:
                keys = ("plugins", name)
                what = f"no plugin `{name}` is installed"
                mistakes.append(Mistake(keys, what, f"Did you mean [plugins.{guess}]?"))
        if mistakes:
            raise self._config.invalid(*mistakes)


def _only(text: str) -> frozenset[str] | None:
    names = frozenset(name.strip() for name in text.split(",")) - {""}
    if names == {"none"}:
        return frozenset()
    if "none" in names:
        raise ConfigInvalid(
            f"{VARIABLE} says `{text}`", help="Write `none` alone, or the names of plugins."
        )
    return names or None
