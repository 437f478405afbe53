"""What people paste between three quotes is text, whatever it looks like, and stays as it was."""

import pytest

from tests.language.flows import LATE_ORDER, checked

BODY = LATE_ORDER[LATE_ORDER.index("    Dear") : LATE_ORDER.index('    """\n    on bounced')]


def said(body: str) -> str:
    """Return the text of the mail with this body, its slots as `<name>`."""
    result = checked(LATE_ORDER.replace(BODY, body))
    assert result.diagnostics == ()
    assert result.flow is not None
    (node,) = [node for node in result.flow.walk() if node.word.phrase == "send email"]
    assert node.text is not None
    return "".join(part if isinstance(part, str) else f"<{part.name}>" for part in node.text.parts)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("    a\n\n\n    b\n", "a\n\n\nb"),
        ("    # no comment: \"at 'all'\"\n", "# no comment: \"at 'all'\""),
        ("at the margin\n    within\n      deeper\n", "at the margin\nwithin\n  deeper"),
        ("\ttab\n\t\ttwo\n\t\t\tthree\n", "tab\ntwo\n\tthree"),
        ("    “curly” „low“ ‘single’ «angle»\n", "“curly” „low“ ‘single’ «angle»"),
        ('    campaign "x"\n    journey:\n      stop\n', 'campaign "x"\njourney:\n  stop'),
        ("    - one\n    > two\n    | three |\n", "- one\n> two\n| three |"),
        ("    👍🏽 ﷽ \u200fעברית\u00a0 Zoë\n", "👍🏽 ﷽ \u200fעברית\u00a0 Zoë"),
        ('    "" two ""\n', '"" two ""'),
        ("    http://x.y/z?a={{ order_id }}#b\n", "http://x.y/z?a=<order_id>#b"),
        ("    {{order_id}}{{ first_name }}.\n", "<order_id><first_name>."),
        ("    100 % of %s \\n { } {} {1}\n", "100 % of %s \\n { } {} {1}"),
        ("    trailing  \n    x\n", "trailing  \nx"),
        ("    when: otherwise: go to\n", "when: otherwise: go to"),
        (f"    {'x' * 90_000}\n", "x" * 90_000),
        ("    x\n" * 9_000, "\n".join(["x"] * 9_000)),
    ],
    ids=range(16),
)
def test_what_is_pasted_is_text(body: str, text: str) -> None:
    assert said(body) == text


def test_a_text_may_open_and_close_on_the_line_of_its_send() -> None:
    for written in (
        'send sms """Thank you!"""',
        'send sms """ Thank you! """',
        'send sms """\n        Thank you!\n        """',
        'send sms """ Thank you!\n        """',
        "send sms “““Thank you!”””",
    ):
        result = checked(
            LATE_ORDER.replace('send sms "Thank you!" when order_total above 10', written)
        )
        assert result.flow is not None, result.diagnostics
        texts = [node.text.parts for node in result.flow.walk() if node.text]
        assert ("Thank you!",) in texts, written


def test_a_slip_in_a_text_that_opens_on_its_line_is_told_where_it_stands() -> None:
    (found,) = checked(
        LATE_ORDER.replace('"Thank you!"', '"""  Thank you, {{ nme }}!"""')
    ).diagnostics
    line = LATE_ORDER[: LATE_ORDER.index('"Thank you!"')].count("\n") + 1
    assert (found.span.line, found.span.column) == (line, 35)
