"""Texts that stand without quotes, or in those of other languages and programs: what was meant."""

from collections.abc import Sequence

from tactful.language.reading import Cursor, Wrong
from tactful.language.tokens import (
    OTHER_QUOTES,
    Item,
    bare_of_quotes,
    first_of,
    items_as_written,
    last_of,
    tokens_of,
)


def bare_text(cursor: Cursor, example: str, *, fits_any_words: bool) -> Wrong | None:
    """Step over a text that has no quotes and return the mistake; None when it is no text at all.

    `fits_any_words`: a message may hold words that are also names of values on its line, so where
    it ends only its writer knows.
    """
    taken, sure = _extent(cursor, fits_any_words=fits_any_words)
    tokens = [token for item in taken for token in tokens_of(item)]
    if any(token.kind in ("STRING", "TEXT", "OPEN_TEXT") for token in tokens):
        return None
    cursor.at += len(taken)
    written = items_as_written(taken)
    text = bare_of_quotes(written)
    return Wrong(
        "a text stands in quotes" + ("" if text == written else ' like these: `"…"`'),
        tokens[0],
        upto=tokens[-1],
        replacement=f'"{text}"',
        help=(f"For example `{example}`.",),
        sure=sure,
    )


def _extent(cursor: Cursor, *, fits_any_words: bool) -> tuple[Sequence[Item], bool]:
    """Return the items of the text, and whether that is sure: other quotes say where it ends."""
    left = cursor.items[cursor.at :]
    closing = OTHER_QUOTES.get(first_of(left[0]).text[0])
    if closing:
        for count, item in enumerate(left, 1):
            last = last_of(item).text
            if last[-1] in closing and (count > 1 or len(last) > 1):
                return left[:count], True
    named = (ahead for ahead in range(1, len(left)) if cursor.key(ahead))
    ends = next(named, len(left))
    if fits_any_words:
        return left, ends == len(left)
    return left[:ends], True
