"""The patterns of rules: words in a row, read from text into the steps that a machine takes.

    buy|order {drug}        one of several words, then a word of a list
    click* the? link        any word that begins with click; `the` may be missing
    you have won ..4 <money>    up to four other words between, in one sentence
    hate ..2 [group]        one of the patterns that a form gives a name
    account ~8 <link>       up to eight tokens between, also over the end of a sentence

`<money> <percent> <number> <phone> <short> <code> <link> <mail>` are kinds of tokens; `<end>` is
the end of a sentence, and `<any>` is any token but that.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import get_args

from msgspec import Struct

from tactful.errors import RulesInvalid
from tactful.rulebook.reading import fold
from tactful.rulebook.tokens import Kind

KINDS: frozenset[str] = frozenset({*get_args(Kind), "any"} - {"word", "masked"})
LONGEST = 40
"""A pattern is at most so many steps long, gaps included: it bounds what one match costs."""

_FORM = re.compile(r"\[([a-z0-9_]+)\]")
_GAP = re.compile(r"(\.\.|~)(\d{1,2})")
_ATOM = re.compile(
    r"<(?P<kind>[a-z]+)>|\{(?P<list>[a-z0-9_]+)\}|(?P<word>[^\s<>{}|*?]+)(?P<star>\*?)"
)


class Step(Struct, frozen=True):
    """What may stand in one place: words, beginnings of words, kinds of tokens; or a gap.

    A gap that `crosses` takes the end of a sentence, too.
    """

    words: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    gap: bool = False
    crosses: bool = False
    optional: bool = False


Pattern = tuple[Step, ...]
Lists = Mapping[str, Collection[str]]


def expand(text: str, forms: Mapping[str, Collection[str]]) -> list[str]:
    """Return a pattern once for each way that its forms (`[group]`) give. Raises `RulesInvalid`."""
    match = _FORM.search(text)
    if match is None:
        return [text]
    if match[1] not in forms:
        raise RulesInvalid(
            f"the pattern `{text}` names an unknown form `[{match[1]}]`",
            help=f"There are {', '.join(sorted(forms)) or 'none'}.",
        )
    before, behind = text[: match.start()], expand(text[match.end() :], forms)
    return [before + form + rest for form in forms[match[1]] for rest in behind]


def parse(text: str, lists: Lists) -> Pattern:
    """Return the steps of a pattern. Raises `RulesInvalid`."""
    steps: list[Step] = []
    for item in text.split():
        gap = _GAP.fullmatch(item)
        if gap is not None:
            blank = Step(gap=True, crosses=gap[1] == "~", optional=True)
            steps += [blank] * int(gap[2])
        else:
            steps += _read_item(item, text, lists)
    if not steps or steps[0].optional or steps[-1].optional:
        raise RulesInvalid(
            f"the pattern `{text}` may begin or end with nothing",
            help="Begin and end it with what must stand there.",
        )
    if len(steps) > LONGEST:
        raise RulesInvalid(
            f"the pattern `{text}` has {len(steps)} steps, gaps included; {LONGEST} are possible",
            help="Make its gaps smaller, or make two patterns of it.",
        )
    return tuple(steps)


def _read_item(item: str, pattern: str, lists: Lists) -> Sequence[Step]:
    """Return the steps of one item. A listed name of two words is as good as two items."""
    optional = item.endswith("?")
    words: set[str] = set()
    prefixes: set[str] = set()
    kinds: set[str] = set()
    for atom in item.removesuffix("?").split("|"):
        match = _ATOM.fullmatch(atom)
        if match is None:
            raise RulesInvalid(f"`{atom}` in the pattern `{pattern}` is neither a word nor a kind")
        if match["kind"] is not None:
            if match["kind"] not in KINDS:
                raise RulesInvalid(
                    f"the pattern `{pattern}` names an unknown kind `<{match['kind']}>`",
                    help=f"There are {', '.join(sorted(KINDS))}.",
                )
            kinds.add(match["kind"])
        elif match["list"] is not None:
            if match["list"] not in lists:
                raise RulesInvalid(
                    f"the pattern `{pattern}` names an unknown list `{{{match['list']}}}`",
                    help=f"There are {', '.join(sorted(lists)) or 'none'}.",
                )
            for word in lists[match["list"]]:
                _add_word(word, words, prefixes, pattern)
        else:
            _add_word(atom, words, prefixes, pattern)
    return [
        Step(
            words=frozenset(words),
            prefixes=frozenset(prefixes),
            kinds=frozenset(kinds),
            optional=optional,
        )
    ]


def _add_word(word: str, words: set[str], prefixes: set[str], pattern: str) -> None:
    bare = fold(word).removesuffix("*").replace("'", "").replace("’", "")
    if not bare or " " in bare:
        raise RulesInvalid(f"`{word}` in the pattern `{pattern}` is not one word")
    (prefixes if word.endswith("*") else words).add(bare)
