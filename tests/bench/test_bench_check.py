"""What a check costs, beside Lark's own reading of the same file and Python's of a file as long."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import lark
import pytest

from tactful.graph.compile import compile_source
from tactful.language import check
from tactful.language.grammar import grammar_text
from tactful.language.lalr import build_parser
from tests.house.source import ROOT
from tests.language.flows import INSTALLED, VOCABULARY
from tests.language.long import long_flow

MODULE = ROOT / "engine" / "tactful" / "language" / "lookup.py"


def _best(work: Callable[[], object], rounds: int = 40) -> float:
    """Return the shortest time of some rounds, in milliseconds."""
    spent = []
    for _ in range(rounds):
        started = perf_counter()
        work()
        spent.append(perf_counter() - started)
    return min(spent) * 1e3


def _check(text: str) -> None:
    assert check(text, path="x.flow", vocabulary=VOCABULARY, plugins=INSTALLED).flow is not None


def _compile(text: str) -> None:
    assert compile_source(text, path="x.flow", vocabulary=VOCABULARY, installed=INSTALLED).campaign


def _python_file(lines: int) -> str:
    """Return a part of a Python module that is as long as a flow."""
    found = MODULE.read_text(encoding="utf-8")
    kept: list[str] = []
    for part in found.split("\n\n\n"):
        if sum(one.count("\n") for one in kept) < lines:
            kept.append(part + "\n")
    return "\n\n".join(kept)


@pytest.mark.bench
def test_bench_check_of_a_flow_of_120_lines() -> None:
    flow = long_flow(120)
    parser, python = build_parser(grammar_text(), strict=True), _python_file(120)
    print(f"\n{flow.count(chr(10))} lines: check {_best(lambda: _check(flow)):.1f} ms, ", end="")
    print(f"check and compile {_best(lambda: _compile(flow)):.1f} ms; beside it ", end="")
    words = flow.replace('"""', "'")

    def lark_tokens() -> list[lark.Token]:
        reading: Any = parser.parse_interactive(words, start="start")
        return list(reading.lexer_thread.lex(reading.parser_state))

    print(f"Lark's tokens alone {_best(lark_tokens):.1f} ms, ", end="")
    lines = python.count("\n")
    read = _best(lambda: compile(python, "module", "exec"))
    print(f"Python's compile() of {lines} lines {read:.1f} ms")


@pytest.mark.bench
def test_bench_check_grows_with_the_length_of_a_flow() -> None:
    print()
    for lines in (100, 1_000, 10_000):
        flow = long_flow(lines)
        rounds = 20 if lines < 10_000 else 3
        per_line = _best(lambda flow=flow: _compile(flow), rounds) / flow.count("\n")  # type: ignore[misc]
        print(f"{lines} lines: check and compile {per_line * 1e3:.0f} µs per line")


@pytest.mark.bench
def test_bench_cold_commands(tmp_path: Path) -> None:
    flow = tmp_path / "long.flow"
    flow.write_text(long_flow(120))
    # Without the tool that lets our tests find terminals that collide, as users are without it.
    main = "import sys; sys.modules['interegular'] = None; from tactful.cli import main; main()"
    commands = {
        "python -c pass": ["-c", "pass"],
        "tactful --help": ["-c", main, "--help"],
        "tactful check": ["-c", main, "check", str(flow)],
        "tactful fmt --check": ["-c", main, "fmt", "--check", str(flow)],
    }

    def run(arguments: list[str]) -> None:
        subprocess.run([sys.executable, *arguments], capture_output=True, check=False)

    print()
    for name, arguments in commands.items():
        print(f"{name}: {_best(lambda arguments=arguments: run(arguments), 7):.0f} ms")  # type: ignore[misc]
