"""People of scenarios: what `given` says becomes a row of the audience, read as any other row."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tactful.errors import TactfulError
from tactful.graph.channels import ADDRESSED_BY
from tactful.graph.model import Audience, Campaign
from tactful.guard.addresses import region_of
from tactful.guard.fiction import MAILBOX, number_for
from tactful.journey.inputs import Value
from tactful.language.scenes import Cell
from tactful.language.tree import Node
from tactful.language.words.scenarios import GivenValue
from tactful.runtime.audience.intake import Intake
from tactful.runtime.audience.recipients import Recipient
from tactful.runtime.ports import Row

DEFAULT_KEY = "1"


class GivenInvalid(TactfulError):
    """What a scenario gives makes no recipient."""


class People:
    """Makes recipients of what the scenarios of one campaign give."""

    def __init__(self, campaign: Campaign) -> None:
        audience = campaign.audience
        self._keys = audience.key
        self._phone = audience.phone.column if audience.phone else None
        self._email = audience.email.column if audience.email else None
        self._headers = _headers(audience)
        self._number = number_for(_country(campaign))
        channels = campaign.graph.channels
        self._needs = {ADDRESSED_BY.get(channel, "key") for channel in channels}
        self._intake = Intake(
            _lenient(audience), [*dict.fromkeys(self._headers.values())], channels
        )

    def enter(self, cells: Mapping[str, str]) -> Recipient:
        """Return the recipient of a row. Raises `GivenInvalid` when there is something wrong."""
        cells = {**self._defaults(), **cells}
        row = Row(1, {self._headers.get(name, name): text for name, text in cells.items()})
        read = self._intake.read(row)
        wrong = [problem for problem in read.problems if problem.code != "no_address"]
        if wrong or not isinstance(read, Recipient):
            told = (wrong or list(read.problems))[0]
            raise GivenInvalid(f"`{told.column}` {_shown(cells.get(told.column))}: {told.reason}")
        return read

    def _defaults(self) -> dict[str, str]:
        cells = dict.fromkeys(self._keys, DEFAULT_KEY)
        if self._phone is not None:
            cells[self._phone] = self._number
        if self._email is not None:
            cells[self._email] = MAILBOX
        return cells

    def carried(self, person: Recipient, cells: Mapping[str, str], event: Node) -> "Carried":
        """Return what an event carries: the values of the last `given`, and its own.

        A value under the name of a column is read as the column's; others are taken as written.
        Raises `GivenInvalid`.
        """
        own = dict(_cells(event))
        known = {name: cell.text for name, cell in own.items() if name in self._headers}
        named = self.enter({**cells, **known}) if known else person
        values: dict[str, Value] = {
            name: value for name, value in named.values.items() if value is not None
        }
        values |= {name: _plain(cell) for name, cell in own.items() if name not in known}
        return Carried(named.key, values)


class Carried(NamedTuple):
    """Whom an event is about, and its values."""

    key: str
    values: dict[str, Value]


def cells_of(line: Node) -> dict[str, str]:
    """Return the cells that a `given` fills, by the names of their columns."""
    return {name: cell.text for name, cell in _cells(line)}


def _cells(line: Node) -> Iterator[tuple[str, Cell]]:
    for below in line.children:
        if isinstance(below.word, GivenValue):
            yield below.word.name, below.word.value


def _headers(audience: Audience) -> dict[str, str]:
    """Return the header of each column that the flow names."""
    headers = {name: name for name in audience.key}
    for role in (
        audience.phone,
        audience.email,
        audience.country,
        audience.timezone,
        audience.locale,
    ):
        if role is not None:
            headers[role.column] = role.column
    headers |= {column.name: column.header or column.name for column in audience.columns}
    return headers


def _lenient(audience: Audience) -> Audience:
    """Return the audience with every column optional: what is not given is missing."""
    columns = tuple(column.model_copy(update={"optional": True}) for column in audience.columns)
    return audience.model_copy(update={"columns": columns})


def _country(campaign: Campaign) -> str | None:
    """Return the country that people of this flow are probably in."""
    country = campaign.audience.country
    if country is not None and country.default:
        return country.default
    numbers = [sender.address for sender in campaign.guards.senders if sender.address[:1] == "+"]
    return region_of(numbers[0].replace(" ", "")) if numbers else None


def _plain(cell: Cell) -> Value:
    """Return a value that no column types: a number or yes and no, when not written as a text."""
    text = cell.text
    if not cell.quoted and text.lower() in ("yes", "no"):
        return text.lower() == "yes"
    if not cell.quoted:
        for read in (int, float):
            try:
                return read(text)
            except ValueError:
                continue
    return text


def _shown(text: str | None) -> str:
    return f'is "{text}"' if text else "is empty"
