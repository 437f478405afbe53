"""Turns rows of an audience into recipients, or says why a row is out. No file, no clock."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from tactful.errors import ValueUnreadable
from tactful.graph.channels import ADDRESSED_BY
from tactful.graph.model import Audience, Column, RoleColumn
from tactful.guard.addresses import AddressProblem, PhoneRead, read_email, read_phone
from tactful.guard.zones import candidate_zones
from tactful.journey.inputs import Value
from tactful.runtime.audience.blanks import Blanks
from tactful.runtime.audience.cells.nothing import bare, is_blank, is_blank_name, tidy, unusable
from tactful.runtime.audience.cells.places import read_country, read_locale, read_zone
from tactful.runtime.audience.columns import Cell, Clues, column_cell
from tactful.runtime.audience.habits import Habits
from tactful.runtime.audience.header import Header
from tactful.runtime.audience.recipients import OutRow, Problem, Recipient
from tactful.runtime.ports import Finding, Row

T = TypeVar("T", bound=Value)

_LONGEST_KEY = 200
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_MOST_DOMAINS = 10_000


class _Found:
    """What is found in one row: values, and problems that keep it out or do not."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.values: dict[str, Value] = {}
        self.out: list[Problem] = []
        self.told: list[Problem] = []

    def keep_out(self, column: str, code: str, reason: str) -> None:
        """Note a problem that keeps the whole row out."""
        self.out.append(Problem(self.row.number, column, code, reason))

    def tell(self, column: str, code: str, reason: str, channel: str | None = None) -> None:
        """Note a problem of one channel, or of a value that can be done without."""
        self.told.append(Problem(self.row.number, column, code, reason, channel))


class Intake:
    """Reads the rows of one audience. `channels` are those that the flow sends on.

    Raises `AudienceInvalid` when a column that the flow names is not in `header`.
    """

    def __init__(
        self, audience: Audience, header: Sequence[str], channels: Collection[str]
    ) -> None:
        self.findings: list[Finding] = []
        self.habits = Habits()
        self._blanks = Blanks()
        self._header = Header(header)
        self._keys = [(name, self._header.require(name)) for name in audience.key]
        self._columns = [self._column(column) for column in audience.columns]
        self._phone = self._role(audience.phone, "bad_phone", str)
        self._email = self._role(audience.email, "bad_email", str)
        self._country = self._role(audience.country, "bad_country", read_country, is_blank_name)
        self._zone = self._role(audience.timezone, "bad_zone", read_zone)
        self._locale = self._role(audience.locale, "bad_locale", read_locale, is_blank_name)
        self._phone_channels = _addressed_by("phone", channels)
        self._email_channels = _addressed_by("email", channels)
        self._domains: dict[str, str] = {}

    def _column(self, column: Column) -> Cell[Value]:
        header = self._place(
            column.header or column.name,
            column.optional or column.default is not None,
            column.default,
        )
        return column_cell(column, header, self.habits.of(column, header))

    def _role(
        self,
        role: RoleColumn | None,
        code: str,
        read: Callable[[str], str],
        is_empty: Callable[[str], bool] = is_blank,
    ) -> Cell[str] | None:
        if role is None:
            return None
        header = self._place(role.column, role.default is not None, role.default)
        return Cell(
            role.column,
            header,
            code,
            lambda text, clues: read(text),
            role.default,
            is_empty=is_empty,
        )

    def _place(self, name: str, may_lack: bool, default: Value) -> str | None:
        if not may_lack:
            return self._header.require(name)
        header = self._header.find_or_do_without(name)
        if header is None:
            instead = "no row has a value" if default is None else "every row gets the default"
            message = f"the audience has no column `{name}`: {instead}"
            self.findings.append(Finding("warning", "missing_column", message))
        return header

    def read(self, row: Row) -> Recipient | OutRow:
        """Return the recipient of a row, or why it is out."""
        found = _Found(row)
        key = self._key(found)
        country = self._role_value(self._country, found)
        zone = self._role_value(self._zone, found)
        locale = self._role_value(self._locale, found, keeps_out=False)
        phone = self._phone_of(found, country)
        email = self._email_of(found)
        broken = any(problem.code in ("bad_zone", "bad_country") for problem in found.out)
        clues = Clues(zone, country, broken)
        for column in self._columns:
            found.values[column.name] = self._column_value(column, found, clues)
        if found.out or key is None:
            return OutRow(row.number, key, (*found.out, *found.told))
        number = phone.e164 if phone else None
        return Recipient(
            key,
            row.number,
            number,
            email,
            candidate_zones(zone, number, country),
            locale,
            country or (phone.region or None if phone else None),
            found.values,
            tuple(found.told),
        )

    # ---- parts of a row -------------------------------------------------------------------------

    def _key(self, found: _Found) -> str | None:
        parts = []
        for name, header in self._keys:
            part = bare(tidy(found.row.cells.get(header, "")))
            if not part or self._counts_as_empty(part, is_blank_name, found.row, name):
                found.keep_out(name, "no_key", "it is empty")
                return None
            if len(part) > _LONGEST_KEY or _UNSEEN.search(part):
                reason = f"it has more than {_LONGEST_KEY} characters, or one that cannot be seen"
                found.keep_out(name, "bad_key", reason)
                return None
            found.values[name] = part
            parts.append(part)
        return join_key(parts)

    def _column_value(self, cell: Cell[Value], found: _Found, clues: Clues) -> Value:
        text = self._text(cell, found.row)
        if not text:
            if cell.default is None and not cell.optional:
                said = cell.text(found.row)
                reason = f"`{said}` counts as empty" if said else "it is empty"
                found.keep_out(cell.name, "missing_value", reason)
            return cell.default
        return _read(cell, text, clues, found.tell if cell.optional else found.keep_out)

    def _text(self, cell: Cell[T], row: Row) -> str:
        """Return what stands in a cell; nothing when it says that there is nothing."""
        text = cell.text(row)
        return "" if text and self._counts_as_empty(text, cell.is_empty, row, cell.name) else text

    def _counts_as_empty(
        self, text: str, is_empty: Callable[[str], bool], row: Row, column: str
    ) -> bool:
        if not is_empty(text):
            return False
        self._blanks.note(text, row.number, column)
        return True

    def closing_findings(self) -> list[Finding]:
        """Return what is worth telling of the rows as a whole, once all have been read."""
        return self._blanks.findings()

    def _role_value(
        self, cell: Cell[str] | None, found: _Found, keeps_out: bool = True
    ) -> str | None:
        """Return what a role's cell says; texts see it as it is written."""
        if cell is None:
            return None
        text = self._text(cell, found.row) or cell.default
        note = found.keep_out if keeps_out else found.tell
        value = _read(cell, text, Clues(), note) if text else None
        found.values[cell.name] = None if value is None else text
        return value

    def _phone_of(self, found: _Found, country: str | None) -> PhoneRead | None:
        if self._phone is None:
            return None
        raw = self._address(self._phone, found)
        if any(problem.code == "bad_country" for problem in found.out):
            return None  # the number may be well: one mistake, one message
        read = read_phone(raw, country) if raw else None
        if isinstance(read, PhoneRead):
            return read
        _tell_unreached(self._phone, found, self._phone_channels, read)
        return None

    def _email_of(self, found: _Found) -> str | None:
        if self._email is None:
            return None
        raw = self._address(self._email, found)
        read = self._read_email(raw) if raw else None
        if isinstance(read, str):
            return read
        _tell_unreached(self._email, found, self._email_channels, read)
        return None

    def _address(self, cell: Cell[str], found: _Found) -> str | None:
        """Return an address as it is written; texts see it when it is a text."""
        raw = self._text(cell, found.row) or cell.default
        found.values[cell.name] = None if raw is None or unusable(raw) else raw
        return raw

    def _read_email(self, raw: str) -> str | AddressProblem:
        """Read an address; of those with a plain local part, each domain only once."""
        local, _, domain = raw.rpartition("@")
        plain = len(raw) < 200 and len(local) <= 64 and _PLAIN_LOCAL.fullmatch(local) is not None
        if plain and (known := self._domains.get(domain)):
            return f"{local}@{known}"
        read = read_email(raw)
        if isinstance(read, AddressProblem):
            return read
        if plain and len(self._domains) < _MOST_DOMAINS:
            self._domains[domain] = read.domain
        return read.address


def join_key(parts: Sequence[str]) -> str:
    """Return the key that these parts make: one as it is, several joined by `/`.

    Then a `/` within a part is written `%2F` (and `%` as `%25`), so that no two rows share a key.
    """
    if len(parts) == 1:
        return parts[0]
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)


def _addressed_by(address: str, channels: Collection[str]) -> list[str]:
    return sorted(channel for channel in channels if ADDRESSED_BY.get(channel) == address)


def _read(
    cell: Cell[T], text: str, clues: Clues, note: Callable[[str, str, str], None]
) -> T | None:
    if problem := unusable(text):
        note(cell.name, *problem)
        return None
    try:
        return cell.read(text, clues)
    except ValueUnreadable as error:
        note(cell.name, cell.code, f"{error.message}. {error.help}")
        return None


def _tell_unreached(
    cell: Cell[str], found: _Found, channels: Collection[str], problem: AddressProblem | None
) -> None:
    """Note that a row is out for these channels: without address, or because of its problem."""
    code, reason = "no_address", "it is empty"
    if problem is not None:
        code, reason = cell.code, f"{problem.reason}. {problem.help}"
    for channel in channels:
        found.tell(cell.name, code, reason, channel)
