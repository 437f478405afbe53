"""The policy keeps what every policy keeps, and demands what its rules say, and no more."""

from typing import Any

import anyio
import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from tactful.runtime.facts import Consent
from tactful.runtime.ports import Medium, Message, PolicyVerdict
from tactful.testing import PolicyContract, sample_message
from tactful.values import DAY
from tactful_consent import ConsentPolicy, ConsentSettings

NOW = sample_message().permitted_at
RECORD = Consent("sms", "service", True, NOW - 30 * DAY, "form 12", "web form")
FACTS = {"purpose": "service", "country": "US", "consents": ()}


def judge(message: Message, policy: ConsentPolicy | None = None, **facts: Any) -> PolicyVerdict:
    return anyio.run((policy or ConsentPolicy()).check_message, message, {**FACTS, **facts})


class TestContract(PolicyContract):
    def policy(self) -> ConsentPolicy:
        return ConsentPolicy()

    def allowed(self) -> Message:
        return sample_message("email")

    def refused(self) -> Message:
        return sample_message()


CASES: list[tuple[str, Medium, dict[str, Any], str, str]] = [
    ("a record", "sms", {"consents": (RECORD,)}, "allow", ""),
    ("none", "sms", {}, "refuse", "informational"),
    ("none, by mail", "email", {}, "allow", ""),
    ("for another purpose", "sms", {"consents": (replace(RECORD, purpose="account"),)}, "refuse",
     "informational"),
    ("taken back", "mms", {"consents": (replace(RECORD, given=False),)}, "refuse", "informational"),
    ("an answer", "sms", {"answering": True}, "allow", ""),
    ("for safety", "sms", {"purpose": "safety"}, "allow", ""),
    ("not told", "sms", {"consents": (RECORD, 5)}, "allow", ""),
    ("a call with proof", "voice", {"consents": (RECORD,)}, "allow", ""),
    ("a call without", "voice", {"consents": (replace(RECORD, method=""),)}, "refuse",
     "artificial_voice"),
    ("an answer by call", "voice", {"answering": True}, "refuse", "artificial_voice"),
    ("a call elsewhere", "voice", {"country": "IE"}, "allow", ""),
    ("a mail to Canada", "email", {"country": "CA"}, "allow", ""),
    ("a mail to Canada from a known house", "email", {"country": "CA", "house": "Nemo"}, "warn",
     "casl_sender"),
    ("by its brand", "email", {"country": "CA", "house": "Nemo", "brands": ("Your order",)},
     "allow", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "facts", "decision", "rule"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_each_message_needs_what_its_rules_say(
    channel: Medium, facts: dict[str, Any], decision: str, rule: str
) -> None:
    verdict = judge(sample_message(channel), **facts)
    assert (verdict.decision, verdict.rule) == (decision, rule)


def test_what_the_engine_does_not_tell_is_not_held_against_a_text() -> None:
    said = anyio.run(ConsentPolicy().check_message, sample_message(), {"purpose": "service"})
    assert said.decision == "allow"


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("Your order is late.", "warn"),
        ("Votre commande a du retard. ARRÊT pour arrêter.", "allow"),
        ("Your order is late. Unsubscribe: https://example.com/u", "allow"),
        ("Your order is late. Opt out: reply 9", "allow"),
    ],
)
def test_canada_is_told_how_to_end_it(text: str, decision: str) -> None:
    assert judge(sample_message("email", text=text), country="CA").decision == decision


@pytest.mark.parametrize(
    ("days", "first", "decision"), [(30, True, "allow"), (400, True, "warn"), (400, False, "allow")]
)
def test_an_old_consent_is_to_be_confirmed_in_the_first_message(
    days: int, first: bool, decision: str
) -> None:
    policy = ConsentPolicy(ConsentSettings.model_validate({"reconfirm_after": "365 days"}))
    old = replace(RECORD, at=NOW - days * DAY)
    assert judge(sample_message(), policy, consents=(old,), first=first).decision == decision


@pytest.mark.parametrize("told", ["refuse", "warn", "off"])
def test_a_house_says_what_a_rule_does(told: str) -> None:
    policy = ConsentPolicy(ConsentSettings.model_validate({"rules": {"informational": told}}))
    assert judge(sample_message(), policy).decision == {"off": "allow"}.get(told, told)
    assert (policy.version == ConsentPolicy().version) is False


def test_a_rule_that_there_is_not_is_a_mistake() -> None:
    with pytest.raises(ValidationError, match="there is no rule `informal`"):
        ConsentSettings.model_validate({"rules": {"informal": "off"}})
