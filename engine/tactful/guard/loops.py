"""Tells a machine that answers from a person, so that two machines do not go on for ever."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from tactful.values import DAY, HOUR, MINUTE, Instant, Span

BURST = 15
BURST_WITHIN: Span = MINUTE // 2
"""So many replies of one address in so short a time come from a machine (Twilio error 14107)."""

SAME = 5
SAME_WITHIN: Span = DAY
LONG_TEXT = 20  # characters: nobody types so much again and again, but `yes` many times a day
"""The same long text so often in so long a time is an automatic answer."""

SAME_SHORT = 10
SAME_SHORT_WITHIN: Span = HOUR

SILENCE: Span = HOUR
"""For so long after the last sign of a machine its address gets no answer."""


class Heard(NamedTuple):
    """One reply of an address."""

    at: Instant
    text: str


def silent_until(replies: Sequence[Heard]) -> Instant:
    """Return until when an address that replied so, oldest first, gets no answer; 0 for never."""
    signs = _runs([reply.at for reply in replies], BURST, BURST_WITHIN)
    by_text: dict[str, list[Instant]] = defaultdict(list)
    for reply in replies:
        by_text[" ".join(reply.text.casefold().split())].append(reply.at)
    for text, moments in by_text.items():
        is_long = len(text) >= LONG_TEXT
        times, within = (SAME, SAME_WITHIN) if is_long else (SAME_SHORT, SAME_SHORT_WITHIN)
        signs = max(signs, _runs(moments, times, within))
    return signs + SILENCE if signs else 0


def _runs(moments: Sequence[Instant], times: int, within: Span) -> Instant:
    """Return when it last happened so many times within a span; 0 for never."""
    ends = (
        last
        for first, last in zip(moments, moments[times - 1 :], strict=False)
        if last - first < within
    )
    return max(ends, default=0)
