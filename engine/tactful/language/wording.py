"""Which words a text with a name has, for a channel and a language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from tactful.language.templates import Template
from tactful.language.tree import Node
from tactful.language.vocabulary import Unreadable
from tactful.language.words.sending import Attach, Subject
from tactful.language.words.texts import ForChannels, InLanguage, LanguagesAre, TextBlock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Piece(Generic[T]):
    """Words, a subject or files, and for which channels and language they are; None: for any."""

    said: T
    node: Node
    channels: tuple[str, ...] | None
    language: str | None

    def fits(self, channel: str, language: str) -> bool:
        """Return whether these words may be used so."""
        return self._is_for(channel) and self.language in (None, language)

    def overlaps(self, other: "Piece[T]") -> bool:
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
    """A text with a name: its words, subjects and files, in the order written."""

    name: str
    node: Node
    words: tuple[Piece[Template], ...]
    subjects: tuple[Piece[Template], ...]
    files: tuple[Piece[tuple[str, ...]], ...]

    def words_for(self, channel: str, language: str) -> Template | None:
        """Return the words for a channel and a language, those written for it most closely."""
        return _closest(self.words, channel, language)

    def subject_for(self, channel: str, language: str) -> Template | None:
        """Return the subject for a channel and a language."""
        return _closest(self.subjects, channel, language)

    def files_for(self, channel: str, language: str) -> tuple[str, ...]:
        """Return all files that go with the text on a channel and in a language."""
        fitting = (piece for piece in self.files if piece.fits(channel, language))
        return tuple(dict.fromkeys(file for piece in fitting for file in piece.said))

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that the text names."""
        named = (channel for piece in self.words for channel in piece.channels or ())
        return tuple(dict.fromkeys(named))

    @property
    def is_whole(self) -> bool:
        """Whether every line of it could be read."""
        return not any(isinstance(node.word, Unreadable) for node in self.node.walk())


def _closest(pieces: Iterable[Piece[T]], channel: str, language: str) -> T | None:
    fitting = [piece for piece in pieces if piece.fits(channel, language)]
    return max(fitting, key=lambda piece: piece.closeness).said if fitting else None


def languages_of(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Return the languages that a file says it speaks, the default first; none: it does not say."""
    said = (node.word for node in nodes if isinstance(node.word, LanguagesAre))
    return next((word.in_order for word in said), ())


def texts_of(nodes: Iterable[Node]) -> Iterator[NamedText]:
    """Yield the texts of a file, in order; two of one name both."""
    for node in nodes:
        if isinstance(node.word, TextBlock):
            found = _Found()
            found.collect(node, None, None)
            yield NamedText(
                node.word.name,
                node,
                tuple(found.words),
                tuple(found.subjects),
                tuple(found.files),
            )


class _Found:
    """The pieces of one text."""

    def __init__(self) -> None:
        self.words: list[Piece[Template]] = []
        self.subjects: list[Piece[Template]] = []
        self.files: list[Piece[tuple[str, ...]]] = []

    def collect(self, node: Node, channels: tuple[str, ...] | None, language: str | None) -> None:
        """Take what stands below a node, for these channels and this language."""
        if node.text is not None:
            self.words.append(Piece(node.text, node, channels, language))
        for below in node.children:
            match below.word:
                case ForChannels(channels=named):
                    self.collect(below, named, language)
                case InLanguage(language=spoken):
                    self.collect(below, channels, spoken)
                case Subject(text=template):
                    self.subjects.append(Piece(template, below, channels, language))
                case Attach(files=files):
                    self.files.append(Piece(files, below, channels, language))
