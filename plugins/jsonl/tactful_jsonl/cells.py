"""Makes the cells of a row out of a JSON object: flat, by dotted names, as text without loss."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

DEEPEST = 20
MOST_CELLS = 1_000

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Uneven(ValueError):
    """An object cannot be a row. Its text says why, for people; `column` names the place."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.column = column


def cells_of(value: Any) -> dict[str, str]:
    """Return the cells of one object, by their dotted names. Raises `Uneven`.

    Numbers may be texts already or `Decimal`, so that they keep their digits.
    """
    if not isinstance(value, Mapping):
        raise Uneven(f'it holds {_name_of(value)}, not an object such as {{"id": 1}}')
    cells: dict[str, str] = {}
    for name, text in _flat(value, "", 1):
        if name in cells:
            raise Uneven(f"it gives `{name}` twice", name)
        if len(cells) == MOST_CELLS:
            raise Uneven(f"it holds more than {MOST_CELLS:,} values")
        cells[name] = text
    return cells


def _flat(value: Mapping[str, Any], before: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > DEEPEST:
        raise Uneven(f"it is nested more than {DEEPEST} deep")
    for key, inner in value.items():
        name = f"{before}{key}"
        if isinstance(inner, Mapping):
            yield from _flat(inner, f"{name}.", depth + 1)
        else:
            yield name, _text(inner)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case True | False:
            return "yes" if value else "no"
        case Decimal():
            return format(value, "f") if abs(value.adjusted()) < 40 else str(value)
        case list():
            return _encode(value).decode()
    return str(value)


def _name_of(value: Any) -> str:
    match value:
        case list():
            return "a list"
        case str():
            return "a text"
        case None:
            return "nothing"
        case bool():
            return "a yes or no"
    return "a number"
