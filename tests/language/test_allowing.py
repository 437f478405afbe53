"""Warnings are silenced by name and with a reason, and nothing else is."""

import pytest

from tactful.graph.compile import compile_source
from tests.language.flows import INSTALLED, LATE_ORDER, VOCABULARY

SPARE = LATE_ORDER + "\nstage spare:\n  tag spare\n"


def _told(text: str) -> list[tuple[str, str]]:
    compiled = compile_source(text, path="x.flow", vocabulary=VOCABULARY, installed=INSTALLED)
    return [(found.code, found.severity) for found in compiled.diagnostics]


def _with(comment: str, old: str = "stage spare:") -> str:
    return SPARE.replace(old, comment)


def test_a_stage_that_nothing_leads_to_is_a_warning() -> None:
    assert _told(SPARE) == [("TF310", "warning")]


@pytest.mark.parametrize(
    "comment",
    [
        "# allow TF310: for the night shift\nstage spare:",
        "# allow tf310:for the night shift\n# and more of it\n\nstage spare:",
        "stage spare:  # Allow TF310: for the night shift",
        "stage spare:  # allow TF310 : for the night shift",
    ],
)
def test_an_allowed_warning_is_not_told(comment: str) -> None:
    assert _told(_with(comment)) == []


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("# allow TF310\nstage spare:", ["TF224", "TF310"]),
        ("# allow TF310:  \nstage spare:", ["TF224", "TF310"]),
        ("# allow TF312: reason\nstage spare:", ["TF225", "TF310"]),
        ("# allow TF310, TF312: reason\nstage spare:", ["TF225"]),
        ("# allow TF310: reason\n# nothing\ntag: x", None),
        ("# TF310 is allowed here\nstage spare:", ["TF310"]),
    ],
)
def test_an_allow_without_reason_or_use_is_told(comment: str, told: list[str] | None) -> None:
    found = _told(_with(comment))
    if told is None:
        assert all(severity == "error" for _, severity in found)
    else:
        assert found == [(code, "warning") for code in told]


def test_a_mistake_cannot_be_allowed() -> None:
    text = LATE_ORDER.replace("timeout: go to by_email", "timeout: go to x  # allow TF301: y")
    assert _told(text) == [("TF301", "error"), ("TF225", "warning")]


def test_words_about_allowing_inside_a_message_are_no_comment() -> None:
    text = LATE_ORDER.replace("    it is late", "    # allow TF310: x\n    it is late")
    assert text != LATE_ORDER
    assert _told(text) == []
