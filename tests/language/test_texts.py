"""Texts with a name: their words for channels and languages, and what is told of them."""

import pytest

from tactful.language.languages import read_language
from tactful.language.wording import NamedText, texts_of
from tests.language.flows import checked
from tests.language.slips_of_texts import FLOW, SLIPS, Slip


def texts(flow: str = FLOW) -> dict[str, NamedText]:
    result = checked(flow)
    assert result.flow is not None, result.diagnostics
    return {text.name: text for text in texts_of(result.flow.nodes)}


def words(text: NamedText, channel: str, language: str) -> str | None:
    template = text.words_for(channel, language)
    return None if template is None else str(template.parts[0]).strip().split(" ")[0]


def test_a_flow_with_texts_has_no_mistakes() -> None:
    assert checked(FLOW).diagnostics == ()


def test_the_words_are_those_for_channel_and_language() -> None:
    apology = texts()["apology"]
    assert words(apology, "sms", "en") == "Hi"
    assert words(apology, "sms", "fr") == "Bonjour"
    assert words(apology, "email", "en") == "Dear"
    assert words(apology, "voice", "en") is None
    subjects = [apology.subject_for("email", language) for language in ("en", "fr")]
    assert [subject and subject.parts[0] for subject in subjects] == [
        "About your order",
        "Votre commande",
    ]
    assert words(texts()["thanks"], "chat", "fr") == "Thank"


def test_the_closest_words_win_and_the_language_before_the_channel() -> None:
    flow = FLOW.replace(
        'text thanks: "Thank you!"',
        "text thanks:\n"
        '  "any"\n'
        '  for sms: "sms"\n'
        '  in fr: "fr"\n'
        '  for chat:\n    in en: "chat-en"\n'
        '  in en:\n    for voice, mms: "voice-en"',
    )
    thanks = texts(flow)["thanks"]
    asked = [("email", "en"), ("sms", "en"), ("sms", "fr"), ("chat", "en"), ("mms", "en")]
    found = [words(thanks, channel, language) for channel, language in asked]
    assert found == ["any", "sms", "fr", "chat-en", "voice-en"]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.new[:40])
def test_a_slip_gives_one_message_on_its_line(slip: Slip) -> None:
    assert slip.old in FLOW
    flow = FLOW.replace(slip.old, slip.new, 1)
    found = checked(flow).diagnostics
    assert [diagnostic.code for diagnostic in found] == [slip.code], found
    assert slip.at in flow.split("\n")[found[0].span.line - 1]


def test_a_text_that_is_never_sent_is_no_obstacle() -> None:
    result = checked(FLOW.replace("send sms thanks", 'send sms "Hi"'))
    assert result.flow is not None
    assert [diagnostic.severity for diagnostic in result.diagnostics] == ["warning"]


def test_the_nearest_name_is_offered_and_stands_in_the_fix() -> None:
    found = checked(FLOW.replace("send sms apology", "send sms apolgy")).diagnostics[0]
    assert found.label == "did you mean `apology`?"
    assert found.fix is not None
    assert [edit.replacement for edit in found.fix.edits] == ["apology"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("fr_ca", "fr-CA"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("gsw", "gsw"),
        ("xx", None),
        ("english", None),
        ("e", None),
        ("en-", None),
    ],
)
def test_a_language_is_read_as_people_write_it(text: str, language: str | None) -> None:
    assert read_language(text) == language
