"""What a fix writes is what was meant; where only the writer knows, it asks."""

import pytest

from tactful.cli.fixing import mended_text
from tests.language.flows import LATE_ORDER, changed, checked

SURE = [
    ('"Thank you!"', "'Thank you, Ana!'", '"Thank you, Ana!"'),
    ('"Thank you!"', "«Thank you!»", '"Thank you!"'),
    ('"Thank you!"', "« Thank you! »", '"Thank you!"'),
    ('"Thank you!"', "Thank you, Ana! And Bo", '"Thank you, Ana! And Bo"'),
    ('"+353 1 555 0100" through', "+353 1 555 0100 through", '"+353 1 555 0100" through'),
    ('"+353 1 555 0100" through', "'+353 1 555 0100' through", '"+353 1 555 0100" through'),
    ('on reply "refund":', "on reply 'refund':", 'on reply "refund":'),
    ("on timeout: go to", "on timeout go to", "on timeout: go to"),
    ("as score: tag", "as score tag", "as score: tag"),
    ("as news: stop because", "as news stop because", "as news: stop because"),
    ("reply: go to agent", "reply: go agent", "reply: go to agent"),
    ("off to refunds_team", "off refunds_team", "off to refunds_team"),
]


@pytest.mark.parametrize(("right", "slip", "mended"), SURE, ids=[slip for _, slip, _ in SURE])
def test_a_safe_fix_writes_what_was_meant(right: str, slip: str, mended: str) -> None:
    text = changed(right, slip)
    found = checked(text).diagnostics
    assert len(found) == 1, found
    assert mended_text(text, found) == (changed(right, mended), 1)


def test_a_fix_that_names_what_stands_there_keeps_its_commas() -> None:
    (found,) = checked(changed('"Thank you!"', "Thank you, Ana!")).diagnostics
    assert found.fix is not None
    assert found.fix.description == 'replace `Thank you, Ana!` with `"Thank you, Ana!"`'


@pytest.mark.parametrize(
    ("right", "slip"),
    [
        ('"Thank you!"', "Thank you using words"),
        ("{{ first_name | or", "{{ frist_name | or"),
    ],
)
def test_a_fix_that_may_be_wrong_is_left_to_the_writer(right: str, slip: str) -> None:
    (found,) = checked(changed(right, slip)).diagnostics
    assert found.fix is not None
    assert found.fix.kind == "ask"


def test_another_channel_is_no_slip_of_the_pen() -> None:
    (found,) = checked(changed('send sms "Thank', 'send whatsapp "Thank')).diagnostics
    assert found.message == "I don't know the step `send whatsapp`"
    assert found.fix is None
    assert any("`send chat`" in help for help in found.help)


def test_the_name_of_a_file_is_asked_for_as_one() -> None:
    (found,) = checked(changed("    subject", "    attach terms.pdf\n    subject")).diagnostics
    assert found.message == "the name of a file stands in quotes"


def test_a_flow_of_slips_is_mended_step_by_step() -> None:
    text = LATE_ORDER.replace("21:00 to 08:00", "9pm to 8am")
    first, _ = mended_text(text, checked(text).diagnostics)
    second, _ = mended_text(first, checked(first).diagnostics)
    assert second == LATE_ORDER
