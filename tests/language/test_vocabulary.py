"""Plugins declare words as the core does; mistakes point at their values."""

from typing import Annotated, Literal

import pytest
from pydantic import Field, field_validator

from tactful.errors import PluginInvalid
from tactful.language import Checked, Vocabulary, Word
from tactful.language.kinds import Column
from tactful.language.vocabulary import At, Block, Key
from tactful.language.words import CORE_WORDS
from tests.language.flows import VOCABULARY, changed, checked


class GrantPoints(Word):
    """Give loyalty points.
    grant points 50 reason "late order" """

    phrase = "grant points"
    points: Annotated[int, At(0)] = Field(gt=0, le=1000)
    reason: str | None = None


class PostLetter(Word):
    """Print and post a letter.
    post letter "recall.pdf" to address class registered:"""

    phrase = "post letter"
    block = Block("letter_options")
    document: Annotated[str, At(0)]
    to: Annotated[str, Key("to"), Column]
    class_: Literal["standard", "registered"] = "standard"


class Stamp(Word):
    """Choose the stamp.
    stamp "flowers" """

    phrase = "stamp"
    place = "letter_options"
    picture: Annotated[str, At(0)]


class Unreadable(Word):
    """A word whose field nobody can read.
    strange x"""

    phrase = "strange"
    value: Annotated[complex, At(0)]


PLUGINS: dict[str, tuple[type[Word], ...]] = {
    "core": CORE_WORDS,
    "loyalty": (GrantPoints,),
    "letters": (PostLetter, Stamp),
}
WITH_PLUGINS = Vocabulary(PLUGINS, {"loyalty": 1, "letters": 2})


def _with_step(step: str, use: str = "use loyalty 1\nuse letters 2\n") -> Checked:
    text = use + changed("    tag small", f"    tag small\n    {step}")
    return checked(text, WITH_PLUGINS)


def test_the_word_of_a_plugin_binds_like_one_of_the_core() -> None:
    step = 'post letter "recall.pdf" to first_name class registered:\n      stamp "flowers"'
    flow = _with_step(step).flow
    assert flow is not None
    assert flow.plugins == {"loyalty": 1, "letters": 2}
    node = next(node for node in flow.walk() if isinstance(node.word, PostLetter))
    assert node.word == PostLetter(document="recall.pdf", to="first_name", class_="registered")
    assert node.plugin == "letters"
    assert [child.word for child in node.children] == [Stamp(picture="flowers")]


@pytest.mark.parametrize(
    ("step", "code", "wrong"),
    [
        ("grant points 5000", "TF214", "5000"),
        ("grant points 0", "TF214", "0"),
        ("grant points many", "TF210", "many"),
        ('grant points 5 resaon "late"', "TF212", "resaon"),
        ("grant point 5", "TF201", "grant point"),
        ('post letter "a.pdf" to first_name class fast', "TF210", "fast"),
        ('post letter "a.pdf" to nowhere', "TF312", "nowhere"),
        ('post letter "a.pdf"', "TF211", '"a.pdf"'),
    ],
)
def test_a_mistake_is_told_at_the_value_it_is_about(step: str, code: str, wrong: str) -> None:
    found = _with_step(step).diagnostics
    assert [diagnostic.code for diagnostic in found] == [code]
    start = found[0].span.column - 5
    assert step[start : start + len(wrong)] == wrong


def test_a_limit_of_a_plugin_is_told_in_plain_words() -> None:
    assert _with_step("grant points 5000").diagnostics[0].message == "this must be at most 1000"


class Breaks(Word):
    """A word whose validator breaks.
    break 5"""

    phrase = "break"
    number: Annotated[int, At(0)]

    @field_validator("number")
    @classmethod
    def _breaks(cls, value: int) -> int:
        raise KeyError(value)


def test_a_word_that_breaks_is_told_by_its_plugin_and_the_rest_is_checked() -> None:
    vocabulary = Vocabulary({**PLUGINS, "broken": (Breaks,)}, {"broken": 1})
    text = "use broken 1\n" + changed("    tag small", "    break 5\n    tga small")
    found = checked(text, vocabulary).diagnostics
    assert [diagnostic.code for diagnostic in found] == ["TF218", "TF201"]
    assert "`break` of the plugin `broken` failed: KeyError: 5" in found[0].message


def test_a_plugin_word_exists_only_in_files_that_use_the_plugin() -> None:
    found = _with_step("grant points 5", use="").diagnostics
    assert [diagnostic.code for diagnostic in found] == ["TF205"]
    assert found[0].fix is not None
    assert found[0].fix.edits[0].replacement == "use loyalty 1\n"


def test_a_plugin_is_used_in_the_main_version_that_is_installed() -> None:
    found = _with_step("tag x", use="use loyalty 3\n").diagnostics
    assert [diagnostic.code for diagnostic in found] == ["TF403"]


def test_two_plugins_with_one_phrase_are_refused_by_name() -> None:
    with pytest.raises(PluginInvalid, match=r"`loyalty`.*`bonus`.*`grant points`"):
        Vocabulary({**PLUGINS, "bonus": (GrantPoints,)})


def test_a_plugin_cannot_redefine_a_word_of_the_core() -> None:
    class Wait(Word):
        """wait"""

        phrase = "wait"

    with pytest.raises(PluginInvalid, match=r"`core`.*`rogue`.*`wait`"):
        Vocabulary({"core": CORE_WORDS, "rogue": (Wait,)})


def test_a_field_that_nobody_can_read_is_refused_by_name() -> None:
    with pytest.raises(PluginInvalid, match="`value` of `strange`"):
        Vocabulary({"core": CORE_WORDS, "odd": (Unreadable,)})


def test_every_word_of_the_core_has_a_sentence_and_an_example_with_its_phrase() -> None:
    for phrases in VOCABULARY.all_places().values():
        for phrase, rule in phrases.items():
            assert rule.example.startswith(phrase) or rule.word.names_beside, phrase
            assert len((rule.word.__doc__ or "").strip().splitlines()) == 2, phrase
