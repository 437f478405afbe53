"""What is known of one language: words that are a wish alone, and sentences that are one."""

import re
from typing import NamedTuple

from tactful.guard.wordings.folding import fold


class Language(NamedTuple):
    """Wordings of one language, folded.

    `stop`, `start` and `help` are wishes when they are the whole message, `polite` changes nothing
    beside them. `sentences` are an opt-out wherever they stand in a sentence, `denied` turns a
    sentence round. With one of `notices` the message is none at all: it is a machine's own, or asks
    to be reached another way. `wrong` says that somebody else has the number; `{name}` stands for a
    person's name.
    """

    stop: frozenset[str]
    start: frozenset[str] = frozenset()
    help: frozenset[str] = frozenset()
    polite: frozenset[str] = frozenset()
    sentences: tuple[re.Pattern[str], ...] = ()
    denied: tuple[re.Pattern[str], ...] = ()
    notices: tuple[re.Pattern[str], ...] = ()
    wrong: tuple[str, ...] = ()


def words(text: str) -> frozenset[str]:
    """Return the folded words of a list."""
    return frozenset(fold(text).split())


def patterns(*texts: str) -> tuple[re.Pattern[str], ...]:
    """Return patterns over folded sentences."""
    return tuple(re.compile(text) for text in texts)
