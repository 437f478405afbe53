"""How a running campaign looks, and how errors do."""

import io
from typing import NoReturn

import click
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from tactful.cli import live
from tactful.cli.group import LazyGroup
from tactful.errors import FlowInvalid, StoreOwned, TactfulError
from tactful.runtime.progress import Progress
from tactful.values import MINUTE, SECOND, parse_instant

AT = parse_instant("2026-12-01T09:00:00Z")
STANDS = Progress(
    launch="late-order.1", state="running", rows=60, live=40, ended={"finished": 20}, sent=24,
    delivered=20, waiting=36, sending=3, answered=5, refused=2, failed=1, in_doubt=1,
    next_permit=AT + 130 * SECOND, finish=AT + 20 * MINUTE, at=AT,
)  # fmt: skip


class Terminal(io.StringIO):
    """Standard error that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr(live, "monotonic", lambda: now)
    with live.view("Late order") as view:
        for now in range(3 * live.PLAIN_SECONDS + 1):  # noqa: B007 - the clock reads it
            view.show(STANDS)
        view.stopping(STANDS)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    for shown in ("sent 24", "waiting 36", "answered 5", "refused 2", "in doubt 1"):
        assert shown in told[0]
    assert "next message in 2 min 10 s · all that wait may leave by Tue" in told[0]
    assert told[0].endswith("(in 20 min)")
    assert told[1].startswith("stopping: nothing more is sent; 3 in flight.")


def test_a_terminal_gets_a_view_drawn_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("NO_COLOR", raising=False)
    with live.view("Late \x1b[2Jorder") as view:
        view.show(STANDS)
        view.stopping(STANDS)
    told = terminal.getvalue()
    assert "\x1b[2J" not in told
    for shown in ("20 of 60 journeys ended", "next message in 2 min 10 s", "stopping: nothing"):
        assert shown in told


def _ended_by(error: BaseException) -> tuple[int, str]:
    @click.command()
    def command() -> NoReturn:
        raise error

    class One(LazyGroup):
        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
            return command

    result = CliRunner().invoke(One("tactful"), ["run"])
    return result.exit_code, result.stderr


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (TactfulError("it rains", help="wait"), 1, "error: it rains\nhelp:  wait\n"),
        (FlowInvalid("it has mistakes"), 1, "error: it has mistakes\n"),
        (StoreOwned("another has it", "process 7"), 2, "error: another has it\n"),
        (ExceptionGroup("", [ExceptionGroup("", [TactfulError("deep")])]), 1, "error: deep\n"),
        (BaseExceptionGroup("", [KeyboardInterrupt()]), 3, "\nstopped at once\n"),
    ],
    ids=["error", "flow", "owned", "out of task groups", "second ctrl-c"],
)
def test_errors_become_words_and_an_exit_code(error: BaseException, code: int, said: str) -> None:
    assert _ended_by(error) == (code, said)


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        ("", "the audience is read again Tue 15:45, until you stop the campaign"),
        (
            "the grid\x1b[2J is down",
            "the audience cannot be read: the grid�[2J is down · tried again Tue 15:45",
        ),
    ],
)
def test_an_audience_that_is_read_again_is_told(problem: str, says: str) -> None:
    stands = replace(STANDS, next_read=AT + 60 * MINUTE, audience_problem=problem)
    assert " · ".join(live.read_words(stands)) == says
    assert live.read_words(STANDS) == []
