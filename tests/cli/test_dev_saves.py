"""What a save means, and how it is shown."""

import io
import os
import sys
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.cli.dev.keys import keys, single_keys
from tactful.cli.dev.report import Report, change_words, headline
from tactful.cli.dev.saves import Stamp, work_of
from tactful.cli.dev.views import title_of, view
from tactful.errors import FlowInvalid
from tactful.runtime.progress import Progress
from tests.graph.sources import campaign, compiled

A, B, ROWS = Path("a.flow"), Path("b.flow"), Path("rows.csv")
ONE, TWO = (1, 1, 1), (2, 1, 1)


@pytest.mark.parametrize(
    ("seen", "flows", "now", "told", "look", "gone"),
    [
        ({}, [A], {}, [], (A,), ()),
        ({A: {A: ONE}}, [A], {A: ONE}, [], (), ()),
        ({A: {A: ONE}}, [A], {A: TWO}, [], (A,), ()),
        ({A: {A: ONE}}, [A], {A: ONE}, [A], (A,), ()),
        ({A: {A: ONE}}, [], {A: None}, [A], (), (A,)),
        ({A: {A: ONE}, B: {B: ONE}}, [A, B], {A: ONE, B: TWO}, [], (B,), ()),
        ({A: {A: ONE, ROWS: ONE}, B: {B: ONE}}, [A, B], {A: ONE, B: ONE, ROWS: TWO}, [], (A,), ()),
        ({A: {A: ONE, ROWS: ONE}}, [A], {A: ONE, ROWS: None}, [], (A,), ()),
        ({A: {A: ONE, ROWS: None}}, [A], {A: ONE, ROWS: None}, [], (), ()),
        ({A: {A: ONE}}, [A, B], {A: ONE, B: ONE}, [Path("c.txt")], (B,), ()),
    ],
)  # fmt: skip
def test_what_has_changed_is_looked_at(
    seen: dict[Path, dict[Path, Stamp | None]],
    flows: list[Path],
    now: dict[Path, Stamp | None],
    told: list[Path],
    look: tuple[Path, ...],
    gone: tuple[Path, ...],
) -> None:
    work = work_of(seen, flows, now, told)
    assert (work.look, work.gone) == (look, gone)


_PATHS = st.sampled_from([A, B, ROWS])
_STAMPS = st.dictionaries(_PATHS, st.none() | st.just(ONE) | st.just(TWO))


@given(st.dictionaries(_PATHS, _STAMPS), st.sets(_PATHS), _STAMPS)
def test_what_was_looked_at_rests_until_something_changes(
    seen: dict[Path, dict[Path, Stamp | None]], flows: set[Path], now: dict[Path, Stamp | None]
) -> None:
    work = work_of(seen, flows, now)
    kept = {path: made_of for path, made_of in seen.items() if path not in work.gone}
    kept |= {path: {path: now.get(path)} for path in work.look}
    assert work_of(kept, flows, now) == type(work)((), ())


# ---- what is shown ------------------------------------------------------------------------------

GOOD = Report(
    A, "a.flow", campaign=campaign('journey:\n  send sms "Hello"\n'), launch="late-order.1",
    changes=["+ tag x"] * 7, milliseconds=12.4,
)  # fmt: skip


def test_a_line_says_how_a_save_went() -> None:
    assert GOOD.campaign is not None
    revision = GOOD.campaign.graph.revision
    assert headline(GOOD) == f"a.flow: revision {revision} active after 12 ms · 7 changes"
    assert headline(replace(GOOD, changes=())).endswith("nothing is new")
    assert headline(replace(GOOD, begun=True)).endswith("late-order.1 begun")
    assert headline(replace(GOOD, gone=True)) == f"a.flow: gone; revision {revision} goes on"
    wrong = replace(GOOD, error=FlowInvalid("it is no text"))
    assert headline(wrong) == f"a.flow: it is no text; revision {revision} goes on"
    never = Report(A, "a.flow", diagnostics=compiled("jurney:\n").diagnostics)
    assert headline(never).endswith("nothing of it runs")
    assert change_words(GOOD) == [*["+ tag x"] * 5, "… and 2 more"]


class Terminal(io.StringIO):
    """Standard output that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_every_flow_its_mistakes_and_how_it_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    for name, value in {"TERM": "xterm", "COLUMNS": "120", "LINES": "60"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    broken = Report(B, "b.\x1b[2Jflow", text="jurney:\n",
                    diagnostics=compiled("jurney:\n").diagnostics)  # fmt: skip
    stands = Progress(
        launch="late-order.1", state="running", rows=5, live=5, ended={}, sent=3, delivered=3,
        waiting=2, sending=0, answered=0, refused=0, failed=0, in_doubt=0,
    )  # fmt: skip
    with view(title_of("flows", 2)) as shown:
        shown.saved(GOOD, [GOOD, broken])
        shown.said("tactful.toml is not TOML")
        shown.stands([replace(GOOD, progress=stands, trouble="no plan"), broken])
        shown.stands([])
    told = terminal.getvalue()
    assert "\x1b[2J" not in told
    for words in ("q quits", "a.flow", "jurney", "… and 2 more", "tactful.toml is not TOML",
                  "sent 3", "no plan", "no flows here yet"):  # fmt: skip
        assert words in told


def test_a_terminal_hands_on_each_key_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.openpty()
    with os.fdopen(theirs) as stdin, os.fdopen(ours, "wb", buffering=0) as typist:
        monkeypatch.setattr(sys, "stdin", stdin)
        with single_keys() as keyed:
            assert keyed
            typist.write(b"aq")

            async def first_two() -> list[str]:
                found: list[str] = []
                async for key in keys():
                    found.append(key)
                    if len(found) == 2:
                        break
                return found

            assert anyio.run(first_two) == ["a", "q"]


def test_a_pipe_has_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with single_keys() as keyed:
        assert not keyed
