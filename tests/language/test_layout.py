"""Slips of layout, at every place of a flow: one message each, and hardly ever silence."""

import re

import pytest

from tactful.language import Flow
from tests.language.flows import LATE_ORDER, checked

LINES = LATE_ORDER.split("\n")
IN_A_TEXT = range(LINES.index('    """'), len(LINES) - LINES[::-1].index('    """'))
WRITTEN = [n for n, line in enumerate(LINES) if line.strip() and n not in IN_A_TEXT]


def _with_line(number: int, line: str) -> str:
    return "\n".join([*LINES[:number], line, *LINES[number + 1 :]])


def _meaning(flow: Flow) -> list[object]:
    return [(n.word, n.condition, n.text, n.place, len(n.children)) for n in flow.walk()]


def _is_told_or_harmless(text: str) -> bool:
    flow, intended = checked(text).flow, checked(LATE_ORDER).flow
    assert intended is not None
    return flow is None or _meaning(flow) == _meaning(intended)


@pytest.mark.parametrize("number", [n for n in WRITTEN if LINES[n].endswith(":")])
def test_a_forgotten_colon_is_told_on_its_line(number: int) -> None:
    found = checked(_with_line(number, LINES[number][:-1])).diagnostics
    assert [(d.code, d.span.line) for d in found] == [("TF101", number + 1)]


@pytest.mark.parametrize("number", WRITTEN)
def test_a_misspelt_first_word_is_told_on_its_line(number: int) -> None:
    swapped = re.sub(r"^(\s*[a-z])([a-z])([a-z])(?=[a-z])", r"\1\3\2", LINES[number])
    if swapped != LINES[number]:
        found = checked(_with_line(number, swapped)).diagnostics
        assert [d.span.line for d in found] == [number + 1], found


@pytest.mark.parametrize("shift", [-2, -1, 1, 2])
def test_a_line_that_slipped_is_told_or_means_the_same(shift: int) -> None:
    moved = [n for n in WRITTEN if LINES[n].startswith(" " * -shift)]
    texts = [
        _with_line(n, " " * shift + LINES[n] if shift > 0 else LINES[n][-shift:]) for n in moved
    ]
    silent = [n for n, text in zip(moved, texts, strict=True) if not _is_told_or_harmless(text)]
    # The last step of a block may slip into or out of it: what it says then is sound, too.
    assert {LINES[n] for n in silent} <= {'  set refund_status to "requested"'}
    many = [text for text in texts if len(checked(text).diagnostics) > 1]
    assert len(many) <= 1


def test_blank_lines_and_comments_never_change_the_meaning() -> None:
    for number in WRITTEN:
        for between in ("", "# a comment", "        # a comment: with a colon", "\t"):
            assert _is_told_or_harmless(_with_line(number, f"{between}\n{LINES[number]}"))
            assert checked(_with_line(number, f"{between}\n{LINES[number]}")).flow is not None
