"""The how-to about audience files says of each cell what becomes of it, and of each code."""

import re

import pytest

from tactful.errors import ValueUnreadable
from tactful.graph.model import Column
from tactful.graph.texts import show
from tactful.runtime.audience.columns import Clues, column_cell
from tactful.runtime.audience.recipients import PROBLEMS
from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "how-to" / "audience-file.md").read_text("utf-8")
_CELL = re.compile(r"^\| ([a-z/]+) \| `([^|]+)` \| (.*) \|$", re.MULTILINE)
_GOOD, _BAD = (
    _CELL.findall(part) for part in PAGE.partition("why the row is out |")[::2]
)  # the table of cells that are refused comes second


def _read(type_: str, text: str) -> str:
    currency = "EUR" if type_ == "money" and "$" not in text else None
    column = Column(name="x", type=type_, currency=currency)  # type: ignore[arg-type]
    return show(column_cell(column, "x", None).read(text, Clues("Europe/Dublin")))


@pytest.mark.parametrize(("type_", "text", "value"), _GOOD)
def test_a_cell_is_read_as_the_page_says(type_: str, text: str, value: str) -> None:
    assert _read(type_, text) == value


@pytest.mark.parametrize(("type_", "text", "reason"), _BAD)
def test_a_cell_is_refused_with_the_reason_on_the_page(type_: str, text: str, reason: str) -> None:
    with pytest.raises(ValueUnreadable) as refused:
        _read(type_, text)
    assert refused.value.message == reason


def test_every_type_and_every_code_is_explained() -> None:
    assert {type_ for type_, _, _ in _GOOD} == {"number", "money", "date", "time", "yes/no"}
    told = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE))
    assert PROBLEMS.items() <= told.items()
    assert set(told) - set(PROBLEMS) == {"duplicate_key", "no_common_hour", "optional"}
