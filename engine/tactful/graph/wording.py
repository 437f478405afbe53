"""What a send says and carries, in every language of its flow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tactful.graph import model
from tactful.graph.convert import text_from
from tactful.language.files import Blob, base_name, media_type
from tactful.language.templates import Template
from tactful.language.tree import Flow, Node
from tactful.language.wording import NamedText, languages_of, texts_of
from tactful.language.words.sending import (
    MOST_ATTACHED,
    WITH_SUBJECT,
    Attach,
    Send,
    Subject,
    TextName,
)

_ANY = ("",)
"""Stands for the one language of a flow that does not say which."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a flow that have a name, its languages, the default first, and its files."""

    named: Mapping[str, NamedText] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    blobs: Mapping[str, Blob] = field(default_factory=dict)

    @classmethod
    def of_flow(cls, flow: Flow) -> "Texts":
        """Collect the texts of a checked flow."""
        named = {text.name: text for text in texts_of(flow.nodes)}
        return cls(named, languages_of(flow.nodes), flow.attached)

    def of(self, node: Node, word: Send) -> dict[str, Any]:
        """Return the fields of a send that hold what it says. Raises `ValueError` without words.

        A subject below the send goes before those of its text; files below it come on top.
        """
        below = [child.word for child in node.children]
        own = next((it.text for it in below if isinstance(it, Subject)), None)
        files = [file for it in below if isinstance(it, Attach) for file in it.files]
        if not isinstance(word.text, TextName):
            return self._fields(node.text, own, files)
        text = self.named[word.text.name]
        has_subject, has_files = word.channel in WITH_SUBJECT, word.channel in MOST_ATTACHED
        said = {
            language: self._fields(
                text.words_for(word.channel, language),
                own or text.subject_for(word.channel, language) if has_subject else None,
                [*files, *text.files_for(word.channel, language)] if has_files else (),
            )
            for language in self.languages or _ANY
        }
        first, *others = said
        # A language that says the same as the default needs no words of its own.
        wordings = tuple(
            model.Wording(language=language, **said[language])
            for language in others
            if said[language] != said[first]
        )
        return {**said[first], "wordings": wordings}

    def _fields(
        self, words: Template | None, subject: Template | None, files: Iterable[str]
    ) -> dict[str, Any]:
        if words is None:
            raise ValueError("a send has no words")
        return {
            "text": text_from(words),
            "subject": text_from(subject) if subject else None,
            "attachments": tuple(self._attachment(file) for file in dict.fromkeys(files)),
        }

    def _attachment(self, written: str) -> model.Attachment:
        blob = self.blobs[written]
        return model.Attachment(
            name=base_name(written),
            sha256=blob.sha256,
            media_type=media_type(written),
            size=blob.size,
        )
