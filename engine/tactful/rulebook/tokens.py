"""Cuts a folded text into tokens: words, numbers, amounts, links, and where sentences end.

One regular expression without nested repetition, so the time grows with the length of the text and
with nothing else.
"""

import re
from typing import Literal, TypeAlias

Kind = Literal[
    "word", "link", "mail", "money", "percent", "number", "phone", "short", "code", "masked", "end"
]
"""What a token is. `phone` is a number of 7 to 15 digits, `short` one of 4 to 6; `code` mixes
letters and digits, `masked` is a word with signs in it (`f*ck`), `end` ends a sentence."""

Token: TypeAlias = tuple[Kind, str, int, int]
"""Its kind, its word, and from where to where it stands in the folded text. A plain tuple: there
are thousands in a mail."""

MOST_TOKENS = 12_000
"""So many are looked at: about 65,000 characters of prose."""

# Ends of names that are hardly ever the next sentence after a forgotten blank.
_ENDS = (
    "com|net|org|info|biz|co|io|ly|gl|gd|me|app|dev|xyz|top|club|online|site|shop|store|live|link|"
    "click|vip|win|icu|cc|tk|ml|ga|cf|gq|ru|cn|de|fr|es|it|nl|be|ch|at|pl|pt|eu|uk|us|ca|au|nz|ie|"
    "in|mobi|tv|ws|gov|edu|mil|int|buzz|work|support|help|email|page|br|mx|jp|kr|za|se|no|dk|fi"
)
_MASKS = "@$!|*+€£"
_ESCAPED = re.escape(_MASKS)

# What is most frequent comes first; the gaps before a token are skipped with it.
_TOKEN = re.compile(
    rf"""[ ,]{{0,2}}+(?:
    (?P<plain>[^\W\d_]{{1,60}}+(?=[ ,\n;)?]|:(?!//)|[.](?:\s|\Z)|\Z))
    |(?P<end>[.?\n;\u2026。！？]|!(?=[!\s]|\Z))
    |(?P<link>(?:https?://|hxxps?://|www\.)[^\s<>"\u201d]{{1,2000}}+
      |(?<![\w.@-])(?:[a-z0-9-]{{1,40}}+\.){{1,4}}(?:{_ENDS})(?![\w@-])(?!\.\w)
       (?:[/?][^\s<>"\u201d]{{0,2000}}+)?)
    |(?P<number>(?<!\w)[+(]{{0,2}}\d{{1,20}}+(?:[.,]\d{{1,9}}+)?(?:[ ().-]{{1,2}}\d{{2,12}}+){{0,6}}
      (?![\w%€£$]|\s[€£$]))
    |(?P<money>[£$€¥₹₦]\s?\d{{1,12}}+(?:[.,]\d{{1,4}}+){{0,5}}
      |(?<!\w)\d{{1,9}}+(?:[.,]\d{{1,3}}+){{0,4}}\s?[€£$](?!\w))
    |(?P<percent>(?<!\w)\d{{1,3}}+(?:[.,]\d{{1,2}}+)?\s?%)
    |(?P<mail>(?<!\w)[a-z0-9][\w.+-]{{0,63}}+@[\w-]{{1,40}}+\.[\w.-]{{1,80}}+)
    |(?P<mixed>[^\W_](?:[^\W_]|[{_ESCAPED}'’](?=[^\W_{_ESCAPED}]|[{_ESCAPED}]{{1,9}}+[^\W_])){{0,60}}+
       (?:[$@€]{{1,3}}+(?!\w))?
      |[@$!|*€£](?=[^\W\d_]{{2}})[^\W_](?:[^\W_]|[{_ESCAPED}](?=[^\W_])){{0,60}}+))
    """,
    re.VERBOSE,
)
_NO_DIGITS = re.compile(r"\D+")


def tokens_of(folded: str) -> list[Token]:
    """Return the tokens of a folded text, in order; at most `MOST_TOKENS`, and one more if cut."""
    found: list[Token] = []
    add = found.append
    for match in _TOKEN.finditer(folded):
        kind: str = match.lastgroup  # type: ignore[assignment]
        start, end = match.span(kind)
        word = match[kind]
        if kind == "plain":
            add(("word", word, start, end))
        elif kind == "mixed":
            add(_mixed(word, start, end))
        elif kind == "number":
            add(_number(word, start, end))
        elif kind == "link":
            bare = word.rstrip(".,;:!?)]}'’")
            add(("link", bare, start, start + len(bare)))
        else:
            add((kind, word, start, end))  # type: ignore[arg-type]
        if len(found) > MOST_TOKENS:
            break
    return found


def _mixed(word: str, start: int, end: int) -> Token:
    without = word.replace("’", "").replace("'", "")
    if without.isalpha():
        return ("word", without, start, end)
    return ("code" if without.isalnum() else "masked", without, start, end)


def _number(word: str, start: int, end: int) -> Token:
    digits = _NO_DIGITS.sub("", word)
    if 7 <= len(digits) <= 15:
        return ("phone", digits, start, end)
    return ("short" if 4 <= len(digits) <= 6 else "number", digits, start, end)
