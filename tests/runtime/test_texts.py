"""What messages say: in the reader's language, by the reader's clock."""

import pytest

from tests.runtime.stage import compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

TIMES = """\
journey:
  set said to "{{ now | clock }}"
  send sms "{{ today | day }}, {{ now | clock }}; {{ said }}; {{ due | day }}; {{ sum | money }}"
  hand off to desk:
    note "Written at {{ now | clock }}."
"""


async def test_days_clocks_and_amounts_are_those_of_the_reader() -> None:
    flow = compile_flow(
        TIMES.replace("due", "first_name").replace("sum", "id"),
    )
    people = [
        person(1, key="1234.5", first_name="2027-12-24"),
        person(2, key="2", zone="Europe/Paris", locale="fr", first_name="2026-12-24"),
        person(3, key="3", zone="America/New_York", locale=None, first_name="soon"),
    ]
    async with on_stage() as stage:
        active = await stage.begin(flow, people)
        await stage.run(active)
        texts = {line["recipient"]: line["text"] for line in await stage.lines("sent")}
        assert texts == {
            "1234.5": "Tuesday 1 December, 09:00; 09:00; Friday 24 December 2027; 1,234.50",
            "2": "mardi 1 décembre, 10:00; 10:00; jeudi 24 décembre; 2,00",
            "3": "Tuesday, December 1, 4:00 AM; 4:00 AM; soon; 3.00",  # written before it is held
        }
        notes = {line["recipient"]: line["note"] for line in await stage.lines("hand_off")}
        assert notes["2"] == "Written at 10:00."
