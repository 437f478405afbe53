"""Senders as flows write them, and the settings of the plugin."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.guard.addresses import AddressProblem
from tactful.plugins.config import parse_config
from tactful.plugins.manager import Plugins
from tactful.runtime.ports import Paced
from tactful_twilio.senders import Sender, judge, read_sender

SERVICE = "MG0123456789abcdef0123456789abcdef"
ENVIRON = {"TOKEN": "a-token", "KEY": "a-key"}
SID = "AC0123456789abcdef0123456789abcdef"
LEAST = f'account_sid = "{SID}"\nauth_token = {{ env = "TOKEN" }}\n'


@pytest.mark.parametrize(
    ("text", "address", "kind"),
    [
        ("+353 1 555 0100", "+35315550100", "number"),
        ("+1 (555) 222-0000", "+15552220000", "number"),
        ("+1 500 555 0006", "+15005550006", "number"),
        ("+1 888 234 5678", "+18882345678", "toll-free"),
        ("+44 800 123 4567", "+448001234567", "toll-free"),
        ("72345", "72345", "short code"),
        ("Acme Care", "Acme Care", "name"),
        (SERVICE, SERVICE, "service"),
    ],
)
def test_a_sender_is_read(text: str, address: str, kind: str) -> None:
    assert read_sender(text) == Sender(address, kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["", "+", "087 123 4567", "Acme Customer Care", "ann@example.com", "AC" + "0" * 32, "\n"],
)
def test_what_cannot_send_is_told(text: str) -> None:
    assert isinstance(read_sender(text), AddressProblem)
    (finding,) = judge("sms", text)
    assert (finding.severity, finding.code) == ("error", "twilio_sender_unreadable")
    assert "MG" in finding.help


@pytest.mark.parametrize(
    ("medium", "text", "severity", "code"),
    [
        ("sms", "72345", "warning", "twilio_sender_short_code"),
        ("sms", "Acme", "warning", "twilio_sender_name"),
        ("mms", "Acme", "error", "twilio_sender_no_mms"),
        ("sms", "+18882345678", "note", "twilio_sender_toll_free"),
        ("sms", "+12125550100", "note", "twilio_sender_10dlc"),
    ],
)
def test_other_rules_of_consent_and_registration_are_told(
    medium: str, text: str, severity: str, code: str
) -> None:
    (finding,) = judge(medium, text)
    assert (finding.severity, finding.code) == (severity, code)
    assert finding.help


def test_of_an_ordinary_number_or_a_service_nothing_is_told() -> None:
    assert not [*judge("sms", "+35315550100"), *judge("sms", SERVICE)]


@given(st.text(max_size=60), st.sampled_from(["sms", "mms", "voice"]))
def test_whatever_is_written_is_judged(text: str, medium: str) -> None:
    assert all(finding.message for finding in judge(medium, text))


# ---- settings ------------------------------------------------------------------------------------


def plugins(folder: Path, settings: str) -> Plugins:
    config = parse_config(f"[plugins.twilio]\n{settings}", folder / "tactful.toml")
    return Plugins(config, data_folder=folder / ".tactful", environ=ENVIRON)


def test_the_channel_is_found_with_the_least_settings(tmp_path: Path) -> None:
    channel = plugins(tmp_path, LEAST).channels().need("twilio")
    assert isinstance(channel, Paced)
    assert set(channel.media) == {"sms", "mms", "voice"}
    assert channel.confirms_opt_out


@pytest.mark.parametrize(
    ("medium", "sender", "rate"),
    [
        ("sms", "+1 212 555 0100", "1 per second"),
        ("sms", "+1 888 234 5678", "3 per second"),
        ("sms", "+353 1 555 0100", "10 per second"),
        ("sms", "72345", "40 per second"),
        ("mms", "72345", "40 per second"),
        ("sms", SERVICE, None),
        ("voice", "+353 1 555 0100", "1 per second"),
        ("sms", "nobody in particular", None),
    ],
)
def test_a_sender_has_the_rate_that_is_set_or_that_of_its_kind(
    medium: str, sender: str, rate: str | None, tmp_path: Path
) -> None:
    settings = LEAST + '[plugins.twilio.senders."72345"]\nrate = "40 per second"\n'
    channel = plugins(tmp_path, settings).channels().need("twilio")
    assert isinstance(channel, Paced)
    found = channel.pace_of(medium, sender)
    assert (None if found is None else str(found)) == rate


MISTAKES: list[tuple[str, str]] = [
    ("", "account_sid"),
    (f'account_sid = "{SID}"\nauth_token = "secret"', "does not stand in the file"),
    ('account_sid = "AC1"\nauth_token = { env = "TOKEN" }', "begins with AC"),
    (LEAST + 'messaging_service = "+353"', "begins with MG"),
    (LEAST + f'api_key = "SK{SID[2:]}"', "api_secret"),
    (LEAST + 'api_secret = { env = "KEY" }', "api_key"),
    (LEAST + 'validity = "11 hours"', "5 seconds to 10 hours"),
    (LEAST + 'validity = "4 seconds"', "5 seconds to 10 hours"),
    (LEAST + 'timeout = "30 seconds"', "30 seconds"),
    (LEAST + 'base_url = "api.twilio.com"', "not a web address"),
    (LEAST + "at_once = 0", "at_once"),
    (LEAST + "smart_encodings = true", "smart_encoding"),
    (LEAST + '[plugins.twilio.senders."nobody of ours"]', "nobody of ours"),
    (LEAST + '[plugins.twilio.senders."72345"]\nrate = "0 per second"', "nothing would ever"),
]


@pytest.mark.parametrize(("settings", "told"), MISTAKES, ids=[told for _, told in MISTAKES])
def test_a_mistake_in_the_settings_is_told(settings: str, told: str, tmp_path: Path) -> None:
    made = plugins(tmp_path, settings)
    (info,) = (one for one in made.listing() if one.name == "twilio")
    assert info.state == "failed"
    assert told in info.why
    assert "a-token" not in info.why


def test_no_secret_is_shown(make: Any) -> None:
    channel = make("http://127.0.0.1:1")
    assert "token-of-the-local-account" not in repr(vars(channel)) + repr(channel._settings)
