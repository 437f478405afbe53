"""Diagnostics as people and programs see them."""

from tactful.language import Diagnostic, render, render_short, to_json
from tactful.language.diagnostics import Fix, Span
from tests.language.flows import changed, checked

MISSPELT = changed("timeout: go to by_email", "timeout: go to by_mail")


def _only(text: str) -> Diagnostic:
    (found,) = checked(text).diagnostics
    return found


def _repaired(text: str, fix: Fix | None) -> str:
    """Return a text after a fix, the edits taken from the end so that none moves another."""
    assert fix is not None
    lines = text.split("\n")
    for edit in sorted(fix.edits, key=lambda edit: edit.span, reverse=True):
        span = edit.span
        line = lines[span.line - 1]
        lines[span.line - 1] = (
            line[: span.column - 1] + edit.replacement + line[span.end_column - 1 :]
        )
    return "\n".join(lines)


def test_a_mistake_is_shown_with_its_line_its_help_and_its_fix() -> None:
    assert render(_only(MISSPELT), MISSPELT) == (
        "error[TF301]: there is no stage named `by_mail`\n"
        "   --> late.flow:37:23\n"
        "   |\n"
        "37 |     on timeout: go to by_mail\n"
        "   |                       ^^^^^^^ did you mean `by_email`?\n"
        "...\n"
        "50 | stage by_email:\n"
        "   |       -------- this stage exists\n"
        "   = fix:  replace `by_mail` with `by_email`   (`tactful check --fix` does it)"
    )


def test_the_short_form_is_one_line() -> None:
    assert render_short(_only(MISSPELT)) == (
        "late.flow:37:23: error[TF301]: there is no stage named `by_mail`"
    )


def test_colour_is_used_only_when_asked_for() -> None:
    found = _only(MISSPELT)
    assert "\x1b" not in render(found, MISSPELT)
    assert "\x1b" in render(found, MISSPELT, colour=True)


def test_the_json_form_has_the_promised_keys() -> None:
    row = to_json(_only(MISSPELT))
    assert list(row) == [
        "file", "line", "column", "end_line", "end_column", "code", "severity", "message",
        "help", "fix",
    ]  # fmt: skip
    assert (row["line"], row["column"], row["end_column"]) == (37, 23, 30)
    assert row["fix"]["kind"] == "safe"


def test_a_caret_stands_below_its_word_behind_tabs() -> None:
    text = MISSPELT.replace("  ", "\t")
    shown = render(_only(text), text).split("\n")
    assert shown[4].startswith("   | \t\t")


def test_fixes_repair_what_they_are_about() -> None:
    for old, new in [
        ("24 hours:", "24 hours"),
        ("24 hours", "24hrs"),
        ("timeout: go to by_email", "timeout: go to by_mail"),
        ("above 200", "is greater than 200"),
        ("21:00 to", "9 pm to"),
        ("refund_status to", "refund_status ="),
        ('"care@example.com"', "care@example.com"),
        ("Dear {{ first_name", "Dear {{ firstname"),
        ("| upper", "| uper"),
        ("{{ reply }}", "{reply}"),
        ("purpose service\n", ""),
        ('    """\n    on bounced', "    on bounced"),
        ("on timeout", "on tiemout"),
    ]:
        text = changed(old, new)
        repaired = _repaired(text, _only(text).fix)
        assert checked(repaired).flow is not None, repaired


def test_the_marks_of_a_mail_reply_are_removed_by_the_fix() -> None:
    quoted = "\n".join(f"> {line}" for line in MISSPELT.split("\n"))
    assert _repaired(quoted, _only(quoted).fix) == MISSPELT


def test_spans_join_from_start_to_end() -> None:
    assert Span(1, 2, 1, 4).to(Span(2, 1, 2, 3)) == Span(1, 2, 2, 3)
