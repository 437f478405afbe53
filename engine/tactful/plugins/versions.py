"""Reads what `require` asks of plugins, such as `csv >= 0.1, < 2`, and compares versions."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

from tactful.errors import ValueUnreadable

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(.*?)\s*", re.ASCII)
_BOUND = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)\s*")
_RELEASE = re.compile(r"v?(\d+(?:\.\d+)*)(.*)")

_Release = tuple[int, ...]

_COMPARE: dict[str, Callable[[_Release, _Release], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """A plugin that must be there, and the versions of it that will do."""

    name: str
    bounds: tuple[tuple[str, _Release], ...]
    text: str

    @classmethod
    def parse(cls, text: str) -> "Requirement":
        """Read `NAME` or `NAME >= 1.2, < 2`. Raises `ValueUnreadable`."""
        head = _REQUIREMENT.fullmatch(text)
        parts = [_BOUND.fullmatch(part) for part in head[2].split(",")] if head and head[2] else []
        if not head or not all(parts):
            raise ValueUnreadable(
                f"`{text}` does not name a plugin and its versions",
                help="Write for example csv >= 0.1, < 2.",
            )
        bounds = tuple((found[1], release(found[2])) for found in parts if found)
        return cls(head[1], bounds, text.strip())

    def allows(self, version: str) -> bool:
        """Say whether a version will do. What is no version (`unknown`) meets no bound."""
        if not self.bounds:
            return True
        have = release(version)
        return bool(have) and all(
            _COMPARE[sign](*_same_length(have, bound)) for sign, bound in self.bounds
        )


def release(version: str) -> _Release:
    """Return the numbers of a version: `1.2.0rc1` is (1, 2, 0); none when it is no version."""
    found = _RELEASE.match(version)
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def _same_length(left: _Release, right: _Release) -> tuple[_Release, _Release]:
    pairs = list(zip_longest(left, right, fillvalue=0))
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)
