"""Rows are kept, skipped and counted once per person, each with the reason."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.graph.model import (
    Audience,
    Column,
    Compare,
    Constant,
    OnePer,
    Ref,
    RoleColumn,
    RowRule,
)
from tactful.graph.model import (
    Moment as Relative,
)
from tactful.language.sources import Takes
from tactful.runtime.audience.choosing import Moment
from tactful.runtime.audience.opening import open_audience
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.ports import AudienceSource, Finding, Row, RowProblem
from tactful.values import parse_instant

pytestmark = pytest.mark.anyio

HEADER = ("id", "phone", "customer", "ordered on", "total", "status", "mail")
NOW = parse_instant("2026-12-01T10:00:00Z")


class ListReader:
    """Yields what it was given."""

    name = "list"
    takes = Takes("file")

    def __init__(self, items: Sequence[Row | RowProblem | Finding]) -> None:
        self.items = items

    def columns(self, source: AudienceSource) -> Sequence[str]:
        return HEADER

    async def rows(self, source: AudienceSource) -> AsyncIterator[Row | RowProblem | Finding]:
        for item in self.items:
            yield item


def audience(**more: Any) -> Audience:
    return Audience(
        source="list",
        path="x",
        key=("id",),
        phone=RoleColumn(column="phone"),
        columns=(
            Column(name="total", type="number", optional=True),
            Column(name="status", optional=True),
            Column(name="day", type="date", header="ordered on", optional=True),
        ),
        **more,
    )


def row(number: int, customer: str = "", ordered: str = "", **cells: str) -> Row:
    known = {"id": f"K{number}", "phone": "+353871234567", "customer": customer}
    return Row(number, known | {"ordered on": ordered} | cells)


async def told(
    wanted: Audience, *rows: Row | RowProblem, moment: Moment | None = None
) -> tuple[dict[int, str], list[Finding]]:
    """Return what became of each row, `in` or a code, and the findings."""
    recipients = await open_audience(
        wanted,
        ListReader(rows),
        Path("/nowhere"),
        channels=("sms",),
        moment=moment or Moment(NOW),
    )
    found = [one async for one in recipients]
    assert [one.row for one in found] == [one.number for one in rows]
    states = {
        one.row: "in" if isinstance(one, Recipient) else one.problems[0].code for one in found
    }
    return states, recipients.findings


async def test_the_first_row_of_a_person_is_kept_and_the_others_name_it() -> None:
    wanted = audience(one_per=OnePer(column="customer"))
    rows = [row(1, "C1"), row(2, "C2"), row(3, " C1 "), row(4, "C1\u200b")]
    states, _ = await told(wanted, *rows)
    assert states == {1: "in", 2: "in", 3: "one_per", 4: "one_per"}


async def test_people_named_by_their_mail_address_are_one_however_it_is_written() -> None:
    wanted = audience(email=RoleColumn(column="mail"), one_per=OnePer(column="mail"))
    written = ("Ann@example.com", "ann@EXAMPLE.com", "ann+shop@example.com")
    rows = [row(number, mail=mail) for number, mail in enumerate(written, 1)]
    states, _ = await told(wanted, *rows)
    assert states == {1: "in", 2: "one_per", 3: "in"}


@pytest.mark.parametrize(
    ("which", "kept"), [("newest", {2, 4}), ("oldest", {1, 4})]
)  # row 3 has no day, so row 1 and 2 compete
async def test_the_newest_or_oldest_row_of_a_person_is_kept(which: Any, kept: set[int]) -> None:
    wanted = audience(one_per=OnePer(column="customer", which=which, by="ordered on"))
    rows = [row(1, "C1", "9 Nov 2026"), row(2, "C1", "2026-11-10"), row(3, "C1", "soon"),
            row(4, "C2", "")]  # fmt: skip
    states, findings = await told(wanted, *rows)
    assert {number for number, state in states.items() if state == "in"} == kept
    assert [finding.code for finding in findings] == ["no_rank"]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-11-09", "2026-11-10"),
        ("9", "10"),
        ("2026-11-09 10:00", "2026-11-09T11:00Z"),
        ("2026-11-09", "2026-11-09 10:00"),
        ("500", "2026-11-09"),
    ],
)
async def test_days_times_and_numbers_are_ranked_as_what_they_are(earlier: str, later: str) -> None:
    wanted = audience(one_per=OnePer(column="customer", which="newest", by="ordered on"))
    assert (await told(wanted, row(1, "C", earlier), row(2, "C", later)))[0][2] == "in"
    assert (await told(wanted, row(1, "C", later), row(2, "C", earlier)))[0][1] == "in"


async def test_a_declared_column_ranks_by_its_type_and_slashes_by_the_habit_of_the_column() -> None:
    rows = [row(1, "C", "01/12/2026"), row(2, "C", "13/11/2026"), row(3, "D", "02/11/2026")]
    for by in ("day", "ordered on"):
        wanted = audience(one_per=OnePer(column="customer", which="newest", by=by))
        states, findings = await told(wanted, *rows)
        assert states == {1: "in", 2: "one_per", 3: "in"}
        assert "guessed_reading" in [finding.code for finding in findings]


async def test_of_rows_that_are_alike_the_first_is_kept() -> None:
    wanted = audience(one_per=OnePer(column="customer", which="newest", by="ordered on"))
    states, _ = await told(wanted, row(1, "C", "2026-11-09"), row(2, "C", "2026-11-09"))
    assert states == {1: "in", 2: "one_per"}


async def test_a_row_that_cannot_be_reached_takes_no_other_rows_place() -> None:
    wanted = audience(one_per=OnePer(column="customer"))
    rows: list[Row | RowProblem] = [row(1, "C1", phone="12"), row(2, "C1", id="")]
    rows += [RowProblem(3, "", "broken"), row(4, "C1"), row(5, "C1")]
    states, _ = await told(wanted, *rows)
    assert states == {1: "in", 2: "no_key", 3: "unreadable_row", 4: "in", 5: "one_per"}


async def test_rows_of_nobody_in_particular_each_count_as_a_person() -> None:
    wanted = audience(one_per=OnePer(column="customer"))
    states, findings = await told(wanted, row(1), row(2), row(3, "n/a"))
    assert states == {1: "in", 2: "in", 3: "in"}
    assert [finding.message for finding in findings] == [
        "3 rows have no `customer`: each counts as a person"
    ]


def rule(kind: Any, name: str, operator: Any, value: Any, said: str) -> RowRule:
    right = value if isinstance(value, Relative) else Constant(value=value)
    condition = Compare(left=Ref(name=name), operator=operator, right=(right,))
    return RowRule(kind=kind, condition=condition, said=said)


RULES = (
    rule("keep", "total", "at least", 5, "total at least 5"),
    rule("skip", "status", "is", "paid", 'status is "paid"'),
    rule("skip", "day", "before", Relative(whole_day=True), "day before today"),
)
LINES = {"keep 1": 12, "skip 2": 13, "skip 3": 14}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"total": "5"}, None),
        ({"total": "4.99"}, "`keep when total at least 5` does not hold (line 12)"),
        ({"total": ""}, "`keep when total at least 5` does not hold (line 12)"),
        ({"total": "5", "status": "Paid"}, '`skip when status is "paid"` holds (line 13)'),
        (
            {"total": "5", "ordered on": "2026-11-30"},
            "`skip when day before today` holds (line 14)",
        ),
        ({"total": "5", "ordered on": "2026-12-01"}, None),
    ],
)
async def test_a_row_is_let_in_or_not_with_the_line_that_says_so(
    cells: dict[str, str], reason: str | None
) -> None:
    recipients = await open_audience(
        audience(rules=RULES),
        ListReader([row(1, **cells)]),
        Path("/nowhere"),
        channels=("sms",),
        moment=Moment(NOW, lines=LINES),
    )
    [found] = [one async for one in recipients]
    told = found.problems[0].reason if isinstance(found, OutRow) else None
    assert told == reason


async def test_values_of_the_flow_count_when_rows_are_chosen() -> None:
    wanted = audience(
        rules=(
            RowRule(
                kind="keep",
                condition=Compare(
                    left=Ref(name="total"), operator="above", right=(Ref(name="least"),)
                ),
                said="total above least",
            ),
        )
    )
    moment = Moment(NOW, values={"least": 10})
    states, _ = await told(wanted, row(1, total="11"), row(2, total="9"), moment=moment)
    assert states == {1: "in", 2: "not_kept"}


async def test_rows_that_are_not_let_in_take_nobodys_place() -> None:
    wanted = audience(rules=RULES[:1], one_per=OnePer(column="customer"))
    states, _ = await told(wanted, row(1, "C", total="1"), row(2, "C", total="9"))
    assert states == {1: "not_kept", 2: "in"}


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 5)), max_size=30))
def test_exactly_one_row_of_each_person_is_kept_and_no_newer_one(
    orders: list[tuple[str, int]],
) -> None:

    wanted = audience(one_per=OnePer(column="customer", which="newest", by="ordered on"))
    rows = [row(number, who, str(when)) for number, (who, when) in enumerate(orders, start=1)]
    states, _ = anyio.run(lambda: told(wanted, *rows))
    for who in {who for who, _ in orders}:
        mine = [(when, -number) for number, (one, when) in enumerate(orders, start=1) if one == who]
        best = -max(mine)[1]
        kept = [-number for _, number in mine if states[-number] == "in"]
        assert kept == [best]
