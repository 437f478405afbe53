"""What channels say of a campaign's senders, before anything leaves."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import pytest

from tactful.runtime.judging import findings_on_senders
from tactful.runtime.ports import Channel, Finding
from tactful.testing import RecordingChannel
from tests.runtime.stage import compile_flow

JOURNEY = 'journey:\n  send sms "Hello {{ first_name }}"\n'
Said = Callable[[str, str], Sequence[Finding]]


class Judge(RecordingChannel):
    """A channel that says of senders what it is told to say."""

    def __init__(self, said: Said) -> None:
        super().__init__()
        self._said = said

    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        return self._said(medium, sender)


def judged(said: Said) -> list[Finding]:
    campaign = compile_flow(JOURNEY)
    names = {sender.through for sender in campaign.guards.senders}
    channels: Mapping[str, Channel] = {name: Judge(said) for name in names}
    return findings_on_senders(campaign, channels)


def test_each_sender_is_judged_for_its_medium() -> None:
    senders = compile_flow(JOURNEY).guards.senders
    found = judged(lambda medium, sender: [Finding("note", "seen", f"{medium} {sender}")])
    assert [one.message for one in found] == [f"{one.channel} {one.address}" for one in senders]


def test_the_same_word_on_several_senders_is_told_once() -> None:
    assert len(judged(lambda medium, sender: [Finding("warning", "w", "Register it.")])) == 1


def _raises(medium: str, sender: str) -> Sequence[Finding]:
    raise RuntimeError("broken")


def _nonsense(medium: str, sender: str) -> Sequence[Finding]:
    return cast("Sequence[Finding]", ["bad sender"])


@pytest.mark.parametrize(("said", "told"), [(_raises, "broken"), (_nonsense, "bad sender")])
def test_a_channel_that_fails_to_judge_is_told_and_the_plan_goes_on(said: Said, told: str) -> None:
    found = judged(said)
    assert {one.code for one in found} == {"sender_not_judged"}
    assert told in found[0].message


def test_a_channel_that_is_not_here_says_nothing() -> None:
    assert findings_on_senders(compile_flow(JOURNEY), {}) == []
