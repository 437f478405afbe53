"""Conditions: what may stand behind `when`, as a typed tree."""

from dataclasses import dataclass
from typing import Literal

from tactful.language.operands import Operand, Ref

Comparison = Literal[
    "is", "above", "below", "at least", "at most", "before", "after", "contains", "matches",
    "one of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holds:
    """A name on its own: it is yes, or has happened. False when missing."""

    name: Ref


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison. A missing value makes it false, negated or not."""

    left: Operand
    op: Comparison
    rights: tuple[Operand, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """`is missing`, or with `negated` `is not missing`. An empty list is missing, too."""

    left: Operand
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: "tuple[Condition, ...]"


Condition = Or | And | Not | Holds | Compare | Missing
