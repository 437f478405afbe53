"""Reads the cells of a declared column by its type."""

from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Struct

from tactful.errors import AudienceInvalid, ValueUnreadable
from tactful.graph.model import Column
from tactful.guard.addresses import AddressProblem, read_email, read_phone
from tactful.journey.inputs import Value
from tactful.runtime.audience.cells.days import read_day
from tactful.runtime.audience.cells.money import read_money
from tactful.runtime.audience.cells.nothing import bare, is_blank, is_error, tidy
from tactful.runtime.audience.cells.numbers import read_number
from tactful.runtime.audience.cells.times import read_moment
from tactful.runtime.audience.cells.words import read_yes_no
from tactful.runtime.audience.habits import Habit, order_by, point_by
from tactful.runtime.ports import Row

T = TypeVar("T", bound=Value)


class Clues(Struct, frozen=True):
    """What a row says that its other cells are read by.

    `zone` is the row's `timezone`; a column's own zone is for the rows that have none.
    `broken` says that some of it cannot be read: the row is out for that, and what depends on it is
    not told again.
    """

    zone: str | None = None
    country: str | None = None
    broken: bool = False


Read = Callable[[str, Clues], T]


class Cell(Struct, Generic[T], frozen=True):
    """Where a value stands (`header` None: nowhere, always the default) and how it is read.

    `is_empty` tells what counts as nothing. In a cell that `is_text`, unseen marks within it stay.
    """

    name: str
    header: str | None
    code: str
    read: Read[T]
    default: T | None = None
    optional: bool = True
    is_empty: Callable[[str], bool] = is_blank
    is_text: bool = False

    def text(self, row: Row) -> str:
        """Return what stands in a row, without what nobody sees around it."""
        if self.header is None:
            return ""
        text = tidy(row.cells.get(self.header, ""))
        return text if self.is_text else bare(text)


CODES = {
    "text": "bad_text",
    "number": "bad_number",
    "money": "bad_money",
    "date": "bad_date",
    "time": "bad_time",
    "yes/no": "bad_yes_no",
    "phone": "bad_phone",
    "email": "bad_email",
}


def column_cell(column: Column, header: str | None, habit: Habit | None) -> Cell[Value]:
    """Return how a column is read. Raises `AudienceInvalid` when its default does not fit."""
    read = _reader(column, habit)
    default = column.default
    if isinstance(default, str):
        try:
            default = read(default, Clues(column.zone))
        except ValueUnreadable as error:
            raise AudienceInvalid(
                f"the default of the column `{column.name}`: {error.message}", help=error.help
            ) from error
    is_text = column.type == "text"
    return Cell(
        column.name,
        header,
        CODES[column.type],
        read,
        default,
        column.optional,
        is_error if is_text else is_blank,
        is_text,
    )


def _reader(column: Column, habit: Habit | None) -> Read[Value]:
    match column.type:
        case "text":
            return lambda text, clues: text
        case "number":
            return lambda text, clues: read_number(text, point_by(habit))
        case "money":
            currency = column.currency
            return lambda text, clues: read_money(text, currency, point_by(habit))
        case "date":
            return lambda text, clues: read_day(text, order_by(habit))
        case "time":
            zone = column.zone
            return lambda text, clues: read_moment(text, _zone(clues) or zone, order_by(habit))
        case "yes/no":
            return lambda text, clues: read_yes_no(text)
        case "phone":
            return lambda text, clues: text if clues.broken else _phone(text, clues.country)
        case "email":
            return lambda text, clues: _email(text)


def _zone(clues: Clues) -> str | None:
    return "UTC" if clues.broken else clues.zone


def _phone(text: str, country: str | None) -> str:
    read = read_phone(text, country)
    if isinstance(read, AddressProblem):
        raise ValueUnreadable(read.reason, help=read.help)
    return read.e164


def _email(text: str) -> str:
    read = read_email(text)
    if isinstance(read, AddressProblem):
        raise ValueUnreadable(read.reason, help=read.help)
    return read.address
