"""The table of kinds names exactly what the protocols ask for, and one hook for each kind."""

import pytest
from typing_extensions import get_protocol_members

from tactful.guard.standing import STANDINGS, Observer, Standing
from tactful.guard.strategies import WINDOW, Strategy
from tactful.plugins import hookspecs, kinds
from tactful.plugins.kinds import Kind
from tactful.runtime.ports import AudienceReader, Channel, Desk, Policy, Runtime
from tactful.values import Rate

PROTOCOLS: list[tuple[Kind, type]] = [
    (kinds.CHANNELS, Channel),
    (kinds.POLICIES, Policy),
    (kinds.OBSERVERS, Observer),
    (kinds.AUDIENCES, AudienceReader),
    (kinds.DESKS, Desk),
    (kinds.RUNTIMES, Runtime),
]


@pytest.mark.parametrize(("kind", "protocol"), PROTOCOLS, ids=lambda one: getattr(one, "noun", ""))
def test_a_kind_asks_for_what_its_protocol_has(kind: Kind, protocol: type) -> None:
    assert set(kind.members) == get_protocol_members(protocol)


def test_the_kind_of_throttles_asks_for_a_strategy() -> None:
    assert kinds.THROTTLES.members == Strategy.__struct_fields__


def test_every_hook_is_of_a_kind() -> None:
    hooks = {name for name in vars(hookspecs) if name.startswith("tactful_")}
    assert hooks == {kind.hook for kind in (*kinds.NAMED, kinds.WORDS)}


def test_every_hook_says_since_when_it_is() -> None:
    for kind in (*kinds.NAMED, kinds.WORDS):
        assert "Since " in (getattr(hookspecs, kind.hook).__doc__ or "")


def test_every_standing_has_a_meaning() -> None:
    assert tuple(STANDINGS) == Standing.__args__  # type: ignore[attr-defined]


def test_a_strategy_makes_the_throttle_of_a_limit() -> None:
    throttle = WINDOW.at(Rate.parse("2 per minute"))
    state, first = throttle.take(throttle.start(), 0, 1)
    state, second = throttle.take(state, 0, 1)
    _, third = throttle.take(state, 0, 1)
    assert [type(answer).__name__ for answer in (first, second, third)] == [
        "Permit",
        "Permit",
        "Wait",
    ]
