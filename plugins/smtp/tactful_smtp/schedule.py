"""Says when a message that was declared not sent is tried again.

Many servers let a stranger wait some minutes (greylisting) before they take its mail, so the first
attempts follow sooner than the half hour of RFC 5321, section 4.5.4.1. Who was tried how often is
kept in memory: after a restart the schedule begins anew, and the engine's own bound still holds.
"""

from collections import OrderedDict

from tactful.values import Duration, Span

DEFAULT = tuple(
    Duration.parse(text)
    for text in (
        "5 minutes", "15 minutes", "30 minutes", "1 hour", "2 hours", "4 hours", "8 hours",
    )
)  # fmt: skip
"""With the ten attempts that the engine makes: about 32 hours, if the flow lets it live so long."""

_MOST_KEPT = 100_000


class Schedule:
    """How long each message waits until its next attempt. The last wait repeats."""

    def __init__(self, waits: tuple[Duration, ...] = DEFAULT) -> None:
        self._waits = waits
        self._tried: OrderedDict[str, int] = OrderedDict()

    def next(self, token: str) -> Span:
        """Return the wait after another failed attempt of the message with this token."""
        tried = self._tried.pop(token, 0)
        self._tried[token] = tried + 1
        if len(self._tried) > _MOST_KEPT:
            self._tried.popitem(last=False)
        return self._waits[min(tried, len(self._waits) - 1)].span

    def done(self, token: str) -> None:
        """Forget a message: it needs no other attempt."""
        self._tried.pop(token, None)
