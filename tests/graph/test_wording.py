"""What a send says in each language of its flow, and whose language that is."""

import pytest

from tactful.graph.filters import LOCALE
from tactful.graph.languages import language_for, spoken
from tactful.graph.model import Send, Text
from tactful.graph.texts import compile_wordings
from tests.graph.sources import campaign

TEXTS = """\
languages en, fr, de default en

text late:
  subject "Late"
  for sms, chat:
    in en: "It is late."
    in fr: "Il a du retard."
    in de: "Es ist spät."
  for email:
    in fr:
      subject "En retard"
      "Bonjour."
    "Hello."
"""
SENDS = """\
journey:
  send sms late
  send email late
  send email late:
    subject "Mine"
"""


def sends(settings: str = TEXTS, body: str = SENDS) -> list[Send]:
    steps = campaign(body, settings).graph.steps
    return [step for step in steps if isinstance(step, Send)]


def said(text: Text | None) -> str | None:
    return None if text is None else "".join(str(part) for part in text.parts)


def test_a_send_holds_what_it_says_in_every_language() -> None:
    sms, email, own = sends()
    assert (said(sms.text), sms.subject) == ("It is late.", None)
    assert [(one.language, said(one.text), one.subject) for one in sms.wordings] == [
        ("fr", "Il a du retard.", None),
        ("de", "Es ist spät.", None),
    ]
    assert (said(email.text), said(email.subject)) == ("Hello.", "Late")
    assert [(one.language, said(one.text), said(one.subject)) for one in email.wordings] == [
        ("fr", "Bonjour.", "En retard"),
    ]
    assert said(own.subject) == "Mine"
    assert [said(one.subject) for one in own.wordings] == ["Mine"]


def test_the_words_and_the_languages_are_part_of_the_revision_and_the_name_is_not() -> None:
    first = campaign(SENDS, TEXTS).graph
    assert first.languages == ("en", "fr", "de")
    other_words = campaign(SENDS, TEXTS.replace("Bonjour", "Salut")).graph
    other_default = campaign(SENDS, TEXTS.replace("default en", "default fr")).graph
    renamed = campaign(SENDS.replace(" late", " delayed"), TEXTS.replace("late:", "delayed:", 1))
    moved = TEXTS.replace("languages en, fr, de default en\n", "")
    later = campaign(SENDS, f"{moved}\nlanguages en, fr, de default en\n").graph
    assert first.revision not in (other_words.revision, other_default.revision)
    assert first.revision == renamed.graph.revision == later.revision


@pytest.mark.parametrize(
    ("locale", "languages", "language"),
    [
        ("fr", ("en", "fr"), "fr"),
        ("fr-CA", ("en", "fr"), "fr"),
        ("fr-CA", ("en", "fr", "fr-CA"), "fr-CA"),
        ("zh-Hant-TW", ("en", "zh-Hant", "zh"), "zh-Hant"),
        ("pt", ("en", "pt-BR"), "pt-BR"),
        ("pt-PT", ("en", "pt-BR"), "pt-BR"),
        ("de", ("en", "fr"), None),
    ],
)
def test_a_person_gets_the_nearest_language(
    locale: str, languages: tuple[str, ...], language: str | None
) -> None:
    assert language_for(locale, languages) == language


@pytest.mark.parametrize(
    ("locale", "languages", "expected"),
    [
        ("fr-CA", ("en", "fr"), "fr-CA"),
        ("de", ("en", "fr"), "en"),
        (None, ("fr", "en"), "fr"),
        ("de", (), "de"),
        (None, (), None),
    ],
)
def test_a_person_is_spoken_to_in_their_language_or_the_default(
    locale: str | None, languages: tuple[str, ...], expected: str | None
) -> None:
    assert spoken(locale, languages) == expected


def test_the_text_of_the_readers_language_is_filled_in() -> None:
    text = {word: Text(parts=(word,)) for word in ("en", "pt-PT", "fr")}
    languages = ("pt-BR", "en", "pt-PT", "fr")
    render = compile_wordings(Text(parts=("pt-BR",)), text, languages)
    asked = [None, "fr-CA", "pt", "pt-PT", "pt-AO", "de", 7]
    said = [render({LOCALE: locale}) for locale in asked]
    assert said == ["pt-BR", "fr", "pt-BR", "pt-PT", "pt-BR", "pt-BR", "pt-BR"]
