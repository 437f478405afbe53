"""Every place of a flow, damaged in every listed way: told, mostly in one message on its line.

`pytest -s` shows the figures.
"""

from collections import Counter, defaultdict

import pytest

from tests.language.corpus import EXAMPLES, FLOWS
from tests.language.flows import LATE_ORDER
from tests.language.mutants import Damage, Verdict, compiled, mutants, verdict

Figures = dict[Damage, Counter[Verdict]]
_TOLD: tuple[Verdict, ...] = ("one on the line", "one elsewhere", "several")


def _figures(flows: list[str]) -> Figures:
    found: Figures = defaultdict(Counter)
    for flow in flows:
        right = compiled(flow)
        if right.campaign is not None:
            for mutant in mutants(flow):
                found[mutant.damage][verdict(mutant, right)] += 1
    return found


def _told(counted: Counter[Verdict]) -> int:
    return sum(counted[how] for how in _TOLD)


def _check(found: Figures) -> None:
    print()
    for damage, counted in found.items():
        told = _told(counted)
        print(
            f"{damage:14} {counted.total():6} · told {told:6}, in one message on the line "
            f"{counted['one on the line'] / told:7.2%}, in one message "
            f"{1 - counted['several'] / told:7.2%} · the same meaning {counted['same']:5} · "
            f"another meaning, not told {counted['silent'] / counted.total():6.2%}"
        )
    for damage in ("colon removed", "misspelt", "shifted", "block shifted"):
        counted = found[damage]
        assert counted["one on the line"] >= 0.95 * _told(counted), damage
        if damage != "misspelt":  # a name may be any word, also one with two letters swapped
            assert counted["silent"] <= 0.01 * counted.total(), damage
    # What a deleted line takes away is missed where it is used, so only the count is promised.
    deleted = found["deleted"]
    assert deleted["several"] <= 0.25 * _told(deleted)


def test_damage_in_one_place_is_told_in_one_message_on_its_line() -> None:
    _check(_figures([LATE_ORDER, EXAMPLES["delayed_order.flow"]]))


@pytest.mark.soak
def test_damage_in_one_place_of_any_flow_is_told_in_one_message_on_its_line() -> None:
    _check(_figures(list(FLOWS.values())))
