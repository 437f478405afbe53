"""Bounds what one visitor can make us do: so many in a minute, some of them at once (GCRA)."""

from tactful.values import Instant, Span

_MOST_REMEMBERED = 10_000


class Rate:
    """`burst` at once and one more every `every`, for each name (ITU-T I.371, GCRA)."""

    def __init__(self, every: Span, burst: int) -> None:
        self._every = every
        self._ahead = every * (burst - 1)
        self._next: dict[str, Instant] = {}

    def wait(self, name: str, now: Instant) -> Span:
        """Take one if it may be taken now, and return 0; else return how long to wait."""
        due = max(self._next.get(name, now), now)
        due = min(due, now + self._ahead + self._every)  # where the clock was put back
        if due - now > self._ahead:
            return due - now - self._ahead
        if len(self._next) >= _MOST_REMEMBERED:
            self._next = {name: due for name, due in self._next.items() if due > now}
        self._next[name] = due + self._every
        return 0
