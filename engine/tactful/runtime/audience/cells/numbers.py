"""Reads numbers as people write them; a mark that may group or begin decimals is asked about."""

import re
from typing import Literal

from tactful.errors import ValueUnreadable

Point = Literal[".", ",", "both"]
"""The mark with which a column begins decimals; `both` when its cells disagree."""

_SPACES = str.maketrans("", "", " \u00a0\u2009\u202f'’")
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u2009\u202f'’][0-9]{3})*(?:[.,][0-9]+)?")
_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:([.,])([0-9]+))?")
_COMMAS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DOTS = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_TWO_WAYS = re.compile(r"[+-]?[1-9][0-9]{0,2}([.,])[0-9]{3}")
_SHORTENED = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_MOST_DIGITS = 15  # what a floating-point number holds exactly


def read_number(text: str, point: Point | None = None) -> int | float:
    """Read a number: `1234`, `-3,5`, `1 234.50`, `1.234,50`, `12,000.00`, `(5.00)`.

    `point` is what the rest of the column shows. Without it, a dot is a decimal point, as machines
    write it, unless other signs show that it groups. Raises `ValueUnreadable`.
    """
    if _PLAIN.fullmatch(text):
        return int(text)
    plain = plain_number(text, point)
    return float(plain) if "." in plain else int(plain)


def plain_number(text: str, point: Point | None = None, *, dot_in_doubt: bool = False) -> str:
    """Return a number as machines write it: `-1234.50`. Raises `ValueUnreadable`.

    With `dot_in_doubt`, `1.234` reads two ways like `1,234`, where `point` does not tell.
    """
    text = _signed(text.strip().replace("−", "-"))
    _refuse_what_is_no_number(text)
    if _SPACED.fullmatch(text):
        text = text.translate(_SPACES)
    two_ways = _TWO_WAYS.fullmatch(text)
    if two_ways:
        text = _decided(text, two_ways[1], point, dot_in_doubt)
    elif _COMMAS.fullmatch(text) and ("." in text or text.count(",") > 1):
        text = text.replace(",", "")
    elif _DOTS.fullmatch(text) and ("," in text or text.count(".") > 1):
        text = text.replace(".", "").replace(",", ".")
    found = _NUMBER.fullmatch(text)
    if not found or not (found[2] or found[4]):
        raise ValueUnreadable("it is not a number", help="Write for example 1234.50.")
    sign, whole, mark, rest = found.groups(default="")
    if len(whole.lstrip("0")) + len(rest) > _MOST_DIGITS:
        raise ValueUnreadable(
            "it has too many digits to be counted with", help="Make it a column of text."
        )
    number = f"{sign.strip('+')}{int(whole or 0)}"
    return f"{number}.{rest}" if mark else number


def _signed(text: str) -> str:
    """Return a number with its minus in front, where accountants write it elsewhere."""
    if text.startswith("(") and text.endswith(")") and text[1:2].isdigit():
        return f"-{text[1:-1].strip()}"
    if text.endswith("-") and text[:1].isdigit():
        return f"-{text[:-1].strip()}"
    return text


def _refuse_what_is_no_number(text: str) -> None:
    if text.endswith(("%", "‰")) and text[:-1].strip():
        raise ValueUnreadable(
            "it is a percentage, which may be meant as 12 or as 0.12",
            help="Write the number itself.",
        )
    if _SHORTENED.fullmatch(text):
        raise ValueUnreadable(
            "a spreadsheet has shortened it, and its last digits are lost",
            help="Format the column as a number or as text, and save it again.",
        )


def _decided(text: str, mark: str, point: Point | None, dot_in_doubt: bool) -> str:
    """Return a number such as `1,234` with its mark settled. Raises `ValueUnreadable`."""
    if point is None and mark == "." and not dot_in_doubt:
        return text
    if point is None or point == "both":
        kind = "dot" if mark == "." else "comma"
        joined = text.replace(mark, "")
        raise ValueUnreadable(
            f"its {kind} may group thousands or begin the decimals",
            help=f"Write {joined} or {text.replace(mark, '.')}{'0' if mark == '.' else ''}.",
        )
    return text.replace(mark, "." if mark == point else "")


def point_of(text: str) -> Point | None:
    """Return the mark with which a number begins its decimals; None when it shows none.

    `both` means that the number may be read either way.
    """
    if text.isdigit() or not text[-1:].isdigit():
        return None
    bare = text.translate(_SPACES).lstrip("+-−")
    if _TWO_WAYS.fullmatch(bare):
        return "both"
    if _COMMAS.fullmatch(bare):
        return "."
    if _DOTS.fullmatch(bare):
        return ","
    found = _NUMBER.fullmatch(bare)
    if found and found[3] == ",":
        return ","
    return "." if found and found[3] == "." else None
