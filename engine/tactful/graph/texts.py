"""Texts with slots, compiled once per revision and filled in once per message."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tactful.graph.expressions import Filter, Scalar, Slot, Text

Values = Mapping[str, Scalar]
Render = Callable[[Values], str]
Pipe = Callable[[object], object]

# Names that stand in the values of every journey beside its columns: the recipient's key, and by
# whose language and clock days, times and amounts are shown. No column can be called so.
RECIPIENT = "recipient"
LOCALE = "recipient.locale"
ZONE = "recipient.zone"

# The most characters a rendered text can have. Policies look at no more, so no more may leave.
TEXT_LIMIT = 100_000

_ENDLESS = 1e300  # no such number is meant; infinity and "not a number" fall out with it


def show(value: object) -> str:
    """Print a value as people read it: yes or no, no trailing `.0`, and nothing when missing."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list | tuple):
        return ", ".join(show(entry) for entry in value)
    return str(value)


def is_missing(value: object) -> bool:
    """Whether a value counts as missing: none at all, an empty text or an empty list."""
    return value is None or value == "" or value == [] or value == ()


# ---- filters ------------------------------------------------------------------------------------


class FilterRule(NamedTuple):
    """What a filter does, and how many arguments it takes.

    `make` gets the arguments and returns the function; that sees a missing value only when
    `sees_missing` is set.
    """

    make: Callable[..., Pipe]
    least: int = 0
    most: int = 0
    sees_missing: bool = False


def _entries(value: object) -> list[object]:
    if isinstance(value, list | tuple):
        return list(value)
    return [entry.strip() for entry in show(value).replace(";", ",").split(",") if entry.strip()]


def _instead(fallback: Scalar) -> Pipe:
    return lambda value: fallback if is_missing(value) else value


def _number(decimals: Scalar = None) -> Pipe:
    places = None if decimals is None else max(0, min(int(decimals), 9))

    def pipe(value: object) -> object:
        number = as_number(value)
        if number is None:
            return value
        return show(round(number, 2)) if places is None else f"{number:.{places}f}"

    return pipe


def _joined(separator: Scalar = ", ") -> Pipe:
    glue = show(separator)
    return lambda value: glue.join(show(entry) for entry in _entries(value))


def _nth(position: int) -> Pipe:
    def pipe(value: object) -> object:
        entries = _entries(value)
        return entries[position] if entries else None

    return pipe


# A list is a list column, or a text whose entries stand between commas or semicolons. `number`
# rounds to two places, or to as many as it is told; it groups no digits, because how that is
# written depends on the reader's country.
FILTERS: dict[str, FilterRule] = {
    "or": FilterRule(_instead, 1, 1, sees_missing=True),
    "upper": FilterRule(lambda: lambda value: show(value).upper()),
    "lower": FilterRule(lambda: lambda value: show(value).lower()),
    "title": FilterRule(lambda: lambda value: show(value).title()),
    "number": FilterRule(_number, 0, 1),
    "count": FilterRule(lambda: lambda value: len(_entries(value)), sees_missing=True),
    "first": FilterRule(lambda: _nth(0)),
    "last": FilterRule(lambda: _nth(-1)),
    "join": FilterRule(_joined, 0, 1),
}


def as_number(value: object) -> float | int | None:
    """Return a number, or the number that a text spells (`" 12.50 "`); None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    return value if isinstance(value, int | float) and abs(value) < _ENDLESS else None


def _pipe(filters: tuple[Filter, ...]) -> Pipe:
    rules = [FILTERS[each.name] for each in filters]
    made = [
        (rule.make(*each.arguments), rule.sees_missing)
        for rule, each in zip(rules, filters, strict=True)
    ]

    def pipe(value: object) -> object:
        for step, sees_missing in made:
            if sees_missing or not is_missing(value):
                value = step(value)
        return value

    return pipe


# ---- texts --------------------------------------------------------------------------------------


def compile_text(text: Text) -> Render:
    """Return a function that fills in the slots from values; it never raises.

    A missing value becomes nothing, unless `or` says otherwise. What goes beyond `TEXT_LIMIT`
    characters is cut off. Raises `KeyError` on a filter that is not in `FILTERS`.
    """
    slots = [
        (part.name, _pipe(part.filters) if part.filters else None)
        for part in text.parts
        if isinstance(part, Slot)
    ]
    literals = [part for part in text.parts if isinstance(part, str)]
    if not slots:
        fixed = "".join(literals)[:TEXT_LIMIT]
        return lambda values: fixed

    pattern = "".join(
        "%s" if isinstance(part, Slot) else part.replace("%", "%%") for part in text.parts
    )
    room = TEXT_LIMIT - sum(len(part) for part in literals)

    def render(values: Values) -> str:
        get = values.get
        pieces = tuple(
            [
                (value if type(value := get(name)) is str else show(value))
                if pipe is None
                else show(pipe(get(name)))
                for name, pipe in slots
            ]
        )
        if sum(map(len, pieces)) > room:
            return (pattern % _fitting(pieces, max(room, 0)))[:TEXT_LIMIT]
        return pattern % pieces

    return render


def _fitting(pieces: tuple[str, ...], room: int) -> tuple[str, ...]:
    fitting = []
    for piece in pieces:
        fitting.append(piece[:room])
        room -= len(fitting[-1])
    return tuple(fitting)
