"""Campaigns are judged as they are written, each line once for each rule."""

import pytest

from tactful.errors import ConfigInvalid
from tactful.runtime.ports import FlowText, FlowView, House
from tactful_policy_twilio import TwilioPolicy, TwilioPolicySettings

POLICY = TwilioPolicy()


def flow(*texts: str) -> FlowView:
    said = tuple(
        FlowText(channel="sms", stage="journey", text=text, line=line)
        for line, text in enumerate(texts, 10)
    )
    return FlowView(name="late", owner="care@example.com", purpose="service", texts=said)


def test_findings_tell_their_line() -> None:
    findings = POLICY.check_flow(flow("All is well.", "Free spins at our casino!", "Bye"))
    assert [(one.severity, one.code, one.line) for one in findings] == [
        ("error", "gambling_offered", 11)
    ]


def test_what_only_some_countries_refuse_is_a_warning() -> None:
    (finding,) = POLICY.check_flow(flow("Your CBD oil is on its way"))
    assert finding.severity == "warning"
    assert "US and CA" in finding.message


def test_what_is_filled_in_later_says_nothing_yet() -> None:
    assert (
        POLICY.check_flow(flow("{{ casino }} {{ viagra | upper }} https://a.example/{{ id }}"))
        == []
    )


def test_it_judges_the_carrier_channels_without_being_named() -> None:
    assert POLICY.applies_to == {"sms", "mms", "voice"}
    settings = TwilioPolicySettings(channels=("sms",))
    assert TwilioPolicy(settings).applies_to == {"sms"}


def test_a_first_message_is_mended_with_the_name_and_the_way_to_stop() -> None:
    text = FlowText(channel="sms", stage="journey", text="Your parcel comes today.", first=True)
    view = FlowView(
        name="late",
        owner="care@example.com",
        purpose="service",
        texts=(text,),
        house=House(name="Acme Ltd", brands=("Acme",)),
    )
    fixes = [one.fix for one in POLICY.check_flow(view)]
    assert [(fix.before, fix.after) for fix in fixes if fix is not None] == [
        ("Acme: ", ""),
        ("", " Reply STOP to unsubscribe."),
    ]


@pytest.mark.parametrize(
    "settings",
    [TwilioPolicySettings(categories={"gamblin": "off"}), TwilioPolicySettings(words={"gun": ()})],
)
def test_settings_that_name_nothing_are_a_mistake(settings: TwilioPolicySettings) -> None:
    with pytest.raises(ConfigInvalid, match="there is no such"):
        TwilioPolicy(settings)
