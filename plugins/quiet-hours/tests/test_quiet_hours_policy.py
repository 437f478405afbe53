"""The policy keeps what every policy keeps, and holds messages outside the hours of a place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import anyio
import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from tactful.runtime.ports import Message, PolicyVerdict
from tactful.testing import PolicyContract, sample_message
from tactful.values import instant, moment
from tactful.zones import zone
from tactful_quiet_hours import QuietHoursPolicy, QuietHoursSettings

EAST = ("America/New_York",)
FLORIDA = {"country": "US", "zones": EAST, "purpose": "service"}


def message(to: str = "+13055550134", wall: str = "2026-11-24T20:30") -> Message:
    now = instant(datetime.fromisoformat(wall).replace(tzinfo=zone(EAST[0])))
    return replace(sample_message(text="Your order is late."), to=to, permitted_at=now)


def judge(asked: Message, facts: Mapping[str, Any] = FLORIDA, **settings: Any) -> PolicyVerdict:
    policy = QuietHoursPolicy(QuietHoursSettings(**settings))
    return anyio.run(policy.check_message, asked, facts)


class TestContract(PolicyContract):
    def policy(self) -> QuietHoursPolicy:
        return QuietHoursPolicy(QuietHoursSettings(places={"XX": {"all": "never"}}))

    def refused(self) -> Message:
        return sample_message()

    def test_it_refuses_what_it_should_and_says_why(self) -> None:
        verdict = self._ask(self.refused(), {"country": "XX", "zones": EAST})
        assert (verdict.decision, verdict.rule) == ("refuse", "no_common_hour")
        assert verdict.reason

    def test_messages_side_by_side_are_judged_each_for_itself(self) -> None:
        policy = self.policy()
        facts = ({"country": "XX", "zones": EAST}, {"country": "IE", "zones": EAST})
        for told, expected in zip(facts * 3, ("refuse", "allow") * 3, strict=True):
            assert self._ask(self.allowed(), told, policy=policy).decision == expected


@pytest.mark.parametrize(
    ("to", "facts", "code"),
    [
        ("+13055550134", {}, "US-FL"),  # the area code of Miami
        ("+13055550134", {"state": "CT"}, "US-CT"),  # what the row says counts before the number
        ("+13055550134", {"state": " connecticut "}, "US-CT"),
        ("+13055550134", {"state": "US-CT"}, "US-CT"),
        ("+12125550134", {}, None),  # New York has no hours of its own
        ("+13055550134", {"state": "NY"}, None),
        ("+353201550134", {"country": "IE"}, None),
        ("+13055550134", {"country": None}, None),
    ],
)
def test_whose_hours_count(to: str, facts: Mapping[str, Any], code: str | None) -> None:
    """At half past eight in the evening Florida and Connecticut are quiet, and New York is not."""
    verdict = judge(message(to), {**FLORIDA, **facts})
    assert (verdict.decision, verdict.rule) == (("hold", code) if code else ("allow", ""))


def test_a_message_waits_until_the_place_opens_and_the_reason_says_which() -> None:
    verdict = judge(message())
    assert verdict.until is not None
    opens = moment(verdict.until).astimezone(zone(EAST[0]))
    assert f"{opens:%F %H:%M}" == "2026-11-25 08:00"
    assert verdict.reason.startswith("Florida has quiet hours now (08:00 to 20:00; ")


def test_an_open_hour_is_good_until_it_ends() -> None:
    verdict = judge(message(wall="2026-11-24T19:00"))
    assert verdict.decision == "allow"
    assert verdict.until is not None
    assert f"{moment(verdict.until).astimezone(zone(EAST[0])):%H:%M}" == "20:00"


@pytest.mark.parametrize("passes", [{"urgent": True}, {"answering": True}, {"purpose": "safety"}])
def test_what_passes(passes: Mapping[str, Any]) -> None:
    assert judge(message(), {**FLORIDA, **passes}).decision == "allow"


def test_a_person_of_whom_no_zone_is_known_never_gets_it_at_a_bad_hour() -> None:
    verdict = judge(message(), {**FLORIDA, "zones": ()})
    assert (verdict.decision, verdict.rule) == ("refuse", "no_common_hour")


def test_a_text_of_nobody_has_no_hours() -> None:
    """`tactful inspect text` asks of a text alone."""
    assert judge(message(), {"country": "US", "purpose": "service"}).decision == "allow"


def test_the_house_sets_other_hours_and_holidays() -> None:
    later = {"US-FL": {"all": "08:00 to 21:00"}}
    assert judge(message(), places=later).decision == "allow"
    france = {"FR": {"all": "10:00 to 20:00", "sat": "never", "sun": "never"}}
    facts = {**FLORIDA, "country": "FR", "zones": ("Europe/Paris",)}
    assert judge(message("+33199005512"), facts, places=france).rule == "FR"
    noon = message("+12055550134", "2026-11-27T12:00")
    central = {**FLORIDA, "zones": ("America/Chicago",)}
    assert judge(noon, central).decision == "allow"
    assert judge(noon, central, holidays=["2026-11-27"]).rule == "US-AL"


@pytest.mark.parametrize(
    ("places", "says"),
    [
        ({"US-FL": {"sunday": "never"}}, "no day `sunday`"),
        ({"US-FL": {"sun": "21:00 to 08:00"}}, "ends before it begins"),
        ({"FR": {"sun": "never"}}, "does not say what holds on mon"),
        ({"Florida": {"sun": "never"}}, "pattern"),
    ],
)
def test_settings_that_make_no_sense_are_told(places: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        QuietHoursSettings(places=places)


def test_other_settings_are_another_version() -> None:
    other = QuietHoursSettings(column="region")
    assert QuietHoursPolicy(other).version != QuietHoursPolicy().version
