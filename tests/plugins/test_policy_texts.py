"""Texts that the policy `twilio` has judged well are judged so still."""

import csv

import anyio
import pytest

from tactful.runtime.ports import Medium
from tactful.testing import sample_message
from tactful_policy_twilio import TwilioPolicy
from tests.house.source import ROOT

POLICY = TwilioPolicy()


def rows() -> list[dict[str, str]]:
    path = ROOT / "tests" / "data" / "policy" / "texts.csv"
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.parametrize("source", sorted({row["source"] for row in rows()}))
def test_a_change_of_a_rule_breaks_no_other(source: str) -> None:
    channel: Medium = "email" if "email" in source else "sms"
    for row in rows():
        if row["source"] == source:
            message = sample_message(channel, text=row["text"], to="")
            verdict = anyio.run(POLICY.check_message, message, {})
            assert verdict.decision == row["verdict"], (row["text"], verdict)
