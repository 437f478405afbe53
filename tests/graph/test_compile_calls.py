"""What the lines of a call compile to, and how long it waits for them."""

from tactful.graph.bounds import most_messages
from tactful.graph.model import KeyArm, Send, StepGraph
from tactful.graph.render.sketch import ways
from tactful.graph.render.words import key_words
from tactful.values import Duration
from tests.graph.sources import campaign
from tests.graph.test_compile import step_at, where

CALL = """\
journey:
  send voice "Press 1.":
    leave "Call us, {{ first_name }}."
    on pressed 1, 2 within 5 minutes: send sms "One"
    on pressed 3 within 2 minutes when vip: send sms "Three"
    on other key: tag other
    on no answer within 3 minutes: tag nobody
    on voicemail: tag machine
  tag after
"""
SENDER = 'senders:\n  voice from "+353 1 555 0100" through outbox\n'


def test_the_lines_of_a_call_share_one_wait_and_lead_each_its_way() -> None:
    made = campaign(CALL, "", SENDER)
    call = step_at(made, "journey/send voice/1", Send)
    assert call.within == Duration.parse("5 minutes")
    assert call.leave is not None
    assert [(arm.outcome, where(made, arm.to)) for arm in call.arms] == [
        ("no answer", "journey/send voice/1/on no answer/1/tag/1"),
        ("voicemail", "journey/send voice/1/on voicemail/1/tag/1"),
    ]
    assert [(arm.keys, where(made, arm.to)) for arm in call.keys] == [
        (("1", "2"), "journey/send voice/1/on pressed/1/send sms/1"),
        (("3",), "journey/send voice/1/on pressed/2/when"),
        ((), "journey/send voice/1/on other key/1/tag/1"),
    ]
    assert StepGraph.model_validate_json(made.graph.model_dump_json()) == made.graph


def test_a_key_whose_condition_does_not_hold_is_another_key() -> None:
    made = campaign(CALL, "", SENDER)
    test = next(step for step in made.graph.steps if step.id.endswith("on pressed/2/when"))
    assert where(made, test.next) == "journey/send voice/1/on other key/1/tag/1"


def test_the_messages_behind_keys_count_and_are_drawn() -> None:
    made = campaign(CALL, "", SENDER)
    assert most_messages(made.graph).most == {"voice": 1, "sms": 1}
    call = step_at(made, "journey/send voice/1", Send)
    drawn = [words for _, words in ways(made.graph, call)]
    assert drawn[2:5] == ["on pressed 1, 2", "on pressed 3", "on other key"]
    assert key_words(KeyArm(to=None)) == "on other key"
