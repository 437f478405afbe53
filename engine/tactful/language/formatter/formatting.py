"""The formatter: one way for all flows to look, without a change of what they mean.

It knows no word by name. Which of a line's words are the language's own, and how a value is best
written, is what the kinds of values noted while the line was read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from tactful.errors import MeaningChanged
from tactful.language.checking import Read, check, read_flow
from tactful.language.comments import margins_of
from tactful.language.diagnostics import Diagnostic, Span
from tactful.language.formatter.lines import Writer
from tactful.language.formatter.pieces import joined, line_pieces
from tactful.language.rules.context import Installed
from tactful.language.shape import Line, normalise
from tactful.language.tree import Node
from tactful.language.vocabulary import Unreadable, Vocabulary

_FORGIVEN = "TF101"
"""The one mistake of layout that is mended: a colon that is missing."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """A formatted file. `text` is None when mistakes, in `mistakes`, keep it as it is.

    These are mistakes of layout, and others where nobody can say what the lines are to mean.
    """

    text: str | None
    mistakes: tuple[Diagnostic, ...] = ()


def format_flow(text: str, *, path: str, vocabulary: Vocabulary, plugins: Installed) -> Formatted:
    """Format the text of a file. Raises `MeaningChanged` rather than return another flow."""
    found = check(text, path=path, vocabulary=vocabulary, plugins=plugins).diagnostics
    if mistakes := _of_layout(found):
        return Formatted(None, mistakes)
    before = _read(text, vocabulary, plugins)
    opened = _rows_with_open_quotes(before)
    if opened:
        about = tuple(one for one in found if one.span.line in opened)
        return Formatted(None, about or found)
    after_text = _written(text, before)
    after = _read(after_text, vocabulary, plugins)
    bare = _read(without_trailing_space(text), vocabulary, plugins)
    same = _means(bare, after) and _written(after_text, after) == after_text
    if any(one.severity == "error" for one in found):
        again = check(after_text, path=path, vocabulary=vocabulary, plugins=plugins)
        if not same or _of_layout(again.diagnostics):
            return Formatted(None, found)
    elif not same:
        raise MeaningChanged(
            f"{path} would not mean the same when it is formatted, so it stays as it is",
            help="This is a mistake of Tactful. Please report it, with the file.",
        )
    return Formatted(after_text)


def _of_layout(found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(one for one in found if one.code[:3] == "TF1" and one.code != _FORGIVEN)


def _rows_with_open_quotes(read: Read) -> set[int]:
    """Return the rows on which a quote is never closed: nobody can say what else they mean."""
    lines = (line for top in read.lines for line in top.walk())
    return {token.line for line in lines for token in line.tokens if token.kind == "OPEN_STRING"}


def without_trailing_space(text: str) -> str:
    """Return a file without the space at the end of its lines, which formatting takes away."""
    return "\n".join(line.rstrip() for line in normalise(text))


def _read(text: str, vocabulary: Vocabulary, plugins: Installed) -> Read:
    return read_flow(text, path="", vocabulary=vocabulary, plugins=plugins)


def _written(text: str, read: Read) -> str:
    nodes = {node.span: node for top in read.nodes for node in top.walk()}
    return Writer(margins_of(text), nodes, read.forms).write(read.lines)


# ---- the same meaning ---------------------------------------------------------------------------


def _means(one: Read, other: Read) -> bool:
    """Return whether two files say the same, and the other can be used if the first can."""
    if one.checked.flow is not None and other.checked.flow is None:
        return False
    return all(mine == theirs for mine, theirs in zip_longest(_sayings(one), _sayings(other)))


def _sayings(read: Read) -> Iterator[object]:
    """Yield what each line says: what it was bound to, or else the words on it."""
    by_span = {line.span: line for top in read.lines for line in top.walk()}
    for top in read.nodes:
        yield from _node_sayings(top, 0, by_span, read.forms)


def _node_sayings(
    node: Node, depth: int, lines: Mapping[Span, Line], forms: Mapping[tuple[int, int], str]
) -> Iterator[object]:
    word = node.word
    if node.text is not None and getattr(word, "text", None) is node.text:
        word = word.model_copy(update={"text": None})  # the same as a text that stands below
    yield depth, word, node.place, node.plugin, node.condition, node.text
    line = lines[node.span]
    if isinstance(node.word, Unreadable):
        unread = [line] if node.children else list(line.walk())
    else:
        unread = [line] if node.condition is None and line.condition else []
    yield [joined(line_pieces(one, forms, loose=True)) for one in unread]
    for child in node.children:
        yield from _node_sayings(child, depth + 1, lines, forms)
