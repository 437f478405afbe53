"""Rows of a CSV file come out as they stand; one that cannot be read takes no other with it."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import AudienceInvalid
from tactful.runtime.ports import AudienceSource, Finding, Row, RowProblem
from tactful_csv import CsvAudience
from tactful_csv.layout import Layout
from tactful_csv.records import LONGEST, records

Item = Row | RowProblem | Finding
Make = Callable[[str | bytes], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "people.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def rows(path: Path) -> list[Item]:
    async def collect() -> list[Item]:
        return [row async for row in CsvAudience().rows(AudienceSource(str(path)))]

    return anyio.run(collect)


def columns(path: Path) -> tuple[str, ...]:
    return tuple(CsvAudience().columns(AudienceSource(str(path))))


ANN = [Row(1, {"id": "1", "name": "Ann"}), Row(2, {"id": "2", "name": "Zoë"})]


@pytest.mark.parametrize(
    "content",
    [
        "id,name\n1,Ann\n2,Zoë\n",
        "id,name\n1,Ann\n2,Zoë",
        "id,name\r\n1,Ann\r\n2,Zoë\r\n",
        "id,name\r1,Ann\r2,Zoë\r",
        "id;name\n1;Ann\n2;Zoë\n",
        "id\tname\n1\tAnn\n2\tZoë\n",
        "sep=;\nid;name\n1;Ann\n2;Zoë\n",
        "sep=|\r\nid|name\r\n1|Ann\r\n2|Zoë\r\n",
        '"id","name"\n"1","Ann"\n"2","Zoë"\n',
        " id , name \n1,Ann\n2,Zoë\n",
        "\n\nid,name\n\n1,Ann\n,\n  , \n2,Zoë\n\n",
        "id,name\n1,Ann,,\n2,Zoë,\n",
        "id,name\n1,Ann\n2,Zoë\n".encode("utf-8-sig"),
        "id;name\n1;Ann\n2;Zoë\n".encode("utf-16"),
        b"\xfe\xff" + "id\tname\r\n1\tAnn\r\n2\tZoë\r\n".encode("utf-16-be"),
    ],
)
def test_one_table_written_in_many_ways_is_read_the_same(make: Make, content: str | bytes) -> None:
    path = make(content)
    assert columns(path) == ("id", "name")
    assert rows(path) == ANN


def test_what_is_not_utf8_is_read_as_windows_writes_it_and_that_is_told(make: Make) -> None:
    path = make("id,name\n1,Ann\n2,Zoë\n".encode("cp1252"))
    finding, *found = rows(path)
    assert isinstance(finding, Finding)
    assert finding.code == "guessed_encoding"
    assert found == ANN


def test_a_damaged_sign_in_a_good_file_costs_only_its_row(make: Make) -> None:
    path = make("id,name\n1,Zoë\n2,Jos".encode() + b"\xe9" + "\n3,Åsa\n".encode())
    found = rows(path)
    assert found[0] == Row(1, {"id": "1", "name": "Zoë"})
    assert found[1] == RowProblem(
        2, "name", "line 3: it holds a character that cannot be read", "bad_text"
    )
    assert found[2] == Row(3, {"id": "3", "name": "Åsa"})


def test_a_quoted_cell_may_hold_line_breaks_separators_and_quotes(make: Make) -> None:
    path = make('id,name\r\n1,"Ann ""A"", of\r\nDublin"\r\n2,Bob\r\n')
    assert rows(path) == [
        Row(1, {"id": "1", "name": 'Ann "A", of\nDublin'}),
        Row(2, {"id": "2", "name": "Bob"}),
    ]


@pytest.mark.promise("POISON")
@pytest.mark.parametrize(
    ("bad", "column", "code", "reason"),
    [
        ("2", "name", "ragged_row", "has 1 cells and the header 2"),
        ("2,Bob,x", "column 3", "ragged_row", "has 3 cells and the header 2"),
        ("2,B\0b", "name", "bad_text", "a NUL"),
        ('2,"Bob', "", "unreadable_row", "quote"),
        ('2,"Bob" B', "", "unreadable_row", "quote stands within a cell"),
        (f"2,{'x' * LONGEST}", "", "unreadable_row", "more than 131,072"),
        (f'2,"{"x" * 200_000}"', "", "unreadable_row", "more than 131,072"),
    ],
)
def test_a_bad_row_is_told_with_its_number_and_line_and_the_others_go_on(
    make: Make, bad: str, column: str, code: str, reason: str
) -> None:
    found = rows(make(f'id,name\n1,"Ann\nA"\n{bad}\n3,"Cy"\n4,Di\n'))
    assert [type(one) for one in found] == [Row, RowProblem, Row, Row]
    told = found[1]
    assert isinstance(told, RowProblem)
    assert (told.number, told.column, told.code) == (2, column, code)
    assert told.reason.startswith("line 4: ")
    assert reason in told.reason
    assert found[2:] == [Row(3, {"id": "3", "name": "Cy"}), Row(4, {"id": "4", "name": "Di"})]


@pytest.mark.promise("LOSS")
def test_a_quote_that_is_never_closed_swallows_nobody(make: Make) -> None:
    lines = [f"{number},Ann" for number in range(1, 30_001)]
    lines[9] = '10,"Ann'
    found = rows(make("\n".join(["id,name", *lines])))
    assert [getattr(one, "number", None) for one in found] == list(range(1, 30_001))
    assert [one for one in found if isinstance(one, RowProblem)] == [found[9]]
    assert found[-1] == Row(30_000, {"id": "30000", "name": "Ann"})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"PK\x03\x04rest", "spreadsheet"),
        ("id,name\n1,Ann".encode("utf-16-le"), "not a text file"),
        (b'"id,name\n1,Ann\n', "header"),
        (b'"' + b"x" * 100_000, "header"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_is_refused(
    make: Make, content: bytes, says: str
) -> None:
    with pytest.raises(AudienceInvalid, match=says) as raised:
        columns(make(content))
    assert raised.value.help


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudienceInvalid, match="no such file"):
        columns(tmp_path / "people.csv")
    with pytest.raises(AudienceInvalid, match="is a directory"):
        rows(tmp_path)


def test_who_stops_early_leaves_no_file_open(make: Make) -> None:
    async def first(path: Path) -> Item:
        found = CsvAudience().rows(AudienceSource(str(path)))
        row = await anext(found)
        await found.aclose()  # type: ignore[attr-defined]
        return row

    path = make("id\n" + "".join(f"{number}\n" for number in range(2_000)))
    assert anyio.run(first, path) == Row(1, {"id": "0"})


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd\r"))


@given(st.lists(st.tuples(CELL, CELL), max_size=8), st.sampled_from(",;\t"))
def test_what_the_csv_module_writes_is_read_back(table: list[tuple[str, str]], sep: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=sep, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *table])
    out.seek(0)
    found = records(
        io.StringIO(out.getvalue(), newline="").readline, Layout("", sep, ("a", "b"), 1)
    )
    filled = [cells for cells in table if any(cell.strip() for cell in cells)]
    assert list(found) == [
        Row(number, {"a": one, "b": two}) for number, (one, two) in enumerate(filled, 1)
    ]


@pytest.mark.promise("POISON")
@given(st.text(st.sampled_from('ab,"\n\r\0 ')))
def test_any_content_is_rows_and_problems_numbered_without_a_gap(content: str) -> None:
    lines = io.StringIO("a,b\n" + content, newline="")
    found = list(records(lines.readline, Layout("", ",", ("a", "b"), 1)))
    assert [one.number for one in found] == list(range(1, len(found) + 1))
