"""How texts compare: without regard to capitals, accents and the shape of an apostrophe."""

import unicodedata

# Letters that Unicode does not take apart but that people type without their mark, apostrophes,
# and the invisible sign that asks for an emoji's coloured form.
_PLAIN = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "’": "'", "‘": "'", "ʼ": "'", "\ufe0f": None}
)


def fold(text: str) -> str:
    """Return the text as it compares: casefolded, without accents, compatibility forms resolved."""
    if text.isascii():
        return text.casefold()
    taken_apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(mark for mark in taken_apart if not unicodedata.combining(mark))
    return plain.translate(_PLAIN)
