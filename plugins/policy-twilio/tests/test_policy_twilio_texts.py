"""Texts are refused, warned of or let through as the carrier's rules say, with reasons."""

from collections.abc import Mapping
from typing import Any

import anyio
import pytest

from tactful.runtime.ports import Medium, PolicyVerdict
from tactful.testing import sample_message
from tactful_policy_twilio import TwilioPolicy, TwilioPolicySettings

POLICY = TwilioPolicy()


def judge(
    text: str, *, to: str = "", channel: Medium = "sms", policy: TwilioPolicy = POLICY, **facts: Any
) -> PolicyVerdict:
    message = sample_message(channel, text=text, to=to)
    known: Mapping[str, Any] = {"purpose": "service", "locale": "en", **facts}
    return anyio.run(policy.check_message, message, known)


ALLOWED = [
    "Your parcel comes today between 10 and 12. Track it at https://track.example.com/8231",
    "Acme: your prescription is ready for pick-up at Main Street. Reply STOP to opt out.",
    "Your code is 482913. Never share it with anyone.",
    "Your account was locked after five wrong passwords. Sign in to see what happened.",
    "Your payment of £25.00 failed. We try again on Friday.",
    "Reminder: dental appointment tomorrow at 9:30. Call us to change it.",
    "We refund 20% of your fee, since the power was out for 6 hours.",
    "You won your appeal. The letter is on its way.",
    "Questions? Answer here, or open our live chat at https://example.com/help.",
    "Your loan payment of $210 is due on 1 March.",
    "The library closes at 5. Women and men who take the late shift meet at gate 4.",
    "Support for immigrants and refugees: your interview is on Monday.",
    "A nurse will call you about quitting smoking.",
    "Tu pedido está en camino. Llegará el martes entre las 10 y las 12.",
    "Votre commande 1042 a été expédiée. Merci de votre confiance.",
    "Ihre Bestellung wurde versandt. Die Lieferung kommt am Dienstag.",
    "Ваш заказ отправлен и будет доставлен во вторник.",
    "ご注文の商品を発送しました。",
    "تم شحن طلبك وسيصل يوم الثلاثاء.",
]

REFUSED = [
    ("You have WON a £1000 prize! Call 09061234567 now to claim", "fraud"),
    ("URGENT: your bank account is suspended. Verify at http://secure-login.example.xyz", "fraud"),
    (
        "Your parcel is held. Pay the customs fee of £1.99 at https://post-fee.example.top/x",
        "fraud",
    ),
    ("Please reply with the code we just sent to confirm it is you", "fraud"),
    ("We hold the balance of your wallet. Complete your KYC today, call 08536074310", "fraud"),
    ("Your bank card was de-activated. To use it again call 02079460018", "fraud"),
    ("Phishing simulation by the IT department: click here", "fraud"),
    ("New indica strain in stock, 24% THC. Come by today!", "cannabis"),
    ("CBD gummies: your order has shipped", "cannabis"),
    ("Buy Viagra online, no prescription needed", "prescription"),
    ("Lowest price on Ozempic this week", "prescription"),
    ("Muslims are vermin and should all be deported", "hate"),
    ("I hate women", "hate"),
    ("I will kill you", "hate"),
    ("Hot singles in your area! Text CHAT to 69888, 150p per msg", "adult"),
    ("Get a new ringtone every week! Text TONE to 87077, £1.50/week", "paid_content"),
    ("Free spins at our online casino, deposit now", "gambling"),
    ("Payday loans, bad credit welcome, apply now", "lending"),
    ("Double your bitcoin in a week", "investment"),
    ("Get out of debt: credit repair that works", "debt"),
    ("Work from home and earn $5000 a week", "get_rich"),
    ("Fresh mortgage leads for sale", "leads"),
    ("Kratom in stock", "illegal_goods"),
    ("Glock pistols on sale, 20% off all ammo", "firearms"),
    ("New vape flavours, order now", "tobacco"),
    ("Half price wine this weekend only", "alcohol"),
    ("Your phone is infected! Install the app at https://x.example.com/clean.apk", "malware"),
]


@pytest.mark.parametrize("text", ALLOWED)
def test_what_serves_is_let_through(text: str) -> None:
    verdict = judge(text)
    assert verdict.decision == "allow", verdict


@pytest.mark.parametrize(("text", "category"), REFUSED)
def test_what_carriers_never_take_is_refused_and_told(text: str, category: str) -> None:
    verdict = judge(text, country="US")
    assert verdict.decision == "refuse", verdict
    assert category in {found.category for found in verdict.findings}, verdict
    for found in verdict.findings:
        assert found.message
        assert "Rule: " in found.help
        if found.start is not None:
            assert 0 <= found.start < (found.end or 0) <= len(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Reply ST0P to end", "digits_for_letters"),
        ("Reply S T O P to end", "spaced_letters"),
        ("Your раypal account", "mixed_script"),
        ("Your ord\u200ber is here", "invisible_characters"),
        ("Track it: https://bit.ly/3xYz", "public_shortener"),
        ("Track it: http://192.0.2.10/a", "link_hides_its_host"),
        ("Track it: https://acme.example@evil.example.net/", "link_hides_its_host"),
        ("I h4te women", "hidden_word"),
        ("Ihatewomen", "hatred_of_a_group"),
        ("Those w o m e n should be killed", "hidden_word"),
    ],
)
def test_evasion_is_refused_by_a_rule_of_its_own(text: str, rule: str) -> None:
    verdict = judge(text, country="IE")
    assert verdict.decision == "refuse"
    assert rule in {found.rule for found in verdict.findings}, verdict


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("𝗬𝗼𝘂𝗿 order is here", "fancy_letters"),
        ("See http://example.com/a", "link_without_https"),
    ],
)
def test_what_carriers_only_dislike_is_a_warning(text: str, rule: str) -> None:
    verdict = judge(text, country="IE")
    assert (verdict.decision, verdict.rule) == ("warn", rule)


def test_a_link_is_compared_with_the_domains_of_the_house() -> None:
    domains = ("acme.example",)
    assert judge("See https://track.acme.example/1", domains=domains).decision == "allow"
    verdict = judge("See https://track.other.example/1", domains=domains)
    assert (verdict.decision, verdict.rule) == ("warn", "link_of_another_domain")


CBD = "Our CBD oil is back"


@pytest.mark.parametrize(
    ("facts", "decision"),
    [
        ({"country": "US"}, "refuse"),
        ({"country": "ca"}, "refuse"),
        ({"country": "DE"}, "allow"),
        ({"to": "+12125550123"}, "refuse"),
        ({"to": "+4930123456"}, "allow"),
        ({}, "refuse"),
    ],
)
def test_what_counts_is_where_the_recipient_lives(facts: dict[str, Any], decision: str) -> None:
    assert judge(CBD, **facts).decision == decision


def test_a_country_that_is_not_known_is_told() -> None:
    told = judge(CBD).findings[0].message
    assert "country is not known, so the rule of US and CA is taken" in told


@pytest.mark.parametrize("business", ["cannabis", "Medical Cannabis Dispensary", "hemp and CBD"])
def test_a_cannabis_business_is_refused_whatever_it_says(business: str) -> None:
    text = "Your code is 482913."
    verdict = judge(text, country="US", business=business)
    assert (verdict.decision, verdict.rule) == ("refuse", "cannabis_business")
    assert verdict.findings[0].start is None
    assert judge(text, country="DE", business=business).decision == "allow"
    assert judge(text, country="US", business="bakery").decision == "allow"


def test_all_findings_are_told_refusals_first() -> None:
    verdict = judge("Free casino spins! Buy Viagra at http://bit.ly/x", country="US")
    rules = [found.rule for found in verdict.findings]
    assert {"gambling_offered", "public_shortener", "link_without_https"} <= set(rules)
    assert rules[0] == verdict.rule
    assert rules[-1] == "link_without_https"


FIRST = "Your parcel comes today."


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (FIRST, {"no_sender_named", "no_way_to_stop"}),
        (f"Acme: {FIRST}", {"no_way_to_stop"}),
        (f"Acme: {FIRST} Reply STOP to unsubscribe.", set()),
        (f"ACME here. {FIRST} Text STOP to opt out.", set()),
        (f"Acme: {FIRST} Responde STOP para no recibir más.", set()),
    ],
)
def test_a_first_message_says_who_writes_and_how_to_stop(text: str, rules: set[str]) -> None:
    verdict = judge(text, first=True, brands=("Acme",))
    assert {found.rule for found in verdict.findings} == rules
    assert verdict.decision == ("warn" if rules else "allow")
    helps = " ".join(found.help for found in verdict.findings)
    assert ("`Acme:`" in helps) is ("no_sender_named" in rules)
    assert ("`Reply STOP to unsubscribe.`" in helps) is ("no_way_to_stop" in rules)


def test_a_later_message_need_not() -> None:
    assert judge(FIRST, first=False, brands=("Acme",)).decision == "allow"


def test_a_house_that_has_not_said_who_it_is_is_not_asked_to_name_itself() -> None:
    verdict = judge(FIRST, first=True)
    assert [found.rule for found in verdict.findings] == ["no_way_to_stop"]


SPINS = "Free spins at our online casino, deposit now"


@pytest.mark.parametrize(
    ("categories", "country", "decision"),
    [
        ({"gambling": "off"}, "US", "allow"),
        ({"gambling": "warn"}, "US", "warn"),
        ({"gambling": {"GB": "off"}}, "GB", "allow"),
        ({"gambling": {"GB": "off"}}, "US", "refuse"),
        ({"evasion": "refuse"}, "US", "refuse"),
    ],
)
def test_a_house_judges_categories_otherwise(
    categories: dict[str, Any], country: str, decision: str
) -> None:
    policy = TwilioPolicy(TwilioPolicySettings(categories=categories))
    assert judge(SPINS, country=country, policy=policy).decision == decision
    assert policy.version != POLICY.version


@pytest.mark.parametrize(
    ("born", "decision"),
    [("1990-05-01", "allow"), ("2015-05-01", "refuse"), ("", "refuse"), ("YES I am 21", "refuse")],
)
def test_alcohol_needs_a_date_of_birth(born: str, decision: str) -> None:
    policy = TwilioPolicy(TwilioPolicySettings(age_gate="born"))
    assert judge("Half price wine tonight", policy=policy, born=born).decision == decision


def test_words_and_shorteners_of_the_house_count() -> None:
    settings = TwilioPolicySettings(words={"firearm": ("crossbow",)}, shorteners=("sho.example",))
    policy = TwilioPolicy(settings)
    assert judge("Crossbow on sale", policy=policy).rule == "firearms_offered"
    assert judge("See https://sho.example/1", policy=policy).rule == "public_shortener"


def test_a_subject_is_judged_with_the_text() -> None:
    message = sample_message("email", text="Hello.", subject="Buy Viagra online")
    verdict = anyio.run(POLICY.check_message, message, {})
    assert verdict.decision == "refuse"
    assert all(found.start is None for found in verdict.findings)


def test_more_words_than_can_be_judged_are_refused() -> None:
    assert judge("a " * 50_000, channel="email").rule == "too_many_words"
