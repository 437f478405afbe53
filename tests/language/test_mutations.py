"""Every place of a flow, damaged in every listed way: told, mostly in one message on its line.

`pytest -s` shows the figures.
"""

from collections import Counter
from typing import get_args

import pytest

from tests.language.corpus import EXAMPLES, FLOWS
from tests.language.flows import LATE_ORDER
from tests.language.mutants import Damage, Verdict, compiled, mutants, verdict

_TOLD: tuple[Verdict, ...] = ("one on the line", "one elsewhere", "several")

each_damage = pytest.mark.parametrize("damage", get_args(Damage))


def _counted(damage: Damage, flows: list[str]) -> Counter[Verdict]:
    found: Counter[Verdict] = Counter()
    for flow in flows:
        right = compiled(flow)
        if right.campaign is not None:
            harmed = (mutant for mutant in mutants(flow) if mutant.damage == damage)
            found.update(verdict(mutant, right) for mutant in harmed)
    return found


def _check(damage: Damage, counted: Counter[Verdict]) -> None:
    told = sum(counted[how] for how in _TOLD)
    print(
        f"\n{damage:14} {counted.total():6} · told {told:6}, in one message on the line "
        f"{counted['one on the line'] / told:7.2%}, in one message "
        f"{1 - counted['several'] / told:7.2%} · the same meaning {counted['same']:5} · "
        f"another meaning, not told {counted['silent'] / counted.total():6.2%}"
    )
    if damage == "deleted":
        # What a deleted line takes away is missed where it is used: only the count is promised.
        assert counted["several"] <= 0.25 * told
        return
    assert counted["one on the line"] >= 0.95 * told
    if damage != "misspelt":  # a name may be any word, also one with two letters swapped
        assert counted["silent"] <= 0.01 * counted.total()


@each_damage
def test_damage_in_one_place_is_told_in_one_message_on_its_line(damage: Damage) -> None:
    _check(damage, _counted(damage, [LATE_ORDER, EXAMPLES["delayed_order.flow"]]))


@pytest.mark.soak
@each_damage
def test_damage_in_one_place_of_any_flow_is_told_in_one_message_on_its_line(damage: Damage) -> None:
    _check(damage, _counted(damage, list(FLOWS.values())))
