"""What every plugin's words keep, as tests that their author derives from."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from tactful.language import Installed, Vocabulary, Word, check
from tactful.language.sources import Takes
from tactful.language.vocabulary import WordRule, rule_for
from tactful.language.words import CORE_WORDS

_FLOW = """\
campaign "Words"
owner "care@example.com"
purpose service
use {plugin} {major}
{top}
audience from csv "people.csv":
  key id
  phone mobile
{columns}
senders:
  sms from "+353 1 555 0100" through outbox

journey:
  send sms "Hello"
{steps}
"""

LINE = "LINE"
"""Stands, in `around`, where the example goes."""


class WordsContract(ABC):
    """Derive a class whose name begins with `Test`, and name the plugin and its words.

    The example of a word is the last line of its docstring. `below` has what must stand below one
    that ends with a colon, by its phrase; `around` has the lines around examples of places of the
    plugin's own, with `LINE` in them; `columns` are those that examples name, with their types.
    """

    plugin: str
    major: int = 1
    columns: Mapping[str, str] = {"first_name": "text"}
    below: Mapping[str, str] = {}
    around: Mapping[str, str] = {}

    @abstractmethod
    def words(self) -> Iterable[type[Word]]:
        """Return the words that are tested."""

    def test_each_has_a_sentence_and_an_example_that_begins_with_its_phrase(self) -> None:
        for rule in self._rules():
            lines = [line.strip() for line in (rule.word.__doc__ or "").strip().splitlines()]
            assert len(lines) >= 2, f"`{rule.phrase}`: a docstring of a sentence and an example"
            assert lines[0].endswith("."), f"`{rule.phrase}`: a whole sentence"
            assert rule.example.lower().startswith(rule.phrase.lower()), rule.example

    def test_none_has_a_phrase_of_the_core_or_of_another(self) -> None:
        self._vocabulary()  # it raises, and names both

    def test_each_example_can_be_read_where_its_word_may_stand(self) -> None:
        for rule in self._rules():
            for place in rule.word.place.split():
                text = self._flow_with(rule, place)
                assert text is not None, f"`{rule.phrase}`: say in `around` what is around {place}"
                found = self._mistakes(text)
                assert not found, f"`{rule.example}`: {'; '.join(found)}\n\n{text}"

    def test_none_exists_in_a_file_that_does_not_use_the_plugin(self) -> None:
        for rule in self._rules():
            text = self._flow_with(rule, rule.word.place.split()[0])
            if text is not None:
                without = text.replace(f"use {self.plugin} {self.major}\n", "")
                assert self._mistakes(without), f"`{rule.phrase}` is known without `use`"

    # ---- how it is done -------------------------------------------------------------------------

    def _rules(self) -> list[WordRule]:
        rules = [rule_for(word, self.plugin) for word in self.words()]
        assert rules, "the plugin supplies no words"
        return rules

    def _vocabulary(self) -> Vocabulary:
        words = {"core": CORE_WORDS, self.plugin: tuple(self.words())}
        return Vocabulary(words, {self.plugin: self.major})

    def _flow_with(self, rule: WordRule, place: str) -> str | None:
        lines = rule.example
        if below := self.below.get(rule.phrase):
            lines += "\n" + _indented(below)
        if place in self.around:
            lines, place = self.around[place].replace(LINE, lines), "steps"
        if place not in ("top", "steps"):
            return None
        columns = "\n".join(f"column {name} {type_}" for name, type_ in self.columns.items())
        return _FLOW.format(
            plugin=self.plugin,
            major=self.major,
            columns=_indented(columns),
            top=lines if place == "top" else "",
            steps=_indented(lines) if place == "steps" else "",
        )

    def _mistakes(self, text: str) -> list[str]:
        installed = Installed(audiences={"csv": Takes()}, channels=frozenset({"outbox"}))
        checked = check(text, path="words.flow", vocabulary=self._vocabulary(), plugins=installed)
        return [
            f"line {found.span.line}: {found.message}"
            for found in checked.diagnostics
            if found.severity == "error"
        ]


def _indented(lines: str) -> str:
    return "\n".join(f"  {line}" for line in lines.splitlines())
