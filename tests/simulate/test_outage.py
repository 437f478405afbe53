"""The outage of the examples: news for a region, a cry for help, an opt-out, and its end."""

import csv
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tactful.guard.strategies import WINDOW
from tactful.plugins.config import Limits
from tactful.runtime.intake import Intake
from tactful.runtime.ports import Row
from tactful.runtime.recipients import OutRow, Recipient
from tactful.simulate.behaviour import parse_behaviour
from tactful.simulate.rehearsal import rehearse
from tests.house.source import ROOT
from tests.runtime.stage import NINE, compile_flow

pytestmark = pytest.mark.anyio

FLOWS = ROOT / "flows"


async def test_everyone_hears_what_is_for_their_region_and_nobody_else() -> None:
    campaign = compile_flow((FLOWS / "outage.flow").read_text(), head="")
    lines: list[dict[str, Any]] = []

    async def people() -> AsyncIterator[Recipient | OutRow]:
        with (FLOWS / "data" / "outage.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        intake = Intake(campaign.audience, list(rows[0]), ["sms"])
        for number, cells in enumerate(rows, 1):
            yield intake.read(Row(number, cells))

    await rehearse(
        campaign,
        people(),
        start=NINE,
        behaviour=parse_behaviour((FLOWS / "outage.behave.toml").read_text(), name="outage"),
        strategies={"window": WINDOW},
        limits=Limits(),
        line=lines.append,
        full=True,
    )
    texts: dict[str, list[str]] = {}
    for line in lines:
        if line["event"] == "sent":
            texts.setdefault(line["recipient"], []).append(line["text"])
    update = "Update for North: the power should be back in 3 hours."
    restored = "The power in North is back. Thank you for your patience."
    first = "No power in North: a fallen tree. Need help? Reply MEDICAL."
    why = "No power in North: we are finding out why. Need help? Reply MEDICAL."
    assert texts["M-1"] == [first, update, restored]
    assert texts["M-2"] == texts["M-3"] == [why, update, restored]
    assert texts["M-4"][1:] == ["A colleague calls you now."]
    assert len(texts["M-5"]) == 2  # the second is the confirmation of STOP
    tags = [(line["recipient"], line["tag"]) for line in lines if line["event"] == "tag"]
    assert tags == [("M-5", "wants_no_texts")]
    (hand_off,) = (line for line in lines if line["event"] == "hand_off")
    assert (hand_off["recipient"], hand_off["queue"]) == ("M-4", "emergency_line")
    ends = {line["recipient"]: line["state"] for line in lines if line["event"] == "ended"}
    assert ends == {
        "M-1": "finished", "M-2": "finished", "M-3": "finished", "M-4": "expired",
        "M-5": "opted_out",
    }  # fmt: skip
