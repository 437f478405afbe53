"""Tags and queues in which something is filled in."""

import pytest

from tactful.store.contract import Store
from tests.runtime.stage import compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

FLOW = """
journey:
  set owner to "desk_{{ first_name | lower }}"
  tag "asked {{ first_name }}", plain
  hand off to "{{ owner }}":
    note "Please call."
"""


async def test_tags_and_queues_are_filled_in_for_each_person(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(FLOW), [person(1), person(2)])
        await stage.run(active)
        tags = [line["tag"] for line in await stage.lines("tag")]
        queues = [line["queue"] for line in await stage.lines("hand_off")]
    assert tags == ["asked Ana1", "plain", "asked Ana2", "plain"]
    assert queues == ["desk_ana1", "desk_ana2"]
