"""What a reply says: which lines it fits, read as people write."""

import re
from collections.abc import Callable
from functools import cache

from tactful.graph.conditions import MATCH_LIMIT, compile_pattern
from tactful.graph.fold import fold
from tactful.graph.model import ReplyArm
from tactful.journey.inputs import Reply, Value

# Usual answers by language, as people type them without capitals and accents.
_YES: dict[str, str] = {
    "en": "yes|yep|yeah|yup|yea|yess|sure|ok|okay|okey|agreed|of course|definitely|absolutely",
    "fr": "oui|ouais|d accord|bien sur|volontiers|ok",
    "es": "si|claro|vale|por supuesto|de acuerdo|ok",
    "de": "ja|jawohl|jep|jo|klar|gerne|einverstanden|in ordnung|ok|okay",
    "it": "si|certo|va bene|d accordo|volentieri|ok",
    "nl": "ja|jawel|jazeker|prima|akkoord|oke|ok",
    "pt": "sim|claro|com certeza|pode ser|tudo bem|ok",
}
_NO: dict[str, str] = {
    "en": "no|nope|nah|never|not really",
    "fr": "non|nan|pas d accord",
    "es": "no|nunca",
    "de": "nein|nee|ne|noe|nicht einverstanden",
    "it": "no|mai",
    "nl": "nee|neen|niet akkoord",
    "pt": "nao|nunca",
}
# Said with a `no` in it, but no refusal.
_NEITHER = "no problem|no problema|no problemo|no worries|no prob|kein problem|pas de probleme"
_YES_ALONE = {"y", "j", "s", "o", "👍", "✅", "✔"}
_NO_ALONE = {"n", "👎", "❌", "✖"}

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"(?<![\w.,])[-+]?\d{1,9}(?!\w|[.,]\d)")
# Writings without spaces between words: there, a word is looked for anywhere.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u2e80-\ua4cf\uf900-\ufaff]")
_OUTER = " \t\r\n.,;:!?\"'()[]*-_…“”¡¿"


class Heard:
    """A reply, made ready once for all the lines it is held against."""

    __slots__ = ("bare", "locale", "reply", "text", "words")

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.text = reply.text[:MATCH_LIMIT]
        self.bare = fold(self.text).strip(_OUTER)
        self.words = _spaced(self.bare)
        self.locale = reply.locale


# A test returns what was said, for `as NAME`, or None when the line does not fit.
Match = Callable[[Heard], Value]


def compile_reply(arm: ReplyArm) -> Match:
    """Return the test of one `on reply` line. Raises `re.error` on a pattern that is none."""
    if arm.catches_all:
        return _said
    tests = [_word(word) for word in arm.words] + [_whole(text) for text in arm.exactly]
    if arm.pattern is not None:
        matches = compile_pattern(arm.pattern)
        tests.append(lambda heard: _said(heard) if matches(heard.text) else None)
    if arm.low is not None:
        tests.append(_number(arm.low, arm.low if arm.high is None else arm.high))
    if arm.yes:
        tests.append(lambda heard: _said(heard) if says_yes(heard) is True else None)
    if arm.no:
        tests.append(lambda heard: _said(heard) if says_yes(heard) is False else None)
    if len(tests) == 1:
        return tests[0]

    def match(heard: Heard) -> Value:
        for test in tests:
            said = test(heard)
            if said is not None:
                return said
        return None

    return match


def says_yes(heard: Heard) -> bool | None:
    """Whether a reply agrees; None when it says neither yes nor no. The first such word counts.

    The words of the reply's language come first, and those of the others only when it has none.
    """
    if heard.bare in _YES_ALONE:
        return True
    if heard.bare in _NO_ALONE:
        return False
    own = heard.locale[:2].lower()
    for language in (own, "") if own in _YES else ("",):
        for found in _answers(language).finditer(heard.words):
            if found.lastgroup != "neither":
                return found.lastgroup == "yes"
    return None


@cache
def _answers(language: str) -> re.Pattern[str]:
    languages = [language] if language else list(_YES)
    groups = {
        "neither": [_NEITHER],
        "no": [_NO[each] for each in languages],
        "yes": [_YES[each] for each in languages],
    }
    tests = "|".join(
        f"(?P<{name}>{'|'.join(sorted('|'.join(words).split('|'), key=len, reverse=True))})"
        for name, words in groups.items()
    )
    return re.compile(f"(?<= )(?:{tests})(?= )")


def _said(heard: Heard) -> str:
    return heard.text


def _word(word: str) -> Match:
    bare = fold(word).strip(_OUTER) or word
    words = _spaced(bare)
    if not words.strip() or _UNSPACED.search(bare):
        return lambda heard: heard.text if bare in heard.bare or bare in heard.text else None
    return lambda heard: heard.text if words in heard.words else None


def _whole(text: str) -> Match:
    bare = fold(text).strip(_OUTER) or text
    words = _spaced(bare)
    if not words.strip():
        return lambda heard: heard.text if bare in (heard.bare, heard.text.strip()) else None
    return lambda heard: heard.text if words == heard.words else None


def _number(low: int, high: int) -> Match:
    def match(heard: Heard) -> Value:
        found = _NUMBER.search(heard.text)
        if found is None:
            return None
        number = int(found[0])
        return number if low <= number <= high else None

    return match


def _spaced(text: str) -> str:
    return f" {' '.join(_WORD.findall(text))} "
