"""A sheet is read as people see it: its numbers, days and times as text."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import anyio
import pytest

from tactful.errors import AudienceInvalid
from tactful.runtime.ports import AudienceSource, Finding, Row, RowProblem
from tactful.testing import AudienceContract
from tactful_xlsx import XlsxAudience

Cell = str | float | tuple[float, int] | None
"""A text, a number, or a number with the style of a day (1), a moment (2), a time (3)."""
Item = Row | RowProblem | Finding

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "application/vnd.openxmlformats-package.relationships+xml"
_FORMATS = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 22, 21))
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="{_RELS}"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs>{_FORMATS}</cellXfs></styleSheet>',
}


def book(path: Path, sheets: Mapping[str, Iterable[Sequence[Cell]]], hidden: str = "") -> None:
    """Write a spreadsheet as Excel would, without Excel."""
    names, links = [], [f'<Relationship Id="y" Type="{_OFFICE}/styles" Target="styles.xml"/>']
    with zipfile.ZipFile(path, "w") as file:
        for at, (name, rows) in enumerate(sheets.items(), 1):
            state = ' state="hidden"' if name == hidden else ""
            names.append(f'<sheet name="{name}" sheetId="{at}"{state} r:id="s{at}"/>')
            target = f'Type="{_OFFICE}/worksheet" Target="worksheets/s{at}.xml"'
            links.append(f'<Relationship Id="s{at}" {target}/>')
            lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
            sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'
            file.writestr(f"xl/worksheets/s{at}.xml", sheet)
        listed = f"<sheets>{''.join(names)}</sheets>"
        workbook = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{listed}</workbook>'
        file.writestr("xl/workbook.xml", workbook)
        relations = f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(links)}'
        file.writestr("xl/_rels/workbook.xml.rels", f"{relations}</Relationships>")
        for name, text in _PARTS.items():
            file.writestr(name, text)


def _cell(value: Cell) -> str:
    match value:
        case None:
            return "<c/>"
        case bool():
            return f'<c t="b"><v>{int(value)}</v></c>'
        case str() if value.startswith("#"):
            return f'<c t="e"><v>{value}</v></c>'
        case str():
            text = escape(value)
            return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        case tuple():
            return f'<c s="{value[1]}"><v>{value[0]}</v></c>'
    return f"<c><v>{value!r}</v></c>"


class TestContract(AudienceContract):
    def reader(self) -> XlsxAudience:
        return XlsxAudience()

    def write(
        self, folder: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]
    ) -> AudienceSource:
        book(folder / "people.xlsx", {"People": [columns, *rows]})
        return AudienceSource(str(folder / "people.xlsx"))

    def spoil(
        self, folder: Path, columns: Sequence[str], rows: Sequence[Sequence[str]], bad: int
    ) -> AudienceSource:
        spoilt = [(*row, "beyond") if at == bad else row for at, row in enumerate(rows, 1)]
        return self.write(folder, columns, spoilt)

    def absent(self, folder: Path) -> AudienceSource:
        return AudienceSource(str(folder / "none.xlsx"))


def read(path: Path, sheet: str | None = None) -> list[Item]:
    options = {"sheet": sheet} if sheet else {}

    async def collect() -> list[Item]:
        source = AudienceSource(str(path), options, {"sheet": 5})
        return [item async for item in XlsxAudience().rows(source)]

    return anyio.run(collect)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.xlsx"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (353871234567.0, "353871234567"),
        (19.9, "19.9"),
        (0.1 + 0.2, "0.3"),
        (5, "5"),
        (1e20, "100000000000000000000"),
        (-0.00001, "-0.00001"),
        ((46365, 1), "2026-12-09"),
        ((46365.4375, 2), "2026-12-09T10:30:00"),
        ((0.4375, 3), "10:30:00"),
        (True, "yes"),
        (False, "no"),
        ("007", "007"),
        (" Zoë & <木> ", " Zoë & <木> "),
        ("#N/A", ""),
        (None, ""),
    ],
)
def test_a_cell_is_read_as_people_see_it(path: Path, value: Cell, text: str) -> None:
    book(path, {"People": [("id", "x"), ("1", value)]})
    assert read(path) == [Row(1, {"id": "1", "x": text})]


def test_empty_rows_and_columns_around_the_table_do_not_count(path: Path) -> None:
    table: list[Sequence[Cell]] = [
        (),
        (None, None),
        ("id", "x", None),
        (),
        ("1", "a"),
        (" ",),
        ("2",),
    ]
    book(path, {"People": table})
    assert [item for item in read(path) if isinstance(item, Row)] == [
        Row(1, {"id": "1", "x": "a"}),
        Row(2, {"id": "2", "x": ""}),
    ]


def test_a_cell_beyond_the_header_costs_only_its_row_and_names_it(path: Path) -> None:
    book(path, {"People": [("id",), (), ("1", "x"), ("2",)]})
    found = read(path)
    assert isinstance(found[0], RowProblem)
    assert found[0].code == "ragged_row"
    assert found[0].reason.startswith("row 3 of the sheet")
    assert found[1] == Row(2, {"id": "2"})


def test_the_first_sheet_that_can_be_seen_is_read_unless_one_is_named(path: Path) -> None:
    sheets = {name: [("id",), (name,)] for name in ("Notes", "Late orders", "Done")}
    book(path, sheets, hidden="Notes")
    assert read(path) == [Row(1, {"id": "Late orders"})]
    assert read(path, "Done") == [Row(1, {"id": "Done"})]
    assert read(path, "Notes") == [Row(1, {"id": "Notes"})]


@pytest.mark.parametrize(
    ("sheet", "meant"),
    [("Late order", "Did you mean `Late orders`?"), ("X", "Its sheets: Late orders, Done.")],
)
def test_a_sheet_that_is_not_there_is_told_by_its_line(path: Path, sheet: str, meant: str) -> None:
    book(path, {"Late orders": [("id",)], "Done": [("id",)]})
    with pytest.raises(AudienceInvalid, match=f"^line 5: .*no sheet `{sheet}`") as raised:
        read(path, sheet)
    assert raised.value.help == meant


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rest", b"id,name\n1,Ann\n"])
def test_what_is_no_spreadsheet_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(AudienceInvalid, match="not a spreadsheet") as raised:
        read(path)
    assert raised.value.help


def test_an_empty_sheet_is_refused(path: Path) -> None:
    book(path, {"People": []})
    with pytest.raises(AudienceInvalid, match="is empty"):
        read(path)
