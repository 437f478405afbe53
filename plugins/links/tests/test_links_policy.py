"""The policy keeps what every policy keeps, and finds bad links wherever they stand."""

import os
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.runtime.ports import FlowText, FlowView, Message, PolicyVerdict
from tactful.testing import PolicyContract, sample_message
from tactful_links import LinksPolicy, LinksSettings
from tactful_links.listed import DomainList
from tactful_links.policy import LOOK_EVERY

OWN = {"domains": ("paypal.com",)}


def judge(text: str, policy: LinksPolicy | None = None) -> PolicyVerdict:
    asked = policy or LinksPolicy(LinksSettings())
    return anyio.run(asked.check_message, sample_message(text=text), OWN)


@pytest.fixture
def listed(tmp_path: Path) -> LinksPolicy:
    (tmp_path / "bad.txt").write_text("bad[.]example\nlent.pages.dev\namlbot[.]website\n")
    return LinksPolicy(LinksSettings(lists=("bad.txt",), allow=("known.bad.example",)), tmp_path)


class TestContract(PolicyContract):
    def policy(self) -> LinksPolicy:
        return LinksPolicy(LinksSettings(domains=("paypal.com",)))

    def refused(self) -> Message:
        return sample_message(text="Your order is late: https://paypal-login.top/late")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("See https://bad.example/x", "known_phishing_domain"),
        ("See https://a.b.bad.example", "known_phishing_domain"),
        ("See lent.pages.dev/login.", "known_phishing_domain"),
        ("See amlbot.website and tell us", "known_phishing_domain"),
        ("See https://paypal.com@bad.example", "user_in_link"),
        ("See http://192.0.2.7/pay", "number_as_host"),
        ("See http://0x7f.1/pay", "number_as_host"),
        ("See http://3232235777/pay", "number_as_host"),
        ("See http://[2001:db8::1]/pay", "number_as_host"),
        ("See https://p\u0430ypal.com/x", "drawn_alike"),
        ("See https://xn--pypal-4ve.com/x", "drawn_alike"),
        ("See www.paypa1.com", "drawn_alike"),
        ("See https://paypal.com.safe.top/x", "built_in"),
        ("See https://paypal.com/1 " * 51, "too_many_links"),
    ],
)
def test_what_is_refused(text: str, rule: str, listed: LinksPolicy) -> None:
    verdict = judge(text, listed)
    assert (verdict.decision, verdict.rule) == ("refuse", rule)
    finding = verdict.findings[0]
    assert finding.help
    assert finding.start is not None
    assert text[finding.start : finding.end] in text.removeprefix("See ")


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("See https://paypal.com/order/7", "allow"),
        ("See https://help.paypal.com.", "allow"),
        ("See https://known.bad.example/x", "allow"),
        ("See https://pages.dev/x", "allow"),
        ("See https://paypal.com/1 " * 50, "allow"),
        ("See pay\u200bpal.com, and https://help.pay\u200bpal.com/x", "allow"),
        ("See https://example.com/bad.example", "allow"),
        ("Your order is late. Sorry.We know.", "allow"),
        ("See https://b\u00fccher.example", "warn"),
        ("See https://paypal.net", "warn"),
    ],
)
def test_what_is_not(text: str, decision: str, listed: LinksPolicy) -> None:
    assert judge(text, listed).decision == decision


def test_a_list_that_changes_is_read_again(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text("one.example\n")
    policy = LinksPolicy(LinksSettings(lists=("bad.txt",)), tmp_path)
    before = policy.version
    assert judge("See https://two.example", policy).decision == "allow"
    bad.write_text("one.example\ntwo.example\n")
    os.utime(bad, (1_900_000_000, 1_900_000_000))
    policy._looked = anyio.run(_now) - LOOK_EVERY  # as if that long had passed
    assert judge("See https://two.example", policy).decision == "refuse"
    assert policy.version != before
    bad.unlink()
    (told,) = policy.check_flow(_flow("Your order is late."))
    assert told.code == "list_unreadable"
    assert judge("See https://two.example", policy).decision == "refuse"


def test_a_campaign_is_told_each_bad_link_with_its_line() -> None:
    policy = LinksPolicy(LinksSettings(domains=("paypal.com",)))
    flow = _flow("See https://paypa1.com/{{ order_id }}", "All is well: https://{{ host }}/x")
    (found,) = policy.check_flow(flow)
    assert (found.severity, found.code, found.line) == ("error", "drawn_alike", 1)


def test_what_a_subject_links_to_counts() -> None:
    policy = LinksPolicy(LinksSettings(domains=("paypal.com",)))
    message = sample_message("email", text="Hello", subject="https://paypa1.com")
    verdict = anyio.run(policy.check_message, message, {})
    assert verdict.decision == "refuse"
    assert verdict.findings[0].start is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_known_domain_is_found_in_any_text(before: str, after: str) -> None:
    text = f"{before} https://evil.example/x {after}"
    policy = LinksPolicy(LinksSettings())
    policy._lists = [DomainList(Path("known.txt"), frozenset({"evil.example"}), (0, 0))]
    assert judge(text, policy).decision == "refuse"


async def _now() -> float:
    return anyio.current_time()


def _flow(*texts: str) -> FlowView:
    said = tuple(
        FlowText(channel="sms", stage="journey", text=text, line=number)
        for number, text in enumerate(texts, 1)
    )
    return FlowView(name="late", owner="care@paypal.com", purpose="service", texts=said)
