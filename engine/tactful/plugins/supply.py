"""What plugins supply of one kind, by name, and who supplies it."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from tactful.errors import PluginInvalid
from tactful.language.suggest import nearest
from tactful.plugins.kinds import Kind

T = TypeVar("T")


class Supply(Mapping[str, T]):
    """Everything supplied of one kind, by name. `off` says why plugins are off, by their names."""

    def __init__(self, kind: Kind, off: Callable[[], Mapping[str, str]] = dict) -> None:
        self.kind = kind
        self._off = off
        self._objects: dict[str, T] = {}
        self._plugins: dict[str, str] = {}

    def add(self, name: str, supplied: T, plugin: str) -> None:
        """Take in one object. Raises `PluginInvalid` when another plugin supplies this name."""
        other = self._plugins.setdefault(name, plugin)
        if name in self._objects:
            who = f"the plugins `{other}` and `{plugin}` both supply"
            if other == plugin:
                who = f"the plugin `{plugin}` supplies twice"
            raise PluginInvalid(
                f"{who} the {self.kind.noun} `{name}`",
                help=f"Block one of them: [plugins] block = [{plugin!r}] in tactful.toml.",
            )
        self._objects[name] = supplied

    def need(self, name: str) -> T:
        """Return the object of this name. Raises `PluginInvalid` when no plugin supplies it."""
        if name in self._objects:
            return self._objects[name]
        noun, off = self.kind.noun, self._off()
        if name in off:
            raise PluginInvalid(
                f"the {noun} `{name}` is not ready: {off[name].rstrip('.')}",
                help="Mend that in tactful.toml; `tactful plugins` says what is on.",
            )
        guess = nearest(name, self._objects)
        lines = [f"Did you mean `{guess}`?" if guess else f"Install a plugin with the {noun}."]
        lines += [f"The plugin `{plugin}` is off: {why}." for plugin, why in off.items()]
        raise PluginInvalid(f"no plugin supplies the {noun} `{name}`", help=" ".join(lines))

    def supplier(self, name: str) -> str:
        """Return the name of the plugin that supplies an object."""
        return self._plugins[name]

    def __getitem__(self, name: str) -> T:
        return self._objects[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._objects)

    def __len__(self) -> int:
        return len(self._objects)
