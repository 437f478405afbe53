"""Each line is a row; one that cannot be read takes no other with it."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import AudienceInvalid
from tactful.runtime.ports import AudienceSource, Finding, Row, RowProblem
from tactful.testing import AudienceContract
from tactful_jsonl import JsonlAudience, Uneven, cells_of
from tactful_jsonl.audience import LONGEST


class TestContract(AudienceContract):
    def reader(self) -> JsonlAudience:
        return JsonlAudience()

    def write(
        self, folder: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]
    ) -> AudienceSource:
        path = folder / "people.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(dict(zip(columns, row, strict=True))) + "\n")
        return AudienceSource(str(path))

    def spoil(
        self, folder: Path, columns: Sequence[str], rows: Sequence[Sequence[str]], bad: int
    ) -> AudienceSource:
        source = self.write(folder, columns, rows)
        lines = Path(source.path).read_text("utf-8").splitlines()
        lines[bad - 1] = lines[bad - 1][:-1]
        Path(source.path).write_text("\n".join(lines), "utf-8")
        return source

    def absent(self, folder: Path) -> AudienceSource:
        return AudienceSource(str(folder / "none.jsonl"))


def read(path: Path, content: bytes | str) -> list[Row | RowProblem | Finding]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    async def collect() -> list[Row | RowProblem | Finding]:
        return [item async for item in JsonlAudience().rows(AudienceSource(str(path)))]

    return anyio.run(collect)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.jsonl"


@pytest.mark.parametrize(
    ("written", "cells"),
    [
        ('{"a": {"b": {"c": "x"}, "d": 1}}', {"a.b.c": "x", "a.d": "1"}),
        ('{"a": {}}', {}),
        ('{"a": null, "b": true, "c": false}', {"a": "", "b": "yes", "c": "no"}),
        (
            '{"a": 12345678901234567890123, "b": -0.10}',
            {"a": "12345678901234567890123", "b": "-0.10"},
        ),
        ('{"a": 1e3, "b": 1.50E-2}', {"a": "1000", "b": "0.0150"}),
        ('{"a": [1, 2.50, "x", {"y": null}]}', {"a": '[1,2.50,"x",{"y":null}]'}),
        ('{"a": "Zo\\u00eb \\ud83d\\ude00"}', {"a": "Zoë 😀"}),
    ],
)
def test_values_become_text_without_loss(path: Path, written: str, cells: dict[str, str]) -> None:
    assert read(path, written) == [Row(1, cells)]


@pytest.mark.parametrize(
    "content",
    [
        '{"a": "1"}\n{"a": "2"}\n',
        '{"a": "1"}\r\n{"a": "2"}',
        '\n\n{"a": "1"}\n   \n{"a": "2"}\n\n',
        b'\xef\xbb\xbf{"a": "1"}\n{"a": "2"}\n',
    ],
)
def test_one_list_written_in_many_ways_is_read_the_same(path: Path, content: str | bytes) -> None:
    assert read(path, content) == [Row(1, {"a": "1"}), Row(2, {"a": "2"})]


@pytest.mark.promise("POISON")
@pytest.mark.parametrize(
    ("bad", "column", "reason"),
    [
        (b'{"a": 1', "", "not JSON"),
        (b'{"a": 1} {"a": 2}', "", "not JSON"),
        (b'{"a": "Jos\xe9"}', "", "not UTF-8"),
        (b'"Ann"', "", "a text, not an object"),
        (b"[1]", "", "a list, not an object"),
        (b"7", "", "a number, not an object"),
        (b"null", "", "nothing, not an object"),
        (b'{"a.b": 1, "a": {"b": 2}}', "a.b", "gives `a.b` twice"),
        (b'{"a": ' * 30 + b"1" + b"}" * 30, "", "nested more than 20 deep"),
        (b"[" * 100_000, "", "nested too deeply"),
        (b'{"a": "' + b"x" * LONGEST + b'"}', "", "more than 1,048,576 bytes"),
    ],
)
def test_a_bad_line_is_told_with_its_line_and_the_others_go_on(
    path: Path, bad: bytes, column: str, reason: str
) -> None:
    found = read(path, b'{"a": "1"}\n\n' + bad + b'\n{"a": "3"}\n')
    assert [type(item) for item in found] == [Row, RowProblem, Row]
    problem = found[1]
    assert isinstance(problem, RowProblem)
    assert (problem.number, problem.column) == (2, column)
    assert problem.reason.startswith("line 3: ")
    assert reason in problem.reason
    assert found[2] == Row(3, {"a": "3"})


def test_the_columns_are_those_of_all_lines(path: Path) -> None:
    path.write_text('{"a": 1}\nno\n{"b": {"c": 1}, "a": 2}\n', "utf-8")
    assert JsonlAudience().columns(AudienceSource(str(path))) == ("a", "b.c")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[{"a": 1}]', "one JSON list"),
        ('{\n  "a": 1\n}', "goes over several lines"),
        ('{"a": 1}\n'.encode("utf-16"), "not UTF-8"),
    ],
)
def test_a_file_of_another_kind_is_refused(path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(AudienceInvalid, match=says) as raised:
        read(path, content)
    assert raised.value.help


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), VALUE, max_size=4))
def test_any_object_is_cells_of_text_or_told_why_not(value: dict[str, Any]) -> None:
    try:
        texts = [*cells_of(value).values()]
    except Uneven as error:
        texts = [str(error)]
    assert all(isinstance(text, str) for text in texts)


def test_a_decimal_keeps_its_digits() -> None:
    assert cells_of({"a": Decimal("19.90"), "b": Decimal("1E+400")}) == {
        "a": "19.90",
        "b": "1E+400",
    }
