"""Texts with slots, compiled once per revision and filled in once per message."""

from collections.abc import Callable, Mapping, Sequence

from tactful.graph.expressions import Filter, Scalar, Slot, Text
from tactful.graph.filters import (
    DATED,
    FILTERS,
    LOCALE,
    RECIPIENT,
    ZONE,
    Pipe,
    Values,
    as_number,
    is_missing,
    show,
)
from tactful.graph.languages import language_for
from tactful.values import Instant, iso
from tactful.zones import day_of, zone

__all__ = [
    "LOCALE",
    "RECIPIENT",
    "TEXT_LIMIT",
    "ZONE",
    "Render",
    "Values",
    "as_number",
    "compile_text",
    "compile_wordings",
    "is_missing",
    "now_for",
    "show",
    "tells_time",
]

Render = Callable[[Values], str]

# The most characters a rendered text can have. Policies look at no more, so no more may leave.
TEXT_LIMIT = 100_000


def tells_time(text: Text) -> bool:
    """Whether what a text says depends on when it is said; it then needs `now` and `today`."""
    return any(
        part.name in ("now", "today") or any(each.name in DATED for each in part.filters)
        for part in text.parts
        if isinstance(part, Slot)
    )


def now_for(reader: Values, now: Instant) -> dict[str, Scalar]:
    """Return `now` and `today` by the clock of a reader, whose zone is among the values."""
    name = reader.get(ZONE)
    today = day_of(now, zone(name if isinstance(name, str) else "UTC"))
    return {"now": iso(now), "today": today.isoformat()}


def compile_wordings(default: Text, others: Mapping[str, Text], languages: Sequence[str]) -> Render:
    """Return a function that fills in the text in the reader's language, else the default one.

    `languages` are all those of the flow, the default first; one that is not among `others` says
    what the default says.
    """
    usual = compile_text(default)
    if not others:
        return usual
    by_language = {language: compile_text(text) for language, text in others.items()}
    chosen: dict[Scalar, Render] = {}

    def render(values: Values) -> str:
        locale = values.get(LOCALE)
        words = chosen.get(locale)
        if words is None:
            language = language_for(locale, languages) if isinstance(locale, str) else None
            words = chosen[locale] = by_language.get(language or "", usual)
        return words(values)

    return render


def _pipe(filters: tuple[Filter, ...]) -> Pipe:
    makers = [FILTERS[each.name] for each in filters]
    made = [
        (maker.make(*each.arguments), maker.sees_missing)
        for maker, each in zip(makers, filters, strict=True)
    ]

    def pipe(value: object, values: Values) -> object:
        for step, sees_missing in made:
            if sees_missing or not is_missing(value):
                value = step(value, values)
        return value

    return pipe


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
                else show(pipe(get(name), values))
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
