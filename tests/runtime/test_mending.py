"""What a policy would add to a text is added by `check --fix`, where the flow itself says it."""

from collections.abc import Sequence

import pytest

from tactful.cli.fixing import mended_text
from tactful.graph.compile import Compiled, compile_source
from tactful.language import Installed, Vocabulary, format_flow
from tactful.language.sources import Takes
from tactful.language.words import CORE_WORDS
from tactful.runtime.judging import remarks_on
from tactful.runtime.ports import Finding, FlowView, TextFix
from tests.runtime.judges import FakePolicy, says
from tests.runtime.stage import HEAD

VOCABULARY = Vocabulary({"core": tuple(CORE_WORDS)})
INSTALLED = Installed(
    audiences={"csv": Takes()},
    channels=frozenset({"outbox"}),
    house_policies={"fake": frozenset({"sms"})},
)
STOP = TextFix("say how to stop the messages", after=" Reply STOP to stop.")
NAME = TextFix("say who writes", before="Acme: ")


class Wants(FakePolicy):
    """Wants every first text to hold what its fixes add."""

    applies_to = frozenset({"sms"})

    def __init__(self, *fixes: TextFix) -> None:
        super().__init__(says("allow"))
        self.fixes = fixes

    def check_flow(self, flow: FlowView) -> Sequence[Finding]:
        return [
            Finding("warning", fix.what, fix.what, text.line, fix=fix)
            for text in flow.texts
            for fix in self.fixes
            if text.first and (fix.before or fix.after).strip() not in text.text
        ]


def compiled(text: str, policy: FakePolicy) -> Compiled:
    return compile_source(
        text,
        path="late.flow",
        vocabulary=VOCABULARY,
        installed=INSTALLED,
        judge=lambda campaign: remarks_on(campaign, {"fake": policy}),
    )


SAID = {
    "on the line": (
        'journey:\n  send sms "Hi {{ first_name }}."\n',
        'journey:\n  send sms "Acme: Hi {{ first_name }}. Reply STOP to stop."\n',
    ),
    "behind a line of a wait": (
        'journey:\n  wait up to 1 hour:\n    on timeout: send sms "Hi."\n',
        "journey:\n  wait up to 1 hour:\n"
        '    on timeout: send sms "Acme: Hi. Reply STOP to stop."\n',
    ),
    "below the line": (
        'journey:\n  send sms:\n    """\n    Hi {{ first_name }}.\n\n    All well?\n    """\n',
        'journey:\n  send sms:\n    """\n    Acme: Hi {{ first_name }}.\n\n'
        '    All well? Reply STOP to stop.\n    """\n',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("flow", "mended"), SAID.values(), ids=SAID)
def test_the_safe_fix_adds_what_a_policy_misses(flow: str, mended: str) -> None:
    policy = Wants(STOP, NAME)
    found = compiled(HEAD + flow, policy).diagnostics
    text, count = mended_text(HEAD + flow, found)
    assert text == HEAD + mended
    assert count == 2
    again = compiled(text, policy)
    assert [one for one in again.diagnostics if one.code == "TF520"] == []
    assert again.campaign is not None


def test_what_is_mended_is_formatted_as_the_house_does() -> None:
    flow = HEAD + SAID["on the line"][0]
    before = format_flow(flow, path="late.flow", vocabulary=VOCABULARY, plugins=INSTALLED).text
    assert before is not None
    text, _ = mended_text(before, compiled(before, Wants(STOP, NAME)).diagnostics)
    after = format_flow(text, path="late.flow", vocabulary=VOCABULARY, plugins=INSTALLED)
    assert after.text == text


ODD = {
    "quotes": TextFix("odd", after=' say "no"'),
    "a slot": TextFix("odd", after=" {{ first_name }}"),
    "lines": TextFix("odd", after="\nstop"),
    "nothing": TextFix("odd"),
}


@pytest.mark.parametrize("fix", ODD.values(), ids=ODD)
def test_a_fix_that_would_change_the_flow_is_not_offered(fix: TextFix) -> None:
    policy = FakePolicy(says("allow"), findings=[Finding("warning", "odd", "hm", 16, fix=fix)])
    found = compiled(HEAD + SAID["on the line"][0], policy).diagnostics
    assert [one.fix for one in found if one.code == "TF520"] == [None]


def test_a_text_with_a_name_is_left_to_people() -> None:
    flow = 'text hello:\n  "Hi."\n\njourney:\n  send sms hello\n'
    found = compiled(HEAD + flow, Wants(STOP)).diagnostics
    assert [one.fix for one in found if one.code == "TF520"] == [None]
