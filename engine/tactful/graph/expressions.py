"""Texts and conditions of a graph, as data: what is filled in, and what is asked of values."""

import hashlib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Scalar = str | int | float | bool | None


class Data(BaseModel):
    """Base of everything in a graph: frozen, and strict about unknown names."""

    # What is built at first use costs nothing where it is not used, such as most steps of a flow.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Filter(Data):
    """One `| name(arguments)` of a slot."""

    name: str
    arguments: tuple[Scalar, ...] = ()


class Slot(Data):
    """One `{{ name | filter }}` of a text; `name` may be dotted (`news.carrier`)."""

    name: str
    filters: tuple[Filter, ...] = ()


class Text(Data):
    """A message text, compiled: literal pieces and slots, in order."""

    parts: tuple[str | Slot, ...]


def as_text(label: str | Text) -> Text:
    """Return a label as a text, in which nothing may be to fill in."""
    return label if isinstance(label, Text) else Text(parts=(label,))


class Ref(Data):
    """The value of a column or of something remembered."""

    kind: Literal["ref"] = "ref"
    name: str


class Constant(Data):
    """A value written in the flow."""

    kind: Literal["constant"] = "constant"
    value: Scalar


class Moment(Data):
    """A moment relative to now, in microseconds (`7 days ago` is negative)."""

    kind: Literal["moment"] = "moment"
    offset: int = 0
    whole_day: bool = False


Operand = Annotated[Ref | Constant | Moment, Field(discriminator="kind")]

Comparison = Literal[
    "is",
    "above",
    "below",
    "at least",
    "at most",
    "before",
    "after",
    "contains",
    "matches",
    "one of",
]


class Holds(Data):
    """True when the name is yes, or, for a moment, has happened."""

    kind: Literal["holds"] = "holds"
    name: str


class Missing(Data):
    """True when the name has no value; an empty list or text counts as missing."""

    kind: Literal["missing"] = "missing"
    name: str


class Compare(Data):
    """A comparison. Texts compare without regard to capitals and accents."""

    kind: Literal["compare"] = "compare"
    left: Operand
    operator: Comparison
    right: tuple[Operand, ...]


class Not(Data):
    """True when the inner test is false."""

    kind: Literal["not"] = "not"
    test: "Condition"


class AllOf(Data):
    """True when every inner test is true."""

    kind: Literal["all"] = "all"
    tests: tuple["Condition", ...]


class AnyOf(Data):
    """True when one inner test is true."""

    kind: Literal["any"] = "any"
    tests: tuple["Condition", ...]


Condition = Annotated[Holds | Missing | Compare | Not | AllOf | AnyOf, Field(discriminator="kind")]


def digest(data: Data) -> str:
    """Return the hash of data."""
    return hashlib.sha256(data.model_dump_json().encode()).hexdigest()[:16]
