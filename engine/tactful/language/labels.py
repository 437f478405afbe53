"""Kinds of labels: names, or texts in their place in which something is filled in."""

from tactful.language.kinds import Kind, read_name
from tactful.language.reading import Cursor
from tactful.language.templates import Template, read_template
from tactful.language.tokens import Item, Token


class NameOrText(Kind):
    """One word, or a text in quotes in which something is filled in. Gives `str` or `Template`."""

    says = "a name"
    example = "late_order"

    def read(self, cursor: Cursor) -> str | Template:
        return _filled_in(self, cursor.peek(), cursor)


class NamesOrTexts(Kind):
    """Names, or texts in quotes, with commas. Gives a tuple of `str` and `Template`."""

    says = "one or more names"
    example = "vip, late_order"

    def read(self, cursor: Cursor) -> tuple[str | Template, ...]:
        item = cursor.peek()
        if not isinstance(item, tuple):
            return (NameOrText().read(cursor),)
        at = cursor.at
        read = tuple(_filled_in(self, token, cursor) for token in item)
        cursor.at = at + 1
        return read


def _filled_in(kind: Kind, item: Item | None, cursor: Cursor) -> str | Template:
    if not (isinstance(item, Token) and item.kind == "STRING" and "{{" in item.text):
        return read_name(kind, item, cursor)
    template, mistakes = read_template(item)
    cursor.noted += mistakes
    cursor.at += 1
    return template
