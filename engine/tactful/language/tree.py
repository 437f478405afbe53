"""The bound tree: every line of a flow as a word with its values, read and checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from tactful.language.conditions import Condition
from tactful.language.diagnostics import Span
from tactful.language.files import Blob
from tactful.language.templates import Template
from tactful.language.vocabulary import Word


class Node(msgspec.Struct, frozen=True):
    """One line of a flow and the lines that belong to it.

    `word` holds its values and `spans` where each one stands. `text` is the message of the line,
    wherever it was written: behind the word or below it. `condition` is what follows `when`.
    `said` is a condition that its word needs, on one line.
    A `when` and the `otherwise` lines after it are neighbours, in the order written.
    """

    word: Word
    span: Span
    place: str
    children: tuple["Node", ...] = ()
    condition: Condition | None = None
    text: Template | None = None
    spans: Mapping[str, Span] = msgspec.field(default_factory=dict)
    plugin: str = "core"
    said: str = ""

    def walk(self) -> Iterator["Node"]:
        """Yield this node and all nodes below it, in file order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Flow:
    """A checked file: its top-level lines. `plugins` are the ones it names with `use`.

    `attached` is what the files hold that go with its messages, by their paths as written.
    """

    path: str
    nodes: tuple[Node, ...]
    plugins: Mapping[str, int] = field(default_factory=dict)
    attached: Mapping[str, Blob] = field(default_factory=dict)

    def walk(self) -> Iterator[Node]:
        """Yield every node of the file, in file order."""
        for node in self.nodes:
            yield from node.walk()
