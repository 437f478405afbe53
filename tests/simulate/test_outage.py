"""The outage of the examples: news for a region, cries for help, an opt-out, and its end."""

from typing import Any

import pytest

from tactful.plugins.config import Limits
from tactful.runtime.project import Project
from tactful.simulate.behaviour import parse_behaviour
from tactful.simulate.rehearsal import rehearse
from tests.house.source import ROOT
from tests.runtime.stage import NINE

pytestmark = pytest.mark.anyio

FLOWS = ROOT / "flows"


FLOW = FLOWS / "outage_notice.flow"
PROJECT = Project(FLOWS)
CAMPAIGN = PROJECT.read(FLOW).campaign()


async def test_everyone_hears_what_is_for_their_region_and_nobody_else() -> None:
    lines: list[dict[str, Any]] = []
    await rehearse(
        CAMPAIGN,
        await PROJECT.recipients(CAMPAIGN, FLOW, at=NINE),
        start=NINE,
        behaviour=parse_behaviour((FLOWS / "outage_notice.behave.toml").read_text(), name="outage"),
        strategies=PROJECT.strategies,
        policies=PROJECT.policies,
        house=PROJECT.house,
        limits=Limits(),
        prices=PROJECT.config.prices,
        line=lines.append,
        full=True,
    )
    texts: dict[str, list[str]] = {}
    for line in lines:
        if line["event"] == "sent":
            texts.setdefault(line["recipient"], []).append(line["text"])
    for key in ("M-301", "M-309"):
        first, update, restored = texts[key]
        assert "storm damage. Expected back: 15:00" in first
        assert "at 17:00" in update
        thanks = "the power is back. Thank you for your patience."
        assert restored == f"Your grid operator: {thanks} Reply STOP to opt out."
    assert "M-304" not in texts  # the south has power
    assert len(texts["M-302"]) == 1  # a person has the conversation now
    assert len(texts["M-303"]) == 2  # the second is the confirmation of STOP
    assert all("ferry" in texts[key][0] for key in ("M-303", "M-307"))
    hand_offs = {
        (line["recipient"], line["queue"]) for line in lines if line["event"] == "hand_off"
    }
    assert hand_offs == {("M-302", "emergency_line"), ("M-305", "emergency_line")}
