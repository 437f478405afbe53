"""What an observer says, checked before it is kept: states, standings, advice and gauges."""

from collections.abc import Iterable
from typing import Any, get_args

import msgspec

from tactful.guard.standing import (
    STANDINGS,
    Advice,
    Gauge,
    Media,
    Observed,
    Observer,
    Pause,
    SenderSignal,
    Slow,
)
from tactful.runtime.faults import storable
from tactful.runtime.ports import Medium
from tactful.values import Rate, iso

LONGEST_STATE = 200_000
"""A state may have so many characters of JSON: it is written with every signal."""

MOST_REASONS = 10
MOST_GAUGES = 30

_encode = msgspec.json.Encoder().encode
_replace = msgspec.structs.replace


def version_of(observer: Observer) -> int:
    """Return the version of an observer's state. Raises `TypeError` when it is no number."""
    if not isinstance(observer.version, int):
        raise TypeError(f"its version is {observer.version!r:.100}")
    return observer.version


def written(state: Any) -> str:
    """Return a state as it is stored. Raises what its encoding raises, and when it is too long."""
    text = _encode(state).decode()
    if len(text) > LONGEST_STATE:
        raise ValueError(f"its state has {len(text):,} characters, and may have {LONGEST_STATE:,}")
    return text


def sound(observed: object) -> Observed:
    """Return what an observer says as it can be kept. Raises `TypeError` when it is nonsense."""
    match observed:
        case Observed(
            standing=str(standing),
            advice=advice,
            reasons=tuple(reasons),
            gauges=tuple(gauges),
        ) if (
            standing in STANDINGS
            and isinstance(advice, Advice | None)
            and all(isinstance(one, str) for one in reasons)
            and all(_is_sound(one) for one in gauges)
        ):
            kept = tuple(storable(one) for one in reasons[:MOST_REASONS])
            return _replace(observed, reasons=kept, gauges=gauges[:MOST_GAUGES])
    raise TypeError(f"it gave no standing, but {observed!r:.100}")


def _is_sound(gauge: object) -> bool:
    return (
        isinstance(gauge, Gauge)
        and isinstance(gauge.name, str)
        and storable(gauge.name) == gauge.name
        and isinstance(gauge.events, int)
        and isinstance(gauge.of, int)
        and isinstance(gauge.limit, int | float | None)
    )


def gauges_of(text: str) -> tuple[Gauge, ...]:
    """Return the gauges that a row of the store has."""
    return msgspec.json.decode(text, type=tuple[Gauge, ...]) if text else ()


def write_gauges(gauges: tuple[Gauge, ...]) -> str:
    """Return gauges as a row of the store has them."""
    return _encode(gauges).decode() if gauges else ""


def gauge_names(observers: Iterable[Observer]) -> dict[str, frozenset[str]]:
    """Return the figures that observers tell, by medium, as each says of a sender anew."""
    told: dict[str, set[str]] = {medium: set() for medium in get_args(Medium)}
    for observer in observers:
        try:
            media = observer.media if isinstance(observer, Media) else told
            for medium in media:
                sent = SenderSignal("sent", 0, medium=medium, sender="sender")
                _, observed = observer.observe(observer.start(), sent, 0)
                told[medium] |= {gauge.name for gauge in sound(observed).gauges}
        except BaseException:  # one that fails tells nothing here, and is told when it watches
            continue
    return {medium: frozenset(names) for medium, names in told.items()}


def advice_words(advice: Advice | None, *, until: bool = False) -> str:
    """Return an advice in words; without `until`, two are alike that differ in their end only."""
    match advice:
        case None:
            return ""
        case Slow(to=Rate() as rate):
            return f"slow to {rate}"
        case Slow(to=other):
            raise TypeError(f"it said to slow to {other!r:.100}, which is no pace")
        case Pause(until=int(moment)) if until:
            return f"pause until {iso(moment)}"
    return type(advice).__name__.lower()
