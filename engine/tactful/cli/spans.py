"""Moments, spans and counts in the words of people."""

from collections.abc import Mapping

from tactful.values import DAY, HOUR, MINUTE, SECOND, Instant, Span, moment


def count(number: int, noun: str, plural: str = "") -> str:
    """Return `1 message`, `2 messages`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def span_words(span: Span) -> str:
    """Return a span by its two largest units: `4 h 5 min`."""
    if span < SECOND:
        return "0 s"
    sizes = (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", SECOND))
    parts = []
    rest = span
    for unit, size in sizes:
        if rest >= size:
            parts.append(f"{rest // size} {unit}")
            rest %= size
        elif parts:
            break
    return " ".join(parts[:2])


def clock_words(at: Instant) -> str:
    """Return a moment as the clock of this machine shows it, with its zone."""
    local = moment(at).astimezone()
    return f"{local:%a %d %b %Y %H:%M} {local:%Z}".rstrip()


def brief_words(at: Instant) -> str:
    """Return a moment as the clock of this machine shows it, short enough for a column."""
    return f"{moment(at).astimezone():%d %b %H:%M}"


def short_clock(at: Instant) -> str:
    """Return a moment of these days as the clock of this machine shows it: `Tue 09:20`."""
    return f"{moment(at).astimezone():%a %H:%M}"


def after_words(at: Instant, start: Instant) -> str:
    """Return a moment with its distance to the start: `Tue 1 Dec 2026 13:05 (4 h 5 min …)`."""
    if at - start < SECOND:
        return f"{clock_words(at)} (at once)"
    return f"{clock_words(at)} ({span_words(at - start)} after the start)"


def most_words(worst: Mapping[str, int]) -> str:
    """Return what one person gets at most: `at most 2 sms, 1 email per person`."""
    if not worst:
        return "no messages"
    return "at most " + ", ".join(f"{n} {channel}" for channel, n in worst.items()) + " per person"
