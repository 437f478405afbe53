"""What the rules look at: the tree of a file and what is installed beside it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from tactful.language.files import Files
from tactful.language.report import Report
from tactful.language.sources import Hosts, Takes
from tactful.language.tree import Node
from tactful.language.vocabulary import Unreadable, Word
from tactful.values import MINUTE, Rate

W = TypeVar("W", bound=Word)

HOUSE_CEILING = Rate.parse("200 per minute")
"""No flow may be faster, whatever its reason, unless `tactful.toml` says so."""


BUSIEST = 5 * MINUTE
"""The stretch of time in which paces are compared: that of the guard rail."""


class Kept(NamedTuple):
    """How a throttle keeps a limit: the most in the busiest five minutes, or why it cannot.

    `mend` says what limit it could keep.
    """

    most: int
    problem: str = ""
    mend: str = ""


def kept_by_window(strategy: str, rate: Rate) -> Kept:
    """Say how `window` keeps a limit, and whatever else lets no more through."""
    return Kept(rate.count * -(-BUSIEST // rate.per.span))


@dataclass(frozen=True, slots=True)
class Installed:
    """The house a flow is checked for: what plugins supply, and what the configuration allows.

    `audiences` stand after `audience from`, `channels` after `through`, `secrets` after `from
    secret`. `hosts` are those that a flow may reach. `prices` are the currencies in which the
    messages of a channel have their prices. `policies` stand after `policy`, `throttles` behind
    the `using` of a pace, `observers` after `watch using`. `keeps` says how a throttle keeps a
    limit. `gauges` are the figures that observers tell, by medium. `house_policies` are those that
    judge every campaign, on some channels.
    """

    audiences: Mapping[str, Takes] = field(default_factory=dict)
    channels: frozenset[str] = field(default_factory=frozenset)
    ceiling: Rate = HOUSE_CEILING
    secrets: Collection[str] = ()
    hosts: Hosts = field(default_factory=Hosts)
    prices: Mapping[str, Collection[str]] = field(default_factory=dict)
    policies: Collection[str] = ()
    house_policies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    throttles: Collection[str] = ("window",)
    keeps: Callable[[str, Rate], Kept] = kept_by_window
    observers: Collection[str] = ()
    gauges: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """One file under check. `channels` are those that the vocabulary knows."""

    nodes: tuple[Node, ...]
    channels: tuple[str, ...]
    installed: Installed
    report: Report
    files: Files
    _every: list[Node] = field(default_factory=list)
    _by_word: dict[type[Word], list[Node]] = field(default_factory=dict)

    def in_file(self, path: str) -> "Context":
        """Return the same context, where mistakes are told of a file that the flow uses."""
        return replace(self, report=self.report.beside(path)) if path else self

    def walk(self) -> list[Node]:
        """Return every node, in file order."""
        if not self._every:
            for top in self.nodes:
                for node in top.walk():
                    self._every.append(node)
                    self._by_word.setdefault(type(node.word), []).append(node)
        return self._every

    def all(self, word: type[W]) -> Iterator[tuple[Node, W]]:
        """Yield the nodes of one word (or of the words that derive from it)."""
        every = self.walk()
        words = [type_ for type_ in self._by_word if issubclass(type_, word)]
        if len(words) < 2:
            nodes = self._by_word[words[0]] if words else []
        else:
            nodes = [node for node in every if isinstance(node.word, word)]
        for node in nodes:
            yield node, node.word  # type: ignore[misc]

    def is_attempted(self, phrase: str) -> bool:
        """Return whether a line that could not be read begins with this phrase."""
        return any(word.meant.startswith(phrase) for _, word in self.all(Unreadable))

    def may_be_broken(self, word: str) -> bool:
        """Return whether a word stands, or was meant, in a line that could not be read."""
        return word in self.report.excused or self.is_attempted(word)

    @property
    def has_unreadable(self) -> bool:
        """Whether any line could not be read, so that what is missing may stand there."""
        return any(True for _ in self.all(Unreadable))
