"""Any program of the vocabulary, whole or damaged, is read, formatted and compiled, or told."""

import re
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tactful.language import format_flow
from tests.language.flows import INSTALLED, VOCABULARY
from tests.language.long import long_flow
from tests.language.mutants import compiled
from tests.language.programs import PROGRAMS

MANY = settings(deadline=None, suppress_health_check=list(HealthCheck))
PIECE = re.compile(r'"""|"[^"\n]*"|\w+|\n *|[^\w\s]')
EXTRA = ["when", "and", "{{", '"', '"""', ":", ",", "(", "24h", "#", "/x/", "\n", "\n  ", "not"]


def _is_read_or_told(text: str) -> None:
    result = compiled(text)
    assert (result.campaign is None) == any(one.severity == "error" for one in result.diagnostics)
    formatted = format_flow(text, path="x.flow", vocabulary=VOCABULARY, plugins=INSTALLED)
    if formatted.text is None:
        assert formatted.mistakes
        return
    again = format_flow(formatted.text, path="x.flow", vocabulary=VOCABULARY, plugins=INSTALLED)
    assert again.text == formatted.text
    if result.campaign is not None:
        assert compiled(formatted.text).campaign is not None


@MANY
@given(PROGRAMS)
def test_a_program_of_the_vocabulary_is_read_or_told(program: str) -> None:
    _is_read_or_told(program)


@MANY
@given(
    PROGRAMS,
    st.lists(
        st.tuples(
            st.integers(0, 10_000),
            st.sampled_from(["drop", "double", "swap", "put"]),
            st.sampled_from(EXTRA),
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_a_program_damaged_in_any_way_is_read_or_told(
    program: str, changes: list[tuple[int, str, str]]
) -> None:
    pieces = [piece for piece in re.split(f"({PIECE.pattern})", program) if piece]
    for number, how, extra in changes:
        at = number % len(pieces)
        match how:
            case "drop" if len(pieces) > 1:
                del pieces[at]
            case "double":
                pieces.insert(at, pieces[at])
            case "swap":
                pieces[at], pieces[at - 1] = pieces[at - 1], pieces[at]
            case _:
                pieces.insert(at, extra)
    _is_read_or_told("".join(pieces))


@pytest.mark.bench
def test_bench_a_hundred_kilobytes() -> None:
    text = long_flow(2_500)
    for name, file in {
        "without mistakes": text,
        "every colon gone": text.replace(":\n", "\n"),
    }.items():
        started = process_time()
        compiled(file)
        print(f"\n{len(file) / 1000:.0f} kB, {name}: {process_time() - started:.2f} s")
