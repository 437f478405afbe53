"""Who gets a campaign, as data: the source of its rows, their columns, and which of them join."""

from typing import Literal

from pydantic import Field

from tactful.graph.expressions import Condition, Data, Scalar
from tactful.values import Duration

ColumnType = Literal["text", "number", "money", "date", "time", "yes/no", "phone", "email"]


class Column(Data):
    """`column NAME TYPE in IT from "Header" optional default V`.

    `currency` is that of amounts which say none. `zone` (IANA) is that of times which say none;
    without it they are by the row's own clock.
    """

    name: str
    type: ColumnType = "text"
    currency: str | None = None
    zone: str | None = None
    header: str | None = None
    optional: bool = False
    default: Scalar = None


class RoleColumn(Data):
    """The column that plays a part: `phone mobile`, `country land default IE`."""

    column: str
    default: str | None = None


class Update(Data):
    """`update on event order.moved with same region`; `same` as that of an `EventArm`."""

    names: tuple[str, ...]
    same: str | None = None


class RowRule(Data):
    """`keep when …` or `skip when …`, and the condition as it is written."""

    kind: Literal["keep", "skip"]
    condition: Condition
    said: str


class OnePer(Data):
    """`one per COLUMN`: the first row, or the newest or oldest `by` another column."""

    column: str
    which: Literal["first", "newest", "oldest"] = "first"
    by: str | None = None


class Audience(Data):
    """Where recipients come from, and which columns play which part.

    `options` are what else the flow tells the source, by name; a token is the name of its secret.
    `every` is how long after one reading the next begins; None: it is read once.
    """

    source: str
    path: str
    every: Duration | None = None
    options: dict[str, str] = Field(default_factory=dict)
    key: tuple[str, ...]
    phone: RoleColumn | None = None
    email: RoleColumn | None = None
    country: RoleColumn | None = None
    timezone: RoleColumn | None = None
    locale: RoleColumn | None = None
    columns: tuple[Column, ...] = ()
    updates: tuple[Update, ...] = ()
    rules: tuple[RowRule, ...] = ()
    one_per: OnePer | None = None
