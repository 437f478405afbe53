"""What messages say: in the reader's language, by the reader's clock."""

import pytest

from tactful.values import HOUR
from tests.runtime.stage import NINE, compile_flow, on_stage, person

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


SPEAKING = """\
languages en, fr default en

text late:
  subject "Late"
  in en: "Late since {{ now | clock }}: {{ first_name }}."
  in fr:
    subject "En retard"
    "En retard depuis {{ now | clock }} : ŷ. Nous en sommes désolés, {{ first_name }}. À bientôt !"

journey:
  send sms late
  send email late
"""


async def test_a_person_gets_the_text_in_their_language_or_the_default() -> None:
    people = [
        person(1, locale="fr-CA", zone="America/Toronto"),
        person(2, locale="de", zone="Europe/Berlin"),
        person(3, locale=None),
    ]
    async with on_stage(start=NINE + 6 * HOUR) as stage:
        active = await stage.begin(compile_flow(SPEAKING), people)
        await stage.run(active)
        messages = [
            (message.key, message.channel, message.subject, message.text.split(":")[0])
            for message in stage.channel.messages
        ]
        assert sorted(messages, key=lambda message: (message[1], message[0])) == [
            ("P-1", "email", "En retard", "En retard depuis 10 h 00 "),
            ("P-2", "email", "Late", "Late since 16"),
            ("P-3", "email", "Late", "Late since 15"),
            ("P-1", "sms", None, "En retard depuis 10 h 00 "),
            ("P-2", "sms", None, "Late since 16"),
            ("P-3", "sms", None, "Late since 15"),
        ]
        sent = [line for line in await stage.lines("sent") if line["channel"] == "sms"]
        parts = {line["recipient"]: line["segments"] for line in sent}
        assert parts == {"P-1": 2, "P-2": 1, "P-3": 1}
