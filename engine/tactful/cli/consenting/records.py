"""Consent records as lines of CSV or JSON: one line tells of one consent, and of its end.

The same columns are read and written. What is in force on a line is said by `revoked_at` alone.
"""

import csv
import ipaddress
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from tactful.cli.people import CHANNELS, read_address
from tactful.errors import TactfulError, ValueUnreadable
from tactful.graph.channels import channels_of, group_of
from tactful.guard.addresses import mask
from tactful.runtime.consents import ALL
from tactful.store.rows import ConsentRow, SuppressionRow
from tactful.values import Instant, moment, parse_instant

COLUMNS = (
    "address", "channel", "purpose", "at", "source", "method", "wording", "evidence", "ip", "who",
    "revoked_at", "revoke_source",
)  # fmt: skip
LONGEST = 10_000
"""How many characters one value may have: a wording, not a book."""

Cells = Mapping[str, str]


class Record(Struct, frozen=True):
    """One line: the consent that it tells of, and its end, in the order of time."""

    line: int
    rows: tuple[ConsentRow, ...]


class WrongRecord(Struct, frozen=True):
    """One line that cannot be used: what is wrong with which column, and how to mend it."""

    line: int
    column: str
    reason: str
    help: str


class RecordFile:
    """A file of consent records, by its ending: `.csv`, or JSON lines. `ignored`: its own columns.

    `channel` and `source` are those of lines that have none, `who` notes them.
    """

    def __init__(self, path: Path, who: str, now: Instant, channel: str, source: str) -> None:
        self._path = path
        self._now = now
        self._usual = {"channel": channel, "source": source, "who": who, "purpose": "service"}
        self.ignored: set[str] = set()

    def read(self) -> Iterator[Record | WrongRecord]:
        """Yield what each line says. Raises `TactfulError` when the file cannot be read."""
        lines = _json_lines if self._path.suffix.lower() in (".jsonl", ".ndjson") else _csv_lines
        try:
            for number, cells in lines(self._path):
                yield cells if isinstance(cells, WrongRecord) else self._record(number, cells)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise TactfulError(
                f"{self._path} cannot be read: {error}",
                help="It is CSV with a line of column names, or JSON lines (.jsonl), in UTF-8.",
            ) from error

    def _record(self, number: int, cells: Cells) -> Record | WrongRecord:
        self.ignored |= {name for name in cells if name not in COLUMNS}
        filled = {name: text.strip() for name, text in cells.items() if text.strip()}
        said = {name: filled.get(name) or self._usual.get(name, "") for name in COLUMNS}
        column = ""
        try:
            for column in COLUMNS:
                _check_text(said[column])
            column = "channel"
            if said["channel"] not in CHANNELS:
                raise ValueUnreadable(
                    f"`{said['channel']}` is no channel",
                    help=f"Write one of {', '.join(CHANNELS)}.",
                )
            column = "address"
            address = read_address(said["address"], said["channel"])
            column = "ip"
            ip = read_ip(said["ip"])
            column = "at"
            at = self._moment(said["at"])
            column = "revoked_at"
            revoked = self._moment(said["revoked_at"])
            if at is None and revoked is None:
                column = "at"
                raise ValueUnreadable(
                    "it does not say when", help="Write when the person agreed: 2026-12-01T09:00Z."
                )
            if at is not None and revoked is not None and revoked <= at:
                raise ValueUnreadable("it was taken back before it was given")
            column = "source"
            if at is not None and not said["source"]:
                raise ValueUnreadable(
                    "it does not say how we know", help="Write for example web form, or --source."
                )
            column = "purpose"
            purpose = read_purpose(said["purpose"]) if at is not None else said["purpose"].lower()
        except TactfulError as error:
            return WrongRecord(number, column, error.message, error.help)
        rows = []
        where, who = said["channel"], said["who"]
        if at is not None:
            rows.append(
                ConsentRow(
                    address, where, purpose, True, at, said["source"], who,
                    said["method"], said["wording"], said["evidence"], ip,
                )
            )  # fmt: skip
        if revoked is not None:
            why = said["revoke_source"] or said["source"]
            rows.append(ConsentRow(address, where, purpose, False, revoked, why, who))
        return Record(number, tuple(rows))

    def _moment(self, text: str) -> Instant | None:
        return read_past(text, self._now) if text else None


def read_past(text: str, now: Instant) -> Instant:
    """Return a moment that is over. Raises `ValueUnreadable`."""
    at = parse_instant(text)
    if at > now:
        raise ValueUnreadable(f"`{text}` lies ahead", help="Write when it was said.")
    return at


def read_purpose(text: str) -> str:
    """Return the purpose of a consent. Raises `ValueUnreadable`."""
    purpose = text.strip().lower()
    if purpose in ("", ALL):
        raise ValueUnreadable(
            "nobody agrees to everything",
            help="Write the purpose of each consent: service, account, safety …",
        )
    return purpose


def read_ip(text: str) -> str:
    """Return an IP address, if there is one. Raises `ValueUnreadable`."""
    try:
        return str(ipaddress.ip_address(text)) if text else ""
    except ValueError as error:
        raise ValueUnreadable(
            f"`{text}` is not an IP address", help="Write for example 192.0.2.7."
        ) from error


def _check_text(text: str) -> None:
    if len(text) > LONGEST:
        raise ValueUnreadable(f"it has {len(text):,} characters", help=f"Up to {LONGEST:,} do.")
    if "\x00" in text:
        raise ValueUnreadable("it holds a NUL character")


def _csv_lines(path: Path) -> Iterator[tuple[int, Cells]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restval="")
        names = reader.fieldnames or ()
        if "address" not in names:
            raise TactfulError(
                f"{path} has no column `address`",
                help=f"Its first line names the columns: {', '.join(COLUMNS)}.",
            )
        for cells in reader:
            yield reader.line_num, {name: text for name, text in cells.items() if name is not None}


def _json_lines(path: Path) -> Iterator[tuple[int, Cells | WrongRecord]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                value = None
            if not isinstance(value, dict):
                help = 'Write one object a line: {"address": …}.'
                yield number, WrongRecord(number, "", "it is not a JSON object", help)
                continue
            wrong = [name for name, one in value.items() if not isinstance(one, str | None)]
            if wrong:
                help = "Put it into quotes."
                yield number, WrongRecord(number, wrong[0], "it is not a text", help)
                continue
            yield number, {name: one or "" for name, one in value.items()}


# ---- writing ------------------------------------------------------------------------------------


def lines_of(
    consents: Iterable[ConsentRow], opt_outs: Iterable[SuppressionRow], *, full: bool
) -> Iterator[dict[str, str]]:
    """Yield all records as lines, by address and time; `full` shows addresses."""
    ends: dict[tuple[str, str], list[tuple[Instant, str, str]]] = {}
    given: list[ConsentRow] = []
    for row in consents:
        if row.given:
            given.append(row)
        else:
            place = (row.address, group_of(row.channel))
            ends.setdefault(place, []).append((row.at, row.purpose, row.source))
    for opt_out in opt_outs:
        said = (opt_out.at, ALL, opt_out.source)
        known = ends.setdefault((opt_out.address, opt_out.group), [])
        if said not in known:
            known.append(said)
    found: list[tuple[str, Instant, dict[str, Any]]] = []
    told: set[tuple[str, str, tuple[Instant, str, str]]] = set()
    for row in given:
        place = (row.address, group_of(row.channel))
        later = [
            end for end in ends.get(place, ()) if end[0] > row.at and end[1] in (ALL, row.purpose)
        ]
        end = min(later, default=None)
        line = _given(row)
        if end is not None:
            line |= {"revoked_at": _moment(end[0]), "revoke_source": end[2]}
            told.add((*place, end))
        found.append((row.address, row.at, line))
    for (address, group), several in ends.items():
        for end in several:
            at, purpose, source = end
            if purpose == ALL or (address, group, end) not in told:
                line = {"address": address, "channel": channels_of(group)[0], "purpose": purpose}
                line |= {"revoked_at": _moment(at), "revoke_source": source}
                found.append((address, at, line))
    for _, _, line in sorted(found, key=lambda one: one[:2]):
        if not full:
            line |= {"address": mask(line["address"]), "ip": ""}
        yield {name: line.get(name, "") for name in COLUMNS}


def _given(row: ConsentRow) -> dict[str, str]:
    return {
        "address": row.address,
        "channel": row.channel,
        "purpose": row.purpose,
        "at": _moment(row.at),
        "source": row.source,
        "method": row.method,
        "wording": row.wording,
        "evidence": row.evidence,
        "ip": row.ip,
        "who": row.who,
    }


def _moment(at: Instant) -> str:
    """Return a moment with all its digits: a record that is read again must be the same one."""
    return moment(at).isoformat().replace("+00:00", "Z")
