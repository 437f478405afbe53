"""The languages that people read, by their codes (BCP 47): `en`, `fr-CA`."""

import re

from tactful.language.kinds import Kind
from tactful.language.reading import Cursor, Wrong
from tactful.language.suggest import nearest
from tactful.language.tokens import QUOTES, Token, tokens_of

_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?")

_ISO_639_1 = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu "
    "hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb "
    "lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om "
    "or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw "
    "ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
_TWO_LETTERS = frozenset(_ISO_639_1.split())

_BY_NAME = {
    "arabic": "ar", "chinese": "zh", "czech": "cs", "danish": "da", "deutsch": "de",
    "dutch": "nl", "english": "en", "español": "es", "finnish": "fi", "français": "fr",
    "french": "fr", "german": "de", "greek": "el", "hindi": "hi", "hungarian": "hu",
    "irish": "ga", "italian": "it", "italiano": "it", "japanese": "ja", "korean": "ko",
    "norwegian": "no", "polish": "pl", "polski": "pl", "portuguese": "pt", "romanian": "ro",
    "russian": "ru", "spanish": "es", "swedish": "sv", "turkish": "tr", "ukrainian": "uk",
    "vietnamese": "vi", "welsh": "cy",
}  # fmt: skip


def read_language(text: str) -> str | None:
    """Return a language as it is usually written: `FR_ca` is `fr-CA`; None: it is none."""
    found = _CODE.fullmatch(text)
    if found is None or (len(found[1]) == 2 and found[1].lower() not in _TWO_LETTERS):
        return None
    parts = [found[1].lower(), (found[2] or "").title(), (found[3] or "").upper()]
    return "-".join(part for part in parts if part)


class Language(Kind):
    """One language. Gives `str`."""

    says = "a language"
    example = "fr"

    def read(self, cursor: Cursor) -> str:
        token = cursor.token()
        if token is None:
            raise self.refuse(cursor)
        language = _language(token)
        cursor.at += 1
        return language


class Languages(Kind):
    """One or more languages, with commas. Gives `tuple[str, ...]`."""

    says = "one or more languages"
    example = "en, fr"

    def read(self, cursor: Cursor) -> tuple[str, ...]:
        item = cursor.peek()
        if item is None:
            raise self.refuse(cursor)
        languages = tuple(map(_language, tokens_of(item)))
        cursor.at += 1
        return languages


def _language(token: Token) -> str:
    language = read_language(token.text)
    if token.kind == "WORD" and language is not None:
        return language
    bare = token.text.strip(QUOTES).lower()
    near = nearest(bare, _BY_NAME, 0.75)
    raise Wrong(
        f"`{token.text}` is not the code of a language",
        token,
        replacement=_BY_NAME[near] if near else read_language(bare),
        help=("A language is written with its two letters, such as `en` or `fr`.",),
    )
