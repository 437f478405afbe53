"""A campaign is judged as it is written: text by text with its line, or all of it at once."""

from typing import Any

from tactful.runtime.ports import Finding, FlowText, FlowView
from tactful_policy_service import ServicePolicy

SELLS = "20% off all lamps with code SPRING."
SERVES = "Your order {{ order_id }} comes on {{ new_date | day }}."


def judged(*texts: FlowText, purpose: Any = "service") -> list[Finding]:
    flow = FlowView(name="late", owner="care@example.com", purpose=purpose, texts=texts)
    return list(ServicePolicy().check_flow(flow))


def text(said: str, line: int, **more: Any) -> FlowText:
    return FlowText(**{"channel": "sms", "stage": "journey", "text": said, "line": line, **more})


def test_a_campaign_that_serves_gets_no_finding() -> None:
    assert judged(text(SERVES, 1), text("Thank you, see you on {{ day }}.", 2)) == []


def test_a_text_that_sells_is_an_error_in_its_line_with_its_words_and_a_remedy() -> None:
    (finding,) = judged(text(SERVES, 1), text(SELLS, 7))
    assert (finding.severity, finding.line) == ("error", 7)
    assert "a discount (“20% off”)" in finding.message
    assert "Take the discount out" in finding.help


def test_a_doubtful_text_is_a_warning() -> None:
    (finding,) = judged(text(SERVES, 1), text("Please leave a review on Acme Maps.", 7))
    assert (finding.severity, finding.code, finding.line) == ("warning", "review", 7)


def test_the_same_text_sent_twice_is_told_once_with_both_lines() -> None:
    (finding,) = judged(text(SERVES, 1), text(SELLS, 7), text(SELLS, 9))
    assert finding.line == 7
    assert finding.message.endswith("also in line 9")


def test_doubtful_texts_stay_apart_so_that_each_can_be_approved() -> None:
    doubtful = text("Please leave a review on Acme Maps.", 7)
    found = judged(text(SERVES, 1), doubtful, text("Thanks! Please leave a review now.", 9))
    assert [one.line for one in found] == [7, 9]


def test_a_campaign_of_which_every_text_sells_is_told_so_once() -> None:
    (finding,) = judged(
        text(SELLS, 3),
        text("Refer a friend and get $20.", 5),
        text("Rebajas de verano: hasta el 50 %.", 5, language="es"),
    )
    assert (finding.severity, finding.code, finding.line) == ("error", "marketing_campaign", 3)
    assert "lines 3, 5" in finding.message
    assert "`service`" in finding.message


def test_a_language_that_sells_is_named() -> None:
    (finding,) = judged(
        text(SERVES, 1),
        text(SERVES, 3, language="en"),
        text("Soldes d'été : -50 %", 3, language="fr"),
    )
    assert "in `fr`" in finding.message


def test_a_blank_is_a_neutral_fact_and_told_as_it_is_written() -> None:
    assert judged(text("{{ first_name }}, {{ order_total | money }} is due.", 1)) == []
    (saving,) = judged(text(SERVES, 1), text("Save {{ amount | money }} today only!", 2))
    assert "“Save {{ amount | money }}”" in saving.message
    (percent,) = judged(text(SERVES, 1), text("{{ percent }}% off for you", 2))
    assert "“{{ percent }}% off”" in percent.message


def test_the_subject_of_a_mail_counts() -> None:
    (finding,) = judged(
        text(SERVES, 1), text(SERVES, 2, channel="email", subject="20% off, and your order")
    )
    assert finding.code == "promotional_subject"


def test_what_is_declared_as_safety_speaks_of_safety() -> None:
    (finding,) = judged(text(SERVES, 1), purpose="safety")
    assert (finding.severity, finding.code) == ("warning", "other_purpose")
    assert "purpose service" in finding.help
    assert judged(text("Gas leak in Oak Street. Leave the house now.", 1), purpose="safety") == []
