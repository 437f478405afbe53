"""Which words a text with a name has, for a channel and a language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tactful.language.templates import Template
from tactful.language.tree import Node
from tactful.language.vocabulary import Unreadable
from tactful.language.words.sending import Subject
from tactful.language.words.texts import ForChannels, InLanguage, LanguagesAre, TextBlock


@dataclass(frozen=True, slots=True)
class Piece:
    """Words or a subject, and for which channels and language they are; None: for any."""

    template: Template
    node: Node
    channels: tuple[str, ...] | None
    language: str | None

    def fits(self, channel: str, language: str) -> bool:
        """Return whether these words may be used so."""
        return self._is_for(channel) and self.language in (None, language)

    def overlaps(self, other: "Piece") -> bool:
        """Return whether two pieces are for the same, so that one of them has no effect."""
        if self.language != other.language or (self.channels is None) != (other.channels is None):
            return False
        return self.channels is None or not set(self.channels).isdisjoint(other.channels or ())

    def _is_for(self, channel: str) -> bool:
        return self.channels is None or channel in self.channels

    @property
    def closeness(self) -> int:
        """How closely it was written for its use. The language tells more than the channel."""
        return 2 * (self.language is not None) + (self.channels is not None)


@dataclass(frozen=True, slots=True)
class NamedText:
    """A text with a name: its words and subjects, in the order written."""

    name: str
    node: Node
    words: tuple[Piece, ...]
    subjects: tuple[Piece, ...]

    def words_for(self, channel: str, language: str) -> Template | None:
        """Return the words for a channel and a language, those written for it most closely."""
        return _closest(self.words, channel, language)

    def subject_for(self, channel: str, language: str) -> Template | None:
        """Return the subject for a channel and a language."""
        return _closest(self.subjects, channel, language)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that the text names."""
        named = (channel for piece in self.words for channel in piece.channels or ())
        return tuple(dict.fromkeys(named))

    @property
    def is_whole(self) -> bool:
        """Whether every line of it could be read."""
        return not any(isinstance(node.word, Unreadable) for node in self.node.walk())


def _closest(pieces: Iterable[Piece], channel: str, language: str) -> Template | None:
    fitting = [piece for piece in pieces if piece.fits(channel, language)]
    return max(fitting, key=lambda piece: piece.closeness).template if fitting else None


def languages_of(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Return the languages that a file says it speaks, the default first; none: it does not say."""
    said = (node.word for node in nodes if isinstance(node.word, LanguagesAre))
    return next((word.in_order for word in said), ())


def texts_of(nodes: Iterable[Node]) -> Iterator[NamedText]:
    """Yield the texts of a file, in order; two of one name both."""
    for node in nodes:
        if isinstance(node.word, TextBlock):
            words: list[Piece] = []
            subjects: list[Piece] = []
            _collect(node, None, None, words, subjects)
            yield NamedText(node.word.name, node, tuple(words), tuple(subjects))


def _collect(
    node: Node,
    channels: tuple[str, ...] | None,
    language: str | None,
    words: list[Piece],
    subjects: list[Piece],
) -> None:
    if node.text is not None:
        words.append(Piece(node.text, node, channels, language))
    for below in node.children:
        match below.word:
            case ForChannels(channels=named):
                _collect(below, named, language, words, subjects)
            case InLanguage(language=spoken):
                _collect(below, channels, spoken, words, subjects)
            case Subject(text=template):
                subjects.append(Piece(template, below, channels, language))
