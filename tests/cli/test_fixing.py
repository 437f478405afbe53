"""`check --fix` mends slips, and touches nothing else."""

import re
from pathlib import Path

import pytest

from tactful.cli.fixing import mended_text
from tactful.language.diagnostics import Diagnostic, Edit, Fix, Span
from tests.cli.shells import FLOW, here, write_campaign

Place = tuple[int, int, int]


def _slip(*places: tuple[Place, str], kind: str = "safe") -> Diagnostic:
    edits = tuple(Edit(Span(line, column, line, end), new) for (line, column, end), new in places)
    return Diagnostic("TF201", "error", "", edits[0].span, fix=Fix(kind, "", edits))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "slips", "mended", "count"),
    [
        ("a\nb\n", [_slip(((2, 1, 2), "bee"))], "a\nbee\n", 1),
        ("a\r\nb\rc", [_slip(((2, 1, 2), "bee")), _slip(((3, 1, 2), "sea"))], "a\r\nbee\rsea", 2),
        ("a b", [_slip(((1, 1, 2), "x")), _slip(((1, 3, 4), "y"))], "x y", 2),
        ("abc", [_slip(((1, 1, 3), "x")), _slip(((1, 2, 4), "y"))], "xc", 1),
        ("ab", [_slip(((1, 3, 3), ":")), _slip(((1, 3, 3), ":"))], "ab:", 1),
        ("> a\n> b", [_slip(((1, 1, 3), ""), ((2, 1, 3), ""))], "a\nb", 1),
        ("ab", [_slip(((1, 1, 2), "x"), kind="ask")], "ab", 0),
    ],
)
def test_safe_fixes_are_applied_once_each(
    text: str, slips: list[Diagnostic], mended: str, count: int
) -> None:
    assert mended_text(text, slips) == (mended, count)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_check_fix_mends_the_file_and_tells_what_remains(mark: bytes, tmp_path: Path) -> None:
    flow = write_campaign(tmp_path)
    wrong = FLOW.replace("send sms", "send smss").replace("purpose service", "purpose marketing")
    flow.write_bytes(mark + wrong.replace("\n", "\r\n").encode())
    told = here("check", "--fix", "--format", "short", str(flow))
    assert told.code == 1
    assert "1 mistake mended" in told.err
    assert [line.split(":")[1] for line in told.out.splitlines()] == ["4"]
    right = wrong.replace("send smss", "send sms")
    assert flow.read_bytes() == mark + right.replace("\n", "\r\n").encode()


def test_a_fix_that_brings_out_another_mistake_is_followed_by_its_fix(tmp_path: Path) -> None:
    flow = write_campaign(tmp_path)
    flow.write_text(re.sub("quiet hours.*", "quiet hours 9pm to 8am", FLOW))
    told = here("check", "--fix", str(flow))
    assert told.code == 0
    assert "2 mistakes mended" in told.err
    assert "quiet hours 21:00 to 08:00" in flow.read_text()
