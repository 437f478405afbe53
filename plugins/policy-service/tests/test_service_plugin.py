"""The policy is found, takes its settings, judges messages, and `check` and `inspect` show it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import anyio
import pytest

from tactful.plugins.config import parse_config
from tactful.plugins.manager import Plugins
from tactful.runtime.ports import Message, PolicyVerdict
from tactful.testing import sample_message
from tactful_policy_service import ServicePolicy, ServiceSettings

README = Path(__file__).parents[1] / "README.md"


def plugins(settings: str) -> Plugins:
    config = parse_config(settings, Path("tactful.toml"))
    return Plugins(config, data_folder=Path("unused"), environ={})


def why_off(settings: str) -> str:
    (info,) = (info for info in plugins(settings).listing() if info.name == "policy_service")
    return info.why


def ask(message: Message, purpose: str = "service", **settings: Any) -> PolicyVerdict:
    policy = ServicePolicy(ServiceSettings(**settings))

    async def asked() -> PolicyVerdict:
        return await policy.check_message(message, {"purpose": purpose})

    return anyio.run(asked)


def sms(text: str) -> Message:
    return sample_message(text=text)


def test_it_is_there_without_any_setting_and_judges_what_carriers_carry() -> None:
    policy = cast(ServicePolicy, plugins("").policies()["service"])
    assert policy.applies_to == {"sms", "mms", "voice"}


def test_the_settings_of_the_readme_can_be_read() -> None:
    settings = README.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    policy = cast(ServicePolicy, plugins(settings).policies()["service"])
    assert "email" in policy.applies_to


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("channels = ['fax']", "channels"),
        ("languages = ['xx']", "there is no lexicon of the language `xx`"),
        ("off = ['hurry']", "there is no kind of promotion `hurry`"),
        ("allow = ['...']", "there is no word in `...`"),
        ("marketing = ['a|b']", "signs that cannot be looked for"),
    ],
)
def test_a_setting_that_is_none_is_told(line: str, told: str) -> None:
    assert told in why_off(f"[plugins.policy_service]\n{line}\n")


def test_a_refusal_names_its_rule_and_tells_every_finding_with_its_place() -> None:
    text = "Your order shipped. 10% off your next one. Refer a friend and get $20."
    verdict = ask(sms(text))
    assert (verdict.decision, verdict.rule) == ("refuse", "discount")
    assert [found.rule for found in verdict.findings] == ["discount", "referral"]
    for found in verdict.findings:
        assert found.category == "marketing"
        assert found.start is not None
        assert found.end is not None
        assert text[found.start : found.end] in verdict.reason
        assert "Source: Twilio Messaging Policy" in found.help


def test_words_of_the_house_are_allowed() -> None:
    text = "Summer Sale Ltd: your order 4821 comes on Tuesday."
    assert ask(sms(text)).decision == "refuse"
    assert ask(sms(text), allow=["Summer Sale Ltd"]).decision == "allow"
    selling = f"{text} 20% off your next one."
    assert ask(sms(selling), allow=["Summer Sale Ltd"]).rule == "discount"


def test_words_that_the_house_calls_marketing_are() -> None:
    text = "Your table is booked. Happy hour is from 17:00."
    assert ask(sms(text)).decision == "allow"
    assert ask(sms(text), marketing=["happy hour"]).rule == "house"


def test_a_kind_can_be_off_or_only_warned_of() -> None:
    text = "Your order shipped. Refer a friend and get $20."
    assert ask(sms(text), warn=["referral"]).decision == "warn"
    assert ask(sms(text), off=["referral"]).decision == "allow"


def test_what_a_call_leaves_on_a_machine_is_judged_too() -> None:
    call = sample_message("voice", text="Your order is late.")
    spoken = type(call)(
        **{f: getattr(call, f) for f in call.__struct_fields__} | {"leave": "20% off!"}
    )
    assert ask(call).decision == "allow"
    assert ask(spoken).decision == "refuse"


def test_a_safety_message_may_hold_nothing_doubtful() -> None:
    message = sms("Gas leak: leave the house. Please leave a review on Acme Maps.")
    assert ask(message).decision == "warn"
    assert ask(message, "safety").decision == "refuse"


def test_the_version_changes_with_the_settings_so_that_kept_verdicts_are_asked_again() -> None:
    settings = ServiceSettings(off=("review",))
    assert ServicePolicy().version == ServicePolicy().version
    assert ServicePolicy().version != ServicePolicy(settings).version


# ---- the command line ---------------------------------------------------------------------------

FLOW = """\
campaign "Late order"
owner "care@example.com"
purpose service
policy service

audience from csv "orders.csv":
  key order_id
  phone mobile

senders:
  sms from "+353 20 9155 000" through outbox

journey:
  send sms "Your order {{ order_id }} is late; it comes on Tuesday."
  send sms "As a thank you: 20% off with code SORRY20."
"""


def tactful(folder: Path, *words: str, input: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tactful", *words]
    return subprocess.run(
        command, cwd=folder, input=input, capture_output=True, text=True, check=False
    )


def test_check_tells_the_line_that_sells(tmp_path: Path) -> None:
    (tmp_path / "late.flow").write_text(FLOW, encoding="utf-8")
    (tmp_path / "orders.csv").write_text(
        "order_id,mobile\nA-1,+353 87 123 4567\n", encoding="utf-8"
    )
    done = tactful(tmp_path, "check", "--format", "json", "late.flow")
    assert done.returncode == 1
    told = [row for row in json.loads(done.stdout) if "policy `service`" in row["message"]]
    assert [row["line"] for row in told] == [15]
    assert told[0]["code"] == "TF520"
    assert "20% off" in told[0]["message"]


def test_inspect_shows_what_sells_and_where(tmp_path: Path) -> None:
    lines = ['{"text": "20% off all lamps"}', '{"text": "Your order 4821 comes on Tuesday."}']
    done = tactful(tmp_path, "inspect", "text", "--format", "jsonl", input="\n".join(lines) + "\n")
    assert done.returncode == 0, done.stderr
    sells, serves = (json.loads(line) for line in done.stdout.splitlines())
    (found,) = (one for one in sells["findings"] if one["policy"] == "service")
    assert (found["rule"], found["start"], found["end"]) == ("discount", 0, 7)
    assert not [one for one in serves["findings"] if one["policy"] == "service"]


def test_a_message_that_sells_once_it_is_filled_in_does_not_leave(tmp_path: Path) -> None:
    flow = FLOW.replace("policy service\n", "").replace("it comes on Tuesday.", "{{ note }}")
    flow = flow.replace("  phone mobile\n", "  phone mobile\n  column note text\n")
    flow = "".join(line for line in flow.splitlines(keepends=True) if "SORRY20" not in line)
    (tmp_path / "late.flow").write_text(flow, encoding="utf-8")
    rows = (
        "A-1,+353 20 910 1234,It comes on Tuesday.\n",
        "A-2,+353 20 910 1235,20% off your next one!\n",
    )
    (tmp_path / "orders.csv").write_text("order_id,mobile,note\n" + "".join(rows), encoding="utf-8")
    start = "2026-12-01T10:00:00Z"
    done = tactful(tmp_path, "simulate", "late.flow", "--start", start, "--format", "jsonl")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["recipient"] for one in events if one["event"] == "sent"] == ["A-1"]
    (refused,) = (one for one in events if one["event"] == "refused")
    assert (refused["recipient"], refused["by"], refused["code"]) == ("A-2", "service", "discount")
    assert "20% off" in refused["reason"]
