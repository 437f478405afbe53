"""Flows far longer than anybody writes."""

import pytest

from tests.runtime.stage import compile_flow, on_stage, person

pytestmark = pytest.mark.anyio


@pytest.mark.promise("POISON")
async def test_six_hundred_refusals_in_a_row_do_not_pile_up() -> None:
    sends = "".join(f'  send sms "Hi {number}"\n' for number in range(600))
    flow = f"consent for sms when first_name is missing\n\njourney:\n{sends}"
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(flow), [person(1), person(2)])
        await stage.run(active)
        assert len(await stage.lines("refused")) == 1_200
        assert await stage.timeline("P-2") == ["entered", *["refused"] * 600, "ended"]
