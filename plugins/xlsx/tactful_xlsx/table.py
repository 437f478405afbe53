"""One sheet of a spreadsheet as a table of text."""

import difflib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from tactful.errors import AudienceInvalid
from tactful.runtime.ports import AudienceSource, Row, RowProblem

_MEANT_ENOUGH = 0.6


class Table:
    """A sheet that is in memory. Making one blocks. Raises `AudienceInvalid`."""

    def __init__(self, source: AudienceSource) -> None:
        self._path = Path(source.path)
        wanted = source.options.get("sheet")
        where = f"line {source.lines['sheet']}: " if "sheet" in source.lines else ""
        book = self._open()
        try:
            name = _chosen(book, wanted, self._path.name, where)
            sheet = book.get_sheet_by_name(name)
            self._cells = sheet.iter_rows()
            self._line = _first_line(sheet)
        except CalamineError as error:
            raise self._unreadable(error) from error
        finally:
            book.close()
        self.columns = self._header()

    def rows(self) -> Iterator[Row | RowProblem]:
        """Yield every row below the header; empty rows do not count."""
        wide, number = len(self.columns), 0
        for cells in self._cells:
            self._line += 1
            texts = [_text(cell) for cell in cells]
            if not any(text and not text.isspace() for text in texts):
                continue
            number += 1
            if any(texts[wide:]):
                reason = f"row {self._line} of the sheet has a cell beyond the last column's name"
                yield RowProblem(number, "", reason, "ragged_row")
                continue
            yield Row(number, dict(zip(self.columns, texts, strict=False)))

    def _open(self) -> CalamineWorkbook:
        try:
            return CalamineWorkbook.from_path(str(self._path))
        except PasswordError as error:
            raise AudienceInvalid(
                f"{self._path.name} has a password", help="Save it without one."
            ) from error
        except OSError as error:
            raise AudienceInvalid(
                f"the audience {self._path} cannot be read: {error}",
                help="Check the path after `audience from xlsx`, and who may read the file.",
            ) from error
        except CalamineError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: CalamineError) -> AudienceInvalid:
        return AudienceInvalid(
            f"{self._path.name} is not a spreadsheet that can be read: {error}",
            help="Open it and save it as .xlsx, or as `CSV UTF-8` for `audience from csv`.",
        )

    def _header(self) -> tuple[str, ...]:
        for cells in self._cells:
            self._line += 1
            names = [_text(cell).strip() for cell in cells]
            while names and not names[-1]:
                names.pop()
            if names:
                return tuple(names)
        raise AudienceInvalid(
            f"the sheet of {self._path.name} is empty", help="Its first row must name the columns."
        )


def _first_line(sheet: CalamineSheet) -> int:
    """Return how many empty rows stand above the first one that is read."""
    return sheet.start[0] if sheet.start else 0


def _chosen(book: CalamineWorkbook, wanted: str | None, file: str, where: str) -> str:
    """Return the name of the sheet that is read."""
    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    names = [one.name for one in sheets]
    if wanted is None:
        visible = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
        if not visible:
            raise AudienceInvalid(
                f"{file} has no sheet that can be seen", help='Name one: `sheet "…"`.'
            )
        return visible[0]
    if wanted in names:
        return wanted
    near = difflib.get_close_matches(wanted, names, 1, _MEANT_ENOUGH)
    raise AudienceInvalid(
        f"{where}{file} has no sheet `{wanted}`",
        help=f"Did you mean `{near[0]}`?" if near else f"Its sheets: {', '.join(names)}.",
    )


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case float():
            return format(Decimal(format(value, ".15g")), "f")
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return str(value)
