"""Chooses among the rows that can be read: `keep when`, `skip when` and `one per`.

One row per person takes two looks when the newest or oldest wins: the rows wait in a spool until
all are known. Which row of whom is kept stands in a temporary database too, so that memory does not
grow with the audience.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from msgspec import Struct

from tactful.errors import ValueUnreadable
from tactful.graph.comparisons import as_amount
from tactful.graph.conditions import Test, compile_condition
from tactful.graph.days import as_instant
from tactful.graph.model import Audience, OnePer, RowRule
from tactful.graph.texts import LOCALE, RECIPIENT, ZONE
from tactful.guard.folding import fold
from tactful.journey.inputs import Value
from tactful.runtime.audience.cells.days import order_of, read_day
from tactful.runtime.audience.cells.nothing import bare, is_blank, tidy
from tactful.runtime.audience.cells.numbers import read_number
from tactful.runtime.audience.cells.times import read_moment
from tactful.runtime.audience.habits import Habit, Habits, order_by
from tactful.runtime.audience.header import Header
from tactful.runtime.audience.recipients import OutRow, Problem, Recipient, can_be_reached
from tactful.runtime.audience.spool import Spool, Temporary
from tactful.runtime.ports import Finding, Row, RowProblem
from tactful.values import Instant


class Moment(Struct, frozen=True):
    """When and with which values of the flow the rows are chosen, and the lines that say how."""

    at: Instant = 0
    values: Mapping[str, Any] = {}
    lines: Mapping[str, int] = {}


class Rules:
    """The `keep when` and `skip when` lines of an audience."""

    def __init__(self, rules: Sequence[RowRule], moment: Moment) -> None:
        self._moment = moment
        self._rules: list[tuple[RowRule, Test, str]] = []
        for number, rule in enumerate(rules, start=1):
            line = moment.lines.get(f"{rule.kind} {number}")
            place = f" (line {line})" if line else ""
            self._rules.append((rule, compile_condition(rule.condition), place))

    def problem(self, recipient: Recipient) -> Problem | None:
        """Return why a row is not let in, or None."""
        if not self._rules:
            return None
        values = {
            **self._moment.values,
            **recipient.values,
            RECIPIENT: recipient.key,
            LOCALE: recipient.locale,
            ZONE: recipient.zones[0] if recipient.zones else "UTC",
        }
        for rule, holds, place in self._rules:
            held = holds(values, self._moment.at)
            if rule.kind == "skip" and held:
                reason = f"`skip when {rule.said}` holds{place}"
                return Problem(recipient.row, "", "skipped", reason)
            if rule.kind == "keep" and not held:
                reason = f"`keep when {rule.said}` does not hold{place}"
                return Problem(recipient.row, "", "not_kept", reason)
        return None


class Candidate(Struct, frozen=True):
    """A row that may join, and who it is of; without a person it stands for itself."""

    recipient: Recipient | None
    out: OutRow | None = None
    person: bytes | None = None

    @property
    def read(self) -> Recipient | OutRow:
        """The row itself."""
        read = self.recipient or self.out
        assert read is not None
        return read


class Persons:
    """Keeps one row per person. `waits` says that all rows must be seen first."""

    def __init__(
        self,
        rule: OnePer,
        audience: Audience,
        header: Header,
        habits: Habits,
        channels: Collection[str],
    ) -> None:
        self.waits = rule.which != "first"
        self._rule = rule
        self._channels = channels
        self._typed = {column.name for column in audience.columns}
        self._person = _header_of(rule.column, audience, header)
        self._by = _header_of(rule.by, audience, header) if rule.by else None
        self._habit: Habit | None = None
        if rule.by and self._by and rule.by not in self._typed:
            self._habit = habits.learn(rule.by, self._by, order_of)
        mail = audience.email
        self._is_mail = mail is not None and mail.column == rule.column
        self._nameless = self._rankless = 0
        self._spool = Spool(Candidate)
        self._kept = Temporary(
            "kept (person blob primary key, kind int, rank, at int) without rowid"
        )

    def claim(self, row: Row | RowProblem, read: Recipient | OutRow) -> Candidate:
        """Note a row as one of its person's; the best one so far is kept."""
        if isinstance(read, OutRow):
            return Candidate(None, read)
        if isinstance(row, RowProblem) or not can_be_reached(read, self._channels):
            return Candidate(read)
        name = bare(tidy(row.cells.get(self._person, "")))
        if not name or is_blank(name):
            self._nameless += 1
            return Candidate(read)
        if self._is_mail:
            name = fold(name)
        person = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        kind, rank = self._rank(row, read)
        self._kept.file.execute(
            "insert into kept values (?, ?, ?, ?) on conflict do update set"
            " kind = excluded.kind, rank = excluded.rank, at = excluded.at"
            " where (excluded.kind, excluded.rank) > (kind, rank)",
            (person, kind, rank, read.row),
        )
        return Candidate(read, person=person)

    def _rank(self, row: Row, read: Recipient) -> tuple[int, float]:
        """Return how well a row is placed to be kept: the higher, the better."""
        if self._by is None or self._rule.by is None:
            return 0, 0
        if self._rule.by in self._typed:
            found = _rank_of(read.values.get(self._rule.by))
        else:
            text = bare(tidy(row.cells.get(self._by, "")))
            zone = read.zones[0] if read.zones else "UTC"
            found = _rank_of_text(text, zone, self._habit)
        if found is None:
            self._rankless += 1
            return -1, 0
        kind, rank = found
        return kind, rank if self._rule.which == "newest" else -rank

    def settle(self, candidate: Candidate) -> Recipient | OutRow:
        """Return the row itself when it is the one that is kept, else that it is out."""
        read = candidate.recipient
        if read is None or candidate.person is None:
            return candidate.read
        [at] = self._kept.file.execute(
            "select at from kept where person = ?", (candidate.person,)
        ).fetchone()
        if at == read.row:
            return read
        how = f"the {self._rule.which} by `{self._rule.by}`" if self._rule.by else "the first"
        reason = f"row {at} of the same person is kept: it is {how}"
        return OutRow(
            read.row, read.key, (Problem(read.row, self._rule.column, "one_per", reason),)
        )

    def put(self, candidates: Iterable[Candidate]) -> None:
        """Let rows wait until all are seen."""
        self._spool.put(candidates)

    def chunks(self, size: int) -> Iterator[list[Recipient | OutRow]]:
        """Yield the rows that waited, some at a time, each kept or out."""
        for candidates in self._spool.chunks(size):
            yield [self.settle(candidate) for candidate in candidates]

    def findings(self) -> list[Finding]:
        """Return what to tell of rows that name no person, or cannot be ranked."""
        found = []
        if self._nameless:
            message = f"{_rows(self._nameless)} no `{self._rule.column}`: each counts as a person"
            found.append(Finding("note", "no_person", message))
        if self._rankless:
            message = f"{_rows(self._rankless)} no `{self._rule.by}` that can be read: others win"
            found.append(Finding("warning", "no_rank", message))
        return found

    def close(self) -> None:
        """Give the disk space back."""
        self._spool.close()
        self._kept.close()


def _rows(count: int) -> str:
    return "1 row has" if count == 1 else f"{count} rows have"


def _header_of(name: str, audience: Audience, header: Header) -> str:
    """Return the column of the source that is meant: a declared one, or one by its name."""
    named = {column.name: column.header or column.name for column in audience.columns}
    return header.require(named.get(name, name))


_NUMBERS, _MOMENTS = 1, 2  # where a column mixes both, moments are the newer


def _rank_of(value: Value) -> tuple[int, float] | None:
    """Return a value's place among others of its column; None when it has none."""
    at = as_instant(value) if isinstance(value, str) else None
    if at is not None:
        return _MOMENTS, at
    amount = as_amount(value)
    return None if amount is None else (_NUMBERS, float(amount[0]))


def _rank_of_text(text: str, zone: str, habit: Habit | None) -> tuple[int, float] | None:
    """Return the place of a cell that no line declares: a moment, a day, or a number."""
    order = order_by(habit)
    for read in (
        lambda: read_moment(text, zone, order),
        lambda: read_day(text, order),
        lambda: read_number(text),
    ):
        try:
            return _rank_of(read())
        except ValueUnreadable:
            continue
    return None
