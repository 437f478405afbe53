"""Says how one domain imitates another: its name misspelt, drawn with other signs, or built in."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from tactful.rulebook import LOOKALIKES, fold, registrable

Likeness = Literal["drawn_alike", "misspelt", "built_in", "other_ending"]
"""How: signs that look alike, one or two letters off, the name within it, another ending."""

SHORTEST = 5
"""A shorter name is too like too many others to say that one imitates it."""
LONG = 9
"""From so many letters on, two of them may be off; below, one."""

_DRAWN = str.maketrans({**LOOKALIKES, **dict(zip("01345789", "oleastbg", strict=True)), "-": ""})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))


class Imitated(Struct, frozen=True):
    """One domain of the house, which a host imitates, and how."""

    domain: str
    likeness: Likeness


def imitated(host: str, own: frozenset[str]) -> Imitated | None:
    """Return which domain of the house a host imitates, the clearest way first; None: none."""
    labels = host.split(".")
    name = name_of(host)
    for likeness, imitates in _WAYS:
        for domain in sorted(own):
            if imitates(name, name_of(domain), labels, domain):
                return Imitated(domain, likeness)
    return None


def name_of(host: str) -> str:
    """Return the name that somebody registered: `example` of `a.example.co.uk`."""
    return registrable(host).partition(".")[0]


def _drawn_alike(name: str, ours: str, labels: list[str], domain: str) -> bool:
    return len(ours) > 2 and name != ours and _as_drawn(name) == _as_drawn(ours)


def _misspelt(name: str, ours: str, labels: list[str], domain: str) -> bool:
    most = 0 if len(ours) < SHORTEST else 1 if len(ours) < LONG else 2
    return name != ours and apart(name, ours, most) <= most


def _built_in(name: str, ours: str, labels: list[str], domain: str) -> bool:
    """Whether a host has our name or the whole domain in it: `ours-login.top`, `ours.ie.top`."""
    wanted = domain.split(".")
    inside = any(labels[place : place + len(wanted)] == wanted for place in range(len(labels)))
    if inside:
        return True
    parts = {part for label in labels[:-1] for part in label.split("-")}
    glued = len(ours) >= SHORTEST and name != ours and ours in name.replace("-", "")
    return glued or (len(ours) > 1 and name != ours and ours in parts)


def _other_ending(name: str, ours: str, labels: list[str], domain: str) -> bool:
    return name == ours


_Way = Callable[[str, str, list[str], str], bool]
_WAYS: tuple[tuple[Likeness, _Way], ...] = (
    ("drawn_alike", _drawn_alike),
    ("misspelt", _misspelt),
    ("built_in", _built_in),
    ("other_ending", _other_ending),
)


def _as_drawn(name: str) -> str:
    """Return a name as an eye in a hurry takes it: `paypa1`, `раураl` and `pay-pal` are alike."""
    drawn = fold(name).translate(_DRAWN)
    for pair, one in _PAIRS:
        drawn = drawn.replace(pair, one)
    return drawn.replace("i", "l")


def apart(one: str, other: str, most: int) -> int:
    """Return how many letters are changed, missing, more or swapped; `most` + 1 for all above.

    Optimal string alignment (Damerau and Levenshtein), cut off where no answer is wanted.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        now = [place]
        for column, wanted in enumerate(other, 1):
            cost = min(row[column] + 1, now[column - 1] + 1, row[column - 1] + (letter != wanted))
            if (
                place > 1
                and column > 1
                and letter == other[column - 2]
                and one[place - 2] == wanted
            ):
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, row = row, now
    return row[-1]
