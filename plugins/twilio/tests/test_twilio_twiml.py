"""What a call says: documents that every XML parser reads, whatever the text is made of."""

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.runtime.ports import Message, Refused
from tactful.testing.samples import sample_message
from tactful_twilio.hooks import Hooks
from tactful_twilio.voice.calls import Spoken
from tactful_twilio.voice.phrases import languages, phrases_for, spoken_as
from tactful_twilio.voice.script import Script, nobody_here
from tactful_twilio.voice.settings import VoiceSettings
from tactful_twilio.voice.twiml import LONGEST_INLINE, Ask, HangUp, Say, document

KEY, AGAIN = "https://care.example.com/hooks/twilio/key?attempt=7", "https://again.example.com/"


def call(**changes: Any) -> Message:
    plain: dict[str, Any] = {"text": "Your table is ready. Press 1 to keep it.", "keys": ("1",)}
    return sample_message("voice", 7, **(plain | changes))


def script(message: Message, **choices: Any) -> Script:
    return Script(message, VoiceSettings.model_validate({"caller": "Acme"} | choices))


def read(twiml: bytes) -> list[Any]:
    """Return a document as nested tuples: what is said, what is asked, and the end."""

    def of(element: ElementTree.Element) -> Any:
        match element.tag:
            case "Say":
                return element.text
            case "Gather":
                return [element.get("action"), *map(of, element)]
        return element.tag

    root = ElementTree.fromstring(twiml)
    assert root.tag == "Response"
    return [of(element) for element in root]


def test_a_person_hears_who_calls_the_text_and_the_opt_out_twice_and_goodbye() -> None:
    said = ["This is Acme.", call().text, "To get no more calls from us, press 9."]
    assert read(script(call()).opening(KEY, AGAIN)) == [
        [KEY, *said],
        [AGAIN, *said],
        "Goodbye.",
        "Hangup",
    ]


def test_news_without_keys_is_told_once_and_waits_a_moment_for_the_opt_out() -> None:
    opening = read(script(call(keys=())).opening(KEY, AGAIN))
    assert [one[0] if isinstance(one, list) else one for one in opening] == [
        KEY,
        "Goodbye.",
        "Hangup",
    ]
    plain = read(script(call(keys=()), opt_out_key="").opening(KEY, AGAIN))
    assert plain == ["This is Acme.", call().text, "Hangup"]


@pytest.mark.parametrize(
    ("keys", "key", "announced"),
    [(("1", "9"), "9", False), (("1",), "9", True), (("1",), "*", True), (("1",), "", False)],
)
def test_the_opt_out_is_announced_unless_the_flow_needs_its_key(
    keys: tuple[str, ...], key: str, announced: bool
) -> None:
    heard = script(call(keys=keys), opt_out_key=key)
    assert (f"press {key}.".encode() in heard.opening(KEY, AGAIN)) is announced
    assert heard.opt_out_key == (key if announced else None)


def test_who_calls_is_not_said_twice() -> None:
    text = "Hello, this is ACME about your table. Press 1 to keep it."
    assert b"This is Acme." not in script(call(text=text)).opening(KEY, AGAIN)
    assert b"This is" not in script(call(), caller=None).opening(KEY, AGAIN)


def test_a_key_that_means_nothing_is_asked_for_once_more() -> None:
    again = read(script(call()).once_more(AGAIN))
    assert again[0][0] == AGAIN
    assert again[1:] == ["Goodbye.", "Hangup"]


def test_a_machine_is_told_what_is_left_for_it_or_nothing() -> None:
    assert read(script(call(leave="Call us back.")).left()) == [
        "This is Acme.",
        "Call us back.",
        "Hangup",
    ]
    assert read(script(call()).left()) == ["Hangup"]


def test_keys_are_heard_one_at_a_time_and_star_and_hash_are_keys_too() -> None:
    root = ElementTree.fromstring(script(call(), key_timeout="8 seconds").opening(KEY, AGAIN))
    gather = root.find("Gather")
    assert gather is not None
    assert gather.attrib == {
        "input": "dtmf",
        "numDigits": "1",
        "finishOnKey": "",
        "timeout": "8",
        "method": "POST",
        "action": KEY,
    }


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "en-US"), ("en-IE", "en-GB"), ("en-AU", "en-AU"), ("en_us", "en-US"),
        ("fr-CA", "fr-CA"), ("fr-BE", "fr-FR"), ("es-AR", "es-MX"), ("pt-PT", "pt-PT"),
        ("zh-Hant-TW", "zh-TW"), ("sv", "sv-SE"), ("cy", "en-US"), ("", "en-US"), (None, "en-US"),
    ],
)  # fmt: skip
def test_a_text_is_spoken_in_its_own_language(locale: str | None, said: str) -> None:
    assert spoken_as(locale) == said
    told = script(call(keys=(), locale=locale), opt_out_key="").told()
    assert f'language="{said}"'.encode() in told


def test_a_text_without_a_language_is_in_that_of_the_settings() -> None:
    told = script(call(keys=()), language="de-AT", opt_out_key="").told().decode()
    assert "Hier ist Acme." in told
    assert 'language="de-DE"' in told


def test_phrases_are_said_in_english_where_a_language_has_none() -> None:
    opening = ElementTree.fromstring(script(call(locale="fi-FI")).opening(KEY, AGAIN))
    said = [(say.get("language"), say.text) for say in opening.iter("Say")]
    assert said[:3] == [
        ("en-US", "This is Acme."),
        ("fi-FI", call().text),
        ("en-US", "To get no more calls from us, press 9."),
    ]


def test_a_language_has_the_voice_that_the_settings_give_it() -> None:
    voices = {"en": "Polly.Amy-Neural", "en-AU": "Polly.Nicole"}
    for locale, voice in (("en-IE", "Polly.Amy-Neural"), ("en-AU", "Polly.Nicole")):
        told = script(call(locale=locale), voices=voices).opening(KEY, AGAIN)
        assert f'voice="{voice}"'.encode() in told
    assert b"voice=" not in script(call(locale="fr"), voices=voices).opening(KEY, AGAIN)


@pytest.mark.parametrize("language", languages())
def test_every_phrase_of_a_language_is_its_own_and_tells_what_it_must(language: str) -> None:
    phrases = phrases_for(language)
    assert "{name}" in phrases.caller
    assert "{key}" in phrases.opt_out
    told = {phrases.caller, phrases.opt_out, phrases.thanks, phrases.goodbye, phrases.nobody}
    assert all(one.strip() for one in told)
    assert len(told) == 5
    if language != "en":
        english = phrases_for("en")
        assert not told & {english.caller, english.opt_out, english.thanks, english.nobody}


def test_who_calls_back_hears_that_nobody_is_here_and_how_to_opt_out() -> None:
    said = ["This is Acme.", "Nobody can take your call on this number."]
    heard = read(nobody_here(VoiceSettings(caller="Acme"), KEY))
    assert heard == [
        [KEY, *said, "To get no more calls from us, press 9."],
        "Goodbye.",
        "Hangup",
    ]
    assert read(nobody_here(VoiceSettings(opt_out_key=""), KEY))[0] == said[1]


@given(st.text(max_size=200), st.text(max_size=40), st.text(min_size=1, max_size=40))
def test_any_text_makes_a_document_that_says_it_and_nothing_else(
    text: str, leave: str, caller: str
) -> None:
    message = call(text=text, leave=leave)
    heard = Script(message, VoiceSettings.model_construct(caller=caller))
    for twiml in (heard.opening(KEY, AGAIN), heard.left(), heard.told()):
        root = ElementTree.fromstring(twiml)
        assert {element.tag for element in root.iter()} <= {"Response", "Gather", "Say", "Hangup"}
        assert all(len(say.text or "") > 0 for say in root.iter("Say"))


@pytest.mark.parametrize(
    "text", ["</Say><Dial>+1900</Dial><Say>", "a & b < c", '"quoted"', "]]>", "<!-- x", "&#0;"]
)
def test_a_hostile_text_is_said_and_not_followed(text: str) -> None:
    assert read(document(Say(text, "en-US"))) == [text]


def test_what_xml_cannot_hold_is_left_out() -> None:
    assert read(document(Say("a\x00b\x1bc\ufffed\U0001f600", "en-US"))) == ["abcd\U0001f600"]
    assert read(document(Say("\x00 ", "en-US"), HangUp())) == ["Hangup"]


@given(st.lists(st.text("ab c.", min_size=1, max_size=900), max_size=12).map(". ".join))
def test_a_long_text_is_said_in_pieces_that_lose_nothing(text: str) -> None:
    (asked,) = read(document(Ask((Say(text, "en-US"),), KEY, 5)))
    said = asked[1:]
    assert all(0 < len(piece) <= 3_000 for piece in said)
    assert "".join("".join(said).split()) == "".join(text.split())


def placed(message: Message, public: bool, **choices: Any) -> Any:
    def hook_url(path: str) -> str | None:
        return f"https://care.example.com/hooks/twilio/{path}" if public else None

    return Spoken(VoiceSettings.model_validate(choices), Hooks(hook_url)).place(message)


def test_a_call_is_told_at_our_address_once_it_is_known_who_picked_up() -> None:
    assert placed(call(), public=True) == {
        "timeout": 30,
        "time_limit": 600,
        "url": "https://care.example.com/hooks/twilio/voice?attempt=7",
        "method": "POST",
        "machine_detection": "DetectMessageEnd",
    }
    assert "machine_detection" not in placed(call(), public=True, machine_detection=False)


def test_without_a_public_address_only_news_can_be_told() -> None:
    twiml = placed(call(keys=()), public=False)["twiml"]
    assert call().text in twiml
    for message in (call(), call(keys=(), any_key=True), call(keys=(), leave="Call us.")):
        refused = placed(message, public=False)
        assert isinstance(refused, Refused)
        assert refused.kind == "configuration"
        assert "public_url" in refused.reason


def test_a_text_too_long_to_go_along_is_refused_before_anything_rings() -> None:
    fits = "x" * (LONGEST_INLINE - 200)
    assert len(placed(call(text=fits, keys=()), public=False)["twiml"]) <= LONGEST_INLINE
    refused = placed(call(text="&" * 1_000, keys=()), public=False)
    assert isinstance(refused, Refused)
    assert "4,000" in refused.reason


@pytest.mark.parametrize(
    "choices",
    [
        {"opt_out_key": "12"},
        {"opt_out_key": "A"},
        {"ring": "5 seconds"},
        {"key_timeout": "0 seconds"},
        {"longest": "1 day"},
        {"language": "English"},
        {"voices": {"English": "Polly.Amy"}},
        {"caller": ""},
    ],
)
def test_settings_that_cannot_work_are_refused(choices: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(choices))):
        VoiceSettings.model_validate(choices)
