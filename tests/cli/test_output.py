"""What is printed is plain in a pipe, and never moves a terminal's cursor."""

import io

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tactful.cli import output, spans
from tactful.values import DAY, HOUR, MINUTE, SECOND, Span


class Terminal(io.StringIO):
    """Standard output that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def _printed(print_it: object) -> str:
    @click.command()
    def command() -> None:
        assert callable(print_it)
        print_it()

    return CliRunner().invoke(command, catch_exceptions=False).output


def test_a_table_in_a_pipe_is_aligned_and_not_cut() -> None:
    long = "x" * 200
    told = _printed(lambda: output.table(("key", "n"), [("a", 1), (long, 22)], right=(1,)))
    assert told.splitlines() == [
        f"{'key'.ljust(200)}   n",
        f"{'a'.ljust(200)}   1",
        f"{long}  22",
    ]


@given(st.text())
def test_what_is_printed_holds_no_control_characters(text: str) -> None:
    told = output.clean(text)
    assert not any(sign in told for sign in "\x1b\x07\x08\r\x9b\u202e")
    assert output.clean(told) == told


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_a_terminal_gets_colour_unless_it_does_not_want_it(
    environment: dict[str, str], wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert output.wants_colour() is wanted


def test_a_terminal_gets_a_drawn_table(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.delenv("NO_COLOR", raising=False)
    output.table(("key", "why"), [("a", "one two three four five six seven eight nine ten")])
    output.heading("Who")
    lines = terminal.getvalue().splitlines()
    assert "\x1b[" in terminal.getvalue()
    assert max(len(line) for line in lines if "\x1b" not in line) <= 40


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (0, "0 s"),
        (45 * SECOND, "45 s"),
        (4 * HOUR + 5 * MINUTE, "4 h 5 min"),
        (4 * HOUR + 5 * SECOND, "4 h"),
        (DAY + 9 * HOUR + MINUTE, "1 d 9 h"),
        (245 * MINUTE, "4 h 5 min"),
    ],
)
def test_a_span_is_told_by_its_two_largest_units(span: Span, words: str) -> None:
    assert spans.span_words(span) == words
