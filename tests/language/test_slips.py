"""One slip gives one message, on its line."""

import pytest

from tests.language.flows import LATE_ORDER, checked
from tests.language.slip import Slip
from tests.language.slips import GUARDS, SLIPS


def test_a_flow_without_mistakes_has_no_diagnostics() -> None:
    result = checked(LATE_ORDER)
    assert result.diagnostics == ()
    assert result.flow is not None


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_gives_one_message_on_its_line(slip: Slip) -> None:
    text = slip.text
    found = checked(text).diagnostics
    assert [diagnostic.code for diagnostic in found] == [slip.code], found
    assert slip.at in text.split("\n")[found[0].span.line - 1]


@pytest.mark.promise("CLOSED")
@pytest.mark.parametrize("slip", GUARDS, ids=lambda slip: slip.name)
def test_a_flow_with_a_broken_guard_is_never_usable(slip: Slip) -> None:
    assert checked(LATE_ORDER).flow is not None
    assert checked(slip.text).flow is None


def test_all_mistakes_are_told_at_once_in_file_order() -> None:
    text = LATE_ORDER.replace("24 hours", "24hrs").replace("go to refund", "go to refnd")
    text = text.replace("{{ reply }}", "{{ repl }}").replace("10 per 5 minutes", "0 per 5 minutes")
    found = checked(text).diagnostics
    assert [diagnostic.code for diagnostic in found] == ["TF214", "TF210", "TF301", "TF312"]
    assert [d.span for d in found] == sorted(d.span for d in found)


def test_at_most_fifty_mistakes_are_told() -> None:
    text = LATE_ORDER + "".join(f"stage s{n}:\n  frobnicate\n" for n in range(100))
    assert len(checked(text).diagnostics) == 50


@pytest.mark.parametrize(
    "text",
    [
        LATE_ORDER.replace("  ", "\t"),
        LATE_ORDER.replace("  ", "\u00a0\u00a0"),
        LATE_ORDER.replace("\n", "\r\n"),
        "\ufeff" + LATE_ORDER,
        LATE_ORDER.replace("send sms", "Send SMS"),
        LATE_ORDER.replace('"Thank you!"', "“Thank you!”"),
        LATE_ORDER.replace('"""', "“““"),
        LATE_ORDER.replace('"""\n    Dear', '""" Dear'),
        LATE_ORDER.replace('send sms "Thank you!"', 'send sms """Thank you!"""'),
        LATE_ORDER.replace("{{ first_name | or", "{{\u00a0first_name\u200b |\u00a0or"),
        LATE_ORDER.replace("or('there')", "or(“there”)"),
        LATE_ORDER.replace("or('there')", "or(‘there’)"),
        LATE_ORDER.replace("24 hours", "24h"),
        LATE_ORDER.replace("above 200", "> 200"),
        LATE_ORDER.replace('"keep", "wait"', '"keep",\n      "wait"'),
        LATE_ORDER.replace("tag vip", "tag vip   # a comment: with a colon"),
        LATE_ORDER.replace("\n\nstage", "\n\n\n# a comment\n\nstage"),
        LATE_ORDER.rstrip("\n"),
    ],
)
def test_what_is_forgiven_means_the_same(text: str) -> None:
    flow, expected = checked(text).flow, checked(LATE_ORDER).flow
    assert flow is not None
    assert expected is not None
    assert [n.word for n in flow.walk()] == [n.word for n in expected.walk()]
    assert [n.condition for n in flow.walk()] == [n.condition for n in expected.walk()]


def test_a_file_copied_out_of_a_mail_is_told_in_one_message() -> None:
    text = "\n".join(f"> {line}" for line in LATE_ORDER.split("\n"))
    assert [d.code for d in checked(text).diagnostics] == ["TF107"]


def test_lost_indentation_is_told_in_one_message() -> None:
    text = "\n".join(line.lstrip() for line in LATE_ORDER.split("\n"))
    assert [d.code for d in checked(text).diagnostics] == ["TF110"]


def test_an_empty_file_says_so() -> None:
    for text in ("", "\n\n", "# only a comment\n"):
        assert [d.code for d in checked(text).diagnostics] == ["TF335"]
