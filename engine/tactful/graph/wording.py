"""What a send says, in every language of its flow."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tactful.graph import model
from tactful.graph.convert import text_from
from tactful.language.templates import Template
from tactful.language.tree import Node
from tactful.language.wording import NamedText, languages_of, texts_of
from tactful.language.words.sending import WITH_SUBJECT, Send, Subject, TextName

_ANY = ("",)
"""Stands for the one language of a flow that does not say which."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a flow that have a name, and its languages, the default first."""

    named: dict[str, NamedText] = field(default_factory=dict)
    languages: tuple[str, ...] = ()

    @classmethod
    def from_nodes(cls, nodes: Iterable[Node]) -> "Texts":
        """Collect the texts of a checked file."""
        nodes = tuple(nodes)
        return cls({text.name: text for text in texts_of(nodes)}, languages_of(nodes))

    def of(self, node: Node, word: Send) -> dict[str, Any]:
        """Return the fields of a send that hold what it says. Raises `ValueError` without words.

        A subject below the send goes before those of the text.
        """
        own = next((it.word.text for it in node.children if isinstance(it.word, Subject)), None)
        if not isinstance(word.text, TextName):
            return _fields(node.text, own)
        text = self.named[word.text.name]
        has_subject = word.channel in WITH_SUBJECT
        first, *others = [
            (
                language,
                text.words_for(word.channel, language),
                own or text.subject_for(word.channel, language) if has_subject else None,
            )
            for language in self.languages or _ANY
        ]
        fields = _fields(*first[1:])
        wordings = (
            model.Wording(language=language, **_fields(words, subject))
            for language, words, subject in others
        )
        # A language that says the same as the default needs no words of its own.
        fields["wordings"] = tuple(
            one for one in wordings if {"text": one.text, "subject": one.subject} != fields
        )
        return fields


def _fields(words: Template | None, subject: Template | None) -> dict[str, Any]:
    if words is None:
        raise ValueError("a send has no words")
    return {"text": text_from(words), "subject": text_from(subject) if subject else None}
