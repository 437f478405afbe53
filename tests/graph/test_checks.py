"""What only the whole graph shows: loops, stages never reached, quiet hours that leave no time."""

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import FlowInvalid
from tactful.graph.compile import compile_flow, compile_source
from tactful.language import Vocabulary, Word, check
from tactful.language.vocabulary import At
from tactful.language.words import CORE_WORDS
from tests.graph.sources import INSTALLED, TOP, VOCABULARY, campaign, compiled

LOOP = """\
journey:
  go to ask

stage ask:
  send sms "Still there?"
  wait up to 1 day:
    on reply yes: stop
    on timeout: go to remind

stage remind:
  send sms "Hello?"
  go to ask
  tag gave_up
"""


def found(body: str, settings: str = "") -> list[tuple[str, str, int]]:
    """Return code, severity and line (counted below the usual top) of what is wrong."""
    made = compiled(f"{TOP}{settings}\n{body}")
    first = TOP.count("\n") + settings.count("\n") + 1
    return [(each.code, each.severity, each.span.line - first) for each in made.diagnostics]


LOOP_FIXED = LOOP.replace("  go to ask\n  tag", "  go to ask at most 1 time\n  tag")


@pytest.mark.promise("ENDS")
def test_a_jump_that_leads_back_is_told_where_it_stands() -> None:
    body = LOOP.replace("  tag gave_up\n", "")
    assert found(body) == [("TF311", "error", 12)]
    loop = compiled(f"{TOP}\n{body}").diagnostics[0]
    assert loop.label == "goes round: `ask` → `remind` → `ask`"
    assert loop.fix is not None
    edit = loop.fix.edits[0]
    lines = f"{TOP}\n{body}".splitlines()
    line = lines[edit.span.line - 1]
    lines[edit.span.line - 1] = (
        line[: edit.span.column - 1] + edit.replacement + line[edit.span.end_column - 1 :]
    )
    assert compiled("\n".join(lines) + "\n").campaign is not None


@pytest.mark.promise("ENDS")
@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("journey:\n  go to a\n\nstage a:\n  go to a when vip\n", [5]),
        ("journey:\n  go to a\n\nstage a:\n  wait 1 day\n  go to a when vip\n  tag x\n", [6]),
        (
            "journey:\n  go to a\n\nstage a:\n  when vip:\n    go to b\n  go to b\n\n"
            "stage b:\n  go to a when vip\n  go to b when vip\n",
            [10, 11],
        ),
        ("journey:\n  go to a at most 3 times\n\nstage a:\n  go to a\n", [5]),
        (
            "journey:\n  go to a\n\nstage a:\n  go to b at most 1 time\n  go to a\n\n"
            "stage b:\n  stop\n",
            [6],
        ),
    ],
)
def test_every_line_that_closes_a_loop_is_told_once(body: str, lines: list[int]) -> None:
    assert found(body) == [("TF311", "error", line) for line in lines]


@pytest.mark.promise("ENDS")
def test_the_most_messages_are_part_of_a_campaign() -> None:
    assert campaign(LOOP_FIXED).worst_case == {"sms": 4}


def test_the_fix_stands_before_the_condition_of_the_line() -> None:
    made = compiled(f"{TOP}\njourney:\n  go to a\n\nstage a:\n  go to a when vip\n")
    fix = made.diagnostics[0].fix
    assert fix is not None
    assert fix.edits[0].span.column == len("  go to a") + 1


def test_a_stage_that_only_a_dead_stage_leads_to_is_told() -> None:
    body = "journey:\n  tag x\n\nstage a:\n  go to b\n\nstage b:\n  tag y\n"
    assert found(body) == [("TF310", "warning", 4), ("TF310", "warning", 7)]


@pytest.mark.promise("CLOSED")
@pytest.mark.parametrize(
    ("hours", "codes"),
    [
        ("00:00 to 23:30", ["TF509"]),
        ("08:30 to 08:00", ["TF509"]),
        ("08:00 to 07:00", []),
        ("21:00 to 08:00", []),
    ],
)
def test_quiet_hours_leave_an_hour_a_day(hours: str, codes: list[str]) -> None:
    told = found('journey:\n  send sms "Hi"\n', f"quiet hours {hours}\n")
    assert [(code, severity) for code, severity, _ in told] == [(code, "error") for code in codes]


def test_a_stage_cannot_take_the_name_of_the_first_stage() -> None:
    assert found("journey:\n  go to journey\n\nstage journey:\n  tag x\n") == [
        ("TF302", "error", 4)
    ]


class GrantPoints(Word):
    """Give points.
    grant points 5"""

    phrase = "grant points"
    points: Annotated[int, At(0)]


def test_a_plugin_step_that_cannot_run_is_an_error_and_no_silence() -> None:
    vocabulary = Vocabulary({"core": CORE_WORDS, "loyalty": [GrantPoints]})
    made = compile_source(
        f"use loyalty 1\n{TOP}\njourney:\n  grant points 5\n",
        path="late.flow",
        vocabulary=vocabulary,
        installed=INSTALLED,
    )
    assert made.campaign is None
    assert [(each.code, each.severity) for each in made.diagnostics] == [("TF209", "error")]


def test_mistakes_of_the_language_come_without_those_of_the_graph() -> None:
    body = LOOP.replace("  tag gave_up\n", "").replace("stop", "stopp")
    assert found(body) == [("TF201", "error", 7)]


def test_a_flow_with_a_loop_does_not_compile() -> None:
    text = f"{TOP}\njourney:\n  go to a\n\nstage a:\n  go to a\n"
    flow = check(text, path="late.flow", vocabulary=VOCABULARY, plugins=INSTALLED).flow
    assert flow is not None
    with pytest.raises(FlowInvalid) as raised:
        compile_flow(flow)
    assert [each.code for each in raised.value.diagnostics] == ["TF311"]


LINES = f"{TOP}\n{LOOP_FIXED}".splitlines()


@given(st.lists(st.integers(0, len(LINES) - 1), max_size=4), st.permutations(range(len(LINES))))
def test_a_damaged_file_is_told_and_never_raises(gone: list[int], order: list[int]) -> None:
    kept = [line for at, line in enumerate(LINES) if at not in gone]
    shuffled = [LINES[at] for at in order[:12]]
    for lines in (kept, [*kept, *shuffled], [*LINES[:15], *shuffled]):
        made = compiled("\n".join(lines) + "\n")
        errors = [each for each in made.diagnostics if each.severity == "error"]
        assert (made.campaign is None) == bool(errors)
