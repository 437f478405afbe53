"""What serves is let through, what sells is refused, and what may sell is warned of."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful_policy_service.judging import Judge, Judgement
from tactful_policy_service.lexicon import KINDS, LANGUAGES, kind_of, marketing_book

DATA = Path(__file__).parent / "data"
SERVE = (DATA / "serve.txt").read_text(encoding="utf-8").splitlines()
SELL = (DATA / "sell.txt").read_text(encoding="utf-8").splitlines()
JUDGE = Judge(marketing_book(LANGUAGES))
ORDER = ["allow", "warn", "refuse"]
FACTS = (
    "Your order 4821 comes on Tuesday.",
    "Your appointment is on 4 March at 15:30.",
    "The payment of €20.00 was received.",
    "Su pedido llega el martes.",
    "Votre commande arrive mardi.",
    "Ihre Bestellung kommt am Dienstag.",
)


@pytest.mark.parametrize("text", SERVE)
def test_a_service_message_is_let_through(text: str) -> None:
    assert JUDGE.judge(text) == Judgement(decision="allow", speaks_of=JUDGE.judge(text).speaks_of)


@pytest.mark.parametrize("text", SELL)
def test_a_message_that_sells_is_refused_with_its_words(text: str) -> None:
    judged = JUDGE.judge(text)
    assert judged.decision == "refuse"
    assert judged.reason
    for one in judged.elements:
        assert text[one.start : one.end] == one.words
        assert KINDS[one.kind].help


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Your lamp has arrived. Please leave a review on Acme Maps.", "review"),
        ("The lamp is back in stock.", "shop_now"),
        ("You may get a rebate for your next purchase.", "discount"),
        ("Siguenos en redes.", "review"),
        ("Your trial ends on 3 May. To keep your files, upgrade your account.", "upsell"),
    ],
)
def test_a_doubtful_message_is_warned_of(text: str, kind: str) -> None:
    judged = JUDGE.judge(text)
    assert (judged.decision, judged.rule) == ("warn", kind)


@pytest.mark.parametrize(
    "text",
    [
        "2\u200b0% o\u200bff all lamps with code SPRING",
        "20% 0ff all lamps",
        "２０％ ｏｆｆ all lamps",
        "20% оff all lamps",
    ],
)
def test_what_is_hidden_from_a_machine_is_read_all_the_same(text: str) -> None:
    assert JUDGE.judge(text).decision == "refuse"


@given(
    st.sampled_from(SERVE + SELL + ["Hurry! It is free.", "Great value, hurry."]),
    st.sampled_from(FACTS),
)
def test_a_fact_that_serves_never_makes_a_text_message_worse(text: str, fact: str) -> None:
    before, after = JUDGE.judge(text), JUDGE.judge(f"{text}\n{fact}")
    assert ORDER.index(after.decision) <= ORDER.index(before.decision)


@given(st.sampled_from(SERVE), st.sampled_from(SELL))
def test_one_thing_that_sells_makes_all_of_a_text_message_promotion(
    serves: str, sells: str
) -> None:
    assert JUDGE.judge(f"{serves}\n{sells}").decision == "refuse"


@given(st.text(max_size=400), st.text(max_size=40), st.booleans())
def test_every_place_is_inside_its_text(text: str, subject: str, mail: bool) -> None:
    for one in JUDGE.judge(text, subject=subject, mail=mail).elements:
        whole = subject if one.part == "subject" else text
        assert 0 <= one.start <= one.end <= len(whole)
        assert whole[one.start : one.end] == one.words


# ---- e-mail -------------------------------------------------------------------------------------

RECEIPT = "This is the receipt for your purchase on June 4. The payment of €42.00 was received."
PROMOTION = "Here is 10% off your next purchase, until Sunday."


@pytest.mark.parametrize(
    ("subject", "text", "decision", "rule"),
    [
        ("Your receipt", RECEIPT, "allow", ""),
        ("Your receipt", f"{RECEIPT}\n\n{PROMOTION}", "warn", "promotion_in_service"),
        ("Your receipt", f"{PROMOTION}\n\n{RECEIPT}", "refuse", "promotion_first"),
        ("10% off for you", RECEIPT, "refuse", "promotional_subject"),
        (None, PROMOTION, "refuse", "promotion_first"),
        ("Your order", f"Your order came. {' '.join(SELL[:6])}", "refuse", "mostly_promotion"),
    ],
)
def test_mixed_mail_is_judged_by_its_subject_and_by_what_stands_first(
    subject: str | None, text: str, decision: str, rule: str
) -> None:
    judged = JUDGE.judge(text, subject=subject, mail=True)
    assert (judged.decision, judged.rule) == (decision, rule)


def test_a_safety_message_carries_nothing_doubtful() -> None:
    text = "Gas leak in Oak Street: leave the house. Leave a review on Acme Maps."
    assert JUDGE.judge(text).decision == "warn"
    assert JUDGE.judge(text, safety=True).decision == "refuse"


# ---- the data -----------------------------------------------------------------------------------


def test_every_rule_of_a_lexicon_has_a_kind_with_its_help_a_source_and_a_date() -> None:
    for rule in marketing_book(LANGUAGES).rules:
        assert rule.source, rule.id
        assert rule.date, rule.id
        if rule.category == "marketing" and not rule.id.startswith("about_"):
            assert kind_of(rule) is not None, rule.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_looks_for_the_kinds_that_matter_most(language: str) -> None:
    kinds = {kind_of(rule) for rule in marketing_book([language]).rules}
    assert {
        "discount", "voucher", "offer", "sale", "free", "urgency", "shop_now", "cross_sell",
        "upsell", "referral", "paid_review", "sweepstakes", "win_back", "loyalty",
    } <= kinds  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "save " * 20_000,
        "2" * 100_000,
        "free \u200b" * 16_000,
        "ｓａｖｅ " * 16_000,
        "buy one get " * 8_000,
        "((((((" * 16_000,
        "review " + "x " * 50_000,
    ],
)
def test_a_text_made_to_hurt_gets_its_verdict(text: str) -> None:
    assert JUDGE.judge(text[:100_000], mail=True).decision in ORDER
