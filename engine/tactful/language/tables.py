"""The terminals and LALR tables of the grammar, as data that is read when Tactful starts."""

import hashlib
from functools import cache

import msgspec

from tactful.language.grammar import grammar_text, tables_text


class Rule(msgspec.Struct, frozen=True):
    """A rule of the grammar, and what is made of its parts.

    It takes `size` parts, of which those at `taken` stay; the children of those at `opened` stand
    in their place. `stands_for_one`: with one part left, the rule is that part.
    """

    origin: str
    name: str
    size: int
    taken: list[int]
    opened: list[int]
    stands_for_one: bool


class Entry(msgspec.Struct, frozen=True):
    """The states in which parsing by a rule begins and ends."""

    start: int
    end: int


class Tables(msgspec.Struct, frozen=True):
    """What runs for each token. `digest` tells of which grammar.

    `pattern` finds any token, the terminal's name is its group; those in `ignored` are passed over.
    `moves` has for each state what a token or a finished rule leads to: a state, or below nought a
    rule that is complete (-1 is the first of `rules`).
    """

    digest: str
    pattern: str
    ignored: list[str]
    entries: dict[str, Entry]
    moves: list[dict[str, int]]
    rules: list[Rule]


def digest_of(text: str) -> str:
    """Return by what a grammar is known."""
    return hashlib.sha256(text.encode()).hexdigest()


def encode(tables: Tables) -> str:
    """Return the tables as they are kept beside the grammar."""
    return msgspec.json.format(msgspec.json.encode(tables), indent=0).decode() + "\n"


@cache
def tables() -> Tables:
    """Return the tables of the grammar: those kept beside it, or when it has changed, new ones."""
    text = grammar_text()
    kept = tables_text()
    if kept is not None:
        read = msgspec.json.decode(kept, type=Tables)
        if read.digest == digest_of(text):
            return read
    # Here, not above: Lark takes longer to load than these tables.
    from tactful.language.lalr import make_tables

    return make_tables(text)
