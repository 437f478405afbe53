"""What a save means: which flows must be looked at anew, and which are gone. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

Stamp = tuple[int, int, int]
"""When a file was changed, its length, and which file it is: another one, another stamp."""

Stamps = Mapping[Path, Stamp | None]
"""Files with their stamps; None: not there."""


@dataclass(frozen=True, slots=True)
class Work:
    """The flows to look at anew, in order, and those that are no longer there."""

    look: tuple[Path, ...]
    gone: tuple[Path, ...]


def work_of(
    seen: Mapping[Path, Stamps],
    flows: Collection[Path],
    now: Stamps,
    told: Collection[Path] = (),
) -> Work:
    """Say what is to be done.

    `seen` has the files that each flow was made of when it was last looked at, `flows` those that
    are there now, `now` all these files as they are. `told` names files that have changed whatever
    their stamps say: two saves can fall into one tick of a file system's clock.
    """
    told = frozenset(told)
    look = tuple(
        path for path in sorted(flows) if path not in seen or _differs(seen[path], now, told)
    )
    return Work(look, tuple(sorted(path for path in seen if path not in flows)))


def _differs(made_of: Stamps, now: Stamps, told: frozenset[Path]) -> bool:
    return any(path in told or now.get(path) != stamp for path, stamp in made_of.items())
