"""What people write when they want no more messages, or have got somebody else's, by language."""

import re
from collections.abc import Iterable
from functools import lru_cache

from tactful.guard.wordings.elsewhere import ELSEWHERE
from tactful.guard.wordings.english import ENGLISH
from tactful.guard.wordings.germanic import DUTCH, GERMAN, SCANDINAVIAN
from tactful.guard.wordings.language import words
from tactful.guard.wordings.romance import FRENCH, ITALIAN, PORTUGUESE, SPANISH

LANGUAGES = (
    ENGLISH,
    FRENCH,
    SPANISH,
    GERMAN,
    ITALIAN,
    DUTCH,
    PORTUGUESE,
    SCANDINAVIAN,
    ELSEWHERE,
)


def _all(lists: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*lists)


STOP = _all(language.stop for language in LANGUAGES)
"""Each is an opt-out when it is the whole message."""

START = _all(language.start for language in LANGUAGES)
HELP = _all(language.help for language in LANGUAGES)

CLEAR = words("stop stopall unsubscribe optout unsub arret basta stopp")
"""Those of `STOP` that mean messages whatever stands around them, not an order or a visit."""

POLITE = _all(language.polite for language in LANGUAGES)
"""Beside a word of `STOP` these change nothing."""

LOOSE = POLITE | words(
    "ok okay yes no it this that these them all everything texts messages sms me"
)
"""Beside a word of `CLEAR` these change nothing."""

SENTENCES = tuple(pattern for language in LANGUAGES for pattern in language.sentences)
"""Wordings that are an opt-out wherever they stand."""

DENIED = tuple(pattern for language in LANGUAGES for pattern in language.denied)
"""The same turned round, or told of the past: such a sentence is no opt-out."""

NOTICES = tuple(pattern for language in LANGUAGES for pattern in language.notices)
"""What only machines write, or who would rather be reached another way: no opt-out at all."""

MISSPELT = re.compile(r"s+t+o+p+|st0p+|un?su?[bscri]{3,9}e?")
"""Slips of the most common words, as whole words."""

_WRONG = tuple(wording for language in LANGUAGES for wording in language.wrong)
_NOBODY = r"(?!)"  # fits nothing


@lru_cache(maxsize=1_000)
def wrong_number(names: frozenset[str]) -> re.Pattern[str]:
    """Return what says that somebody else has the number; `names` are those it may deny, folded."""
    name = "|".join(map(re.escape, sorted(names))) or _NOBODY
    who = rf"(?:{name})"
    return re.compile("|".join(f"(?:{wording.replace('{name}', who)})" for wording in _WRONG))
