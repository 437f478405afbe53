"""Calls in scenarios: who picks up, which key is pressed, and what comes of it."""

import pytest

from tests.simulate.scenes import play_text

FLOW = """campaign "Call"
owner "care@example.com"
purpose service

audience from csv "people.csv":
  key id
  phone mobile

senders:
  voice from "+353 20 9155 000" through outbox

journey:
  send voice "Hello. Press 1 to confirm.":
    leave "Please call us."
    on pressed 1: tag confirmed
    on pressed 2: hand off to desk
    on other key: tag unsure
    on no answer: tag silent
    on voicemail: tag machine
    on failed: tag broken
"""


@pytest.mark.parametrize(
    "lines",
    [
        'expect voice containing "Press 1"; press 1 after 10 seconds; expect tag confirmed',
        "press 2; expect hand off to desk",
        "press 7; expect tag unsure",
        "press 1; press 2; expect tag confirmed; expect no hand off within 1 day",
        "expect voice; voice is answered; expect tag unsure within 1 hour",
        "expect voice; voice is not answered; expect tag silent within 1 minute",
        "voice is not answered after 30 seconds; expect no tag silent; expect tag silent",
        "expect voice; voice is voicemail after 20 seconds; expect tag machine",
        "voice fails; expect tag broken",
        "voice is refused; expect end; expect no voice",
    ],
)
def test_a_call_comes_to_what_the_scenario_says(lines: str) -> None:
    result = play_text(f'{FLOW}\nscenario "it":\n  ' + lines.replace("; ", "\n  ") + "\n")
    assert result.passed, (result.unmet and result.unmet.message, result.timeline)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("press 1; expect tag unsure", "`unsure`"),
        ("voice is not answered; expect tag machine", "`machine`"),
        ("given:\n    mobile missing; press 1; expect end", "no message came"),
    ],
)
def test_a_call_that_comes_to_something_else_fails(lines: str, says: str) -> None:
    result = play_text(f'{FLOW}\nscenario "it":\n  ' + lines.replace("; ", "\n  ") + "\n")
    assert result.unmet is not None
    assert says in result.unmet.message
