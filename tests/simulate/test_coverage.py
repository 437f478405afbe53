"""Coverage says which arms of a flow no scenario took: every kind of arm, by its line."""

import anyio
import pytest

from tactful.simulate.scenarios.coverage import Coverage, coverage
from tests.simulate.scenes import FLOW, compile_text, player, scripts


def _covered(*scenarios: str) -> Coverage:
    text = FLOW + "".join(
        f'\nscenario "{number}":\n' + "".join(f"  {line}\n" for line in lines.split("\n"))
        for number, lines in enumerate(scenarios)
    )
    made = compile_text(text)
    playing = player(made)
    for script in scripts(made):
        anyio.run(playing.play, script)
    assert made.flow is not None
    assert made.campaign is not None
    return coverage(made.flow, made.campaign.graph, made.spans, playing.seen)


def _lines(covered: Coverage) -> list[str]:
    text = FLOW.splitlines()
    return [text[arm.span.line - 1].strip() for arm in covered.missed]


ARMS = [
    "on not delivered within 30 minutes: go to by_email",
    'on reply "keep":',
    'send sms "Thank you!" when order_total above 10',
    'on reply "refund": go to refund',
    'on event order.shipped as news: send sms "Shipped by {{ news.carrier }}, {{ first_name }}."',
    "on timeout: go to by_email",
    "when order_total above 200:",
    "otherwise:",
    'on reply "refund": go to refund',
]
BIG = "given:\n  order_total 250\n"


def test_without_scenarios_no_arm_is_taken() -> None:
    covered = _covered()
    assert _lines(covered) == ARMS
    assert covered.percent == 0


@pytest.mark.parametrize(
    ("scenario", "taken"),
    [
        ("sms fails\nexpect email", {0}),
        ('reply "keep"\nexpect tag keeps_it', {1}),
        (BIG + 'reply "keep"\nexpect tag keeps_it', {1, 2}),
        (BIG + 'reply "refund"\nexpect end', {3, 6}),
        ('reply "refund"\nexpect end', {3, 7}),
        ("event order.shipped after 1 hour\nexpect end", {4}),
        ("expect end", {5}),
        ('expect email\nreply "refund"\nexpect end', {5, 7, 8}),
    ],
)
def test_an_arm_is_taken_when_its_first_step_is_entered(scenario: str, taken: set[int]) -> None:
    covered = _covered(scenario)
    assert _lines(covered) == [arm for number, arm in enumerate(ARMS) if number not in taken]
    assert covered.percent == len(taken) * 100 // len(ARMS)


def test_several_scenarios_count_together() -> None:
    covered = _covered("sms fails\nexpect email", 'reply "keep"\nexpect tag keeps_it')
    assert len(covered.missed) == len(ARMS) - 2


def test_a_flow_without_arms_is_covered() -> None:
    assert Coverage((), ()).percent == 100
