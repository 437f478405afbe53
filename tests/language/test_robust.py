"""No text, however broken, makes the check raise or hang."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.language import render, render_short, to_json
from tests.language.flows import LATE_ORDER, checked

PIECES = re.findall(r"\s+|\w+|[^\w\s]", LATE_ORDER)
SIGNS = [
    '"""',
    '"',
    "{{",
    "}}",
    ":",
    ",",
    "when",
    "(",
    ")",
    "not",
    "\n",
    "\n    ",
    "#",
    "/",
    "\ue000",
]


def _survives(text: str) -> None:
    result = checked(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for diagnostic in result.diagnostics:
        assert render(diagnostic, text)
        assert render_short(diagnostic)
        assert to_json(diagnostic)["line"] <= len(lines)
    errors = [found for found in result.diagnostics if found.severity == "error"]
    assert (result.flow is None) == bool(errors)


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_checked(text: str) -> None:
    _survives(text)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*PIECES, *SIGNS]), max_size=60))
def test_any_row_of_words_can_be_checked(pieces: list[str]) -> None:
    _survives("".join(pieces))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(PIECES) - 1),
            st.sampled_from(["drop", "double", "swap", "put"]),
            st.sampled_from([*SIGNS, *PIECES]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_flow_changed_in_any_way_can_be_checked(changes: list[tuple[int, str, str]]) -> None:
    pieces = list(PIECES)
    for at, how, sign in changes:
        at = min(at, len(pieces) - 1)
        match how:
            case "drop":
                del pieces[at]
            case "double":
                pieces.insert(at, pieces[at])
            case "swap":
                pieces[at], pieces[at - 1] = pieces[at - 1], pieces[at]
            case _:
                pieces.insert(at, sign)
    _survives("".join(pieces))


@pytest.mark.parametrize(
    "piece",
    [
        '"""\n',
        'a """\n',
        "/a ",
        '"a\\',
        "(",
        "not ",
        "a: ",
        "  a\n",
        "a,\n ",
        "“",
        "when ",
        "x" * 99,
    ],
)
def test_a_hundred_thousand_signs_of_junk_can_be_checked(piece: str) -> None:
    _survives(piece * (100_000 // len(piece)))


@pytest.mark.parametrize("piece", ["{{", "}}", "{{ a }}", "{{ a | or(", "{a}"])
def test_a_text_full_of_braces_can_be_checked(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    _survives(LATE_ORDER.replace("Thank you!", text))


def test_blocks_in_blocks_without_end_can_be_checked() -> None:
    _survives("".join(f"{' ' * depth}when a:\n" for depth in range(400)))


def test_brackets_in_brackets_without_end_can_be_checked() -> None:
    _survives(LATE_ORDER.replace("not sms_ok", "(" * 5000 + "sms_ok"))
    _survives(LATE_ORDER.replace("not sms_ok", "not " * 5000 + "sms_ok"))
