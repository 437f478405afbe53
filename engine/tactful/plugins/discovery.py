"""Finds the plugins that are installed, without importing any."""

from collections.abc import Callable, Iterable
from importlib.metadata import entry_points

from msgspec import Struct

from tactful.errors import PluginInvalid

GROUP = "tactful"


class Candidate(Struct, frozen=True):
    """A plugin that could be loaded: the name it goes by, and the distribution it came with."""

    name: str
    version: str
    distribution: str
    load: Callable[[], object]


def installed() -> list[Candidate]:
    """Return every installed plugin: the entry points of group `tactful`."""
    return [
        Candidate(
            point.name,
            point.dist.version if point.dist else "unknown",
            point.dist.name if point.dist else point.value,
            point.load,
        )
        for point in entry_points(group=GROUP)
    ]


def by_name(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates sorted by name, because they are found in the order of the disk.

    Raises `PluginInvalid` when two distributions bring plugins of one name.
    """
    found: dict[str, Candidate] = {}
    for candidate in sorted(candidates, key=lambda one: (one.name, one.distribution)):
        other = found.setdefault(candidate.name, candidate)
        if other is not candidate:
            raise PluginInvalid(
                f"two plugins are called `{candidate.name}`: those of {other.distribution} "
                f"and of {candidate.distribution}",
                help="Uninstall one of them.",
            )
    return list(found.values())
