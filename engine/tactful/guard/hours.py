"""Says when quiet hours let a message go: in every zone where its reader may be, at once.

A moment is quiet in a zone when the clock on the wall there shows a time inside the window. Read
that way nothing is ambiguous: an hour that the clock shows twice is quiet both times, and a time
that it skips is never waited for. The window is half open, like `values.Window`.
"""

from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

import msgspec

from tactful.guard.zones import Zones
from tactful.values import DAY, MINUTE, SECOND, WEEK, Instant, Span, Window
from tactful.zones import zone

RECIPIENT = "recipient"


class QuietHours(msgspec.Struct, frozen=True):
    """When no message may go: `window` of the day (None: never quiet) in `zone`.

    `zone` is an IANA name, or `recipient` for the zones of each reader.
    """

    window: Window | None
    zone: str = RECIPIENT

    def zones(self, zones: Zones) -> Zones:
        """Return the zones whose clocks count for a reader who may be in any of `zones`."""
        return zones if self.zone == RECIPIENT else (self.zone,)


DEFAULT = QuietHours(Window.parse("21:00 to 08:00"))


def open_until(zones: Zones, quiet: QuietHours, at: Instant) -> tuple[bool, Instant]:
    """Return whether a send may go at `at`, and a moment up to which that certainly holds.

    The moment itself does not belong to it. It is at least one microsecond and at most about a
    week away. A reader without any known zone is never open to hours of the recipient.
    """
    if quiet.window is None:
        return True, at + WEEK
    counted = quiet.zones(zones)
    if not counted:
        return False, at + WEEK
    opens, closes = at, at + WEEK
    for name in counted:
        is_quiet, until = _holds(name, quiet.window, at)
        if is_quiet:
            opens = max(opens, until)
        else:
            closes = min(closes, until)
    return (False, opens) if opens > at else (True, closes)


def next_open(zones: Zones, quiet: QuietHours, at: Instant) -> Instant | None:
    """Return the first moment from `at` on at which a send may go; None if none within 8 days.

    Clocks change by an hour twice a year: zones without a moment in common this week are not worth
    waiting for (`common_minutes` puts such a row out before it is ever held).
    """
    last = at + WEEK + DAY
    while at < last:
        is_open, until = open_until(zones, quiet, at)
        if is_open:
            return at
        at = until
    return None


def common_minutes(zones: Zones, quiet: QuietHours, at: Instant) -> int:
    """Return for how many minutes of the 24 hours from `at` on a send may go."""
    total, end = 0, at + DAY
    while at < end:
        is_open, until = open_until(zones, quiet, at)
        if is_open:
            total += min(until, end) - at
        at = until
    return total // MINUTE


class HoursCache:
    """Remembers answers per tuple of zones, so that the common case is a look-up.

    The tuples are some hundreds in practice. A setting of quiet hours is recognised by identity:
    ask with the same object, or the cache only costs.
    """

    __slots__ = ("_common", "_known", "_opens")

    def __init__(self) -> None:
        self._known: dict[Zones, tuple[QuietHours, Instant, Instant, bool]] = {}
        self._opens: dict[Zones, tuple[QuietHours, Instant, Instant]] = {}
        self._common: dict[Zones, tuple[QuietHours, Instant, int]] = {}

    def allows(self, zones: Zones, quiet: QuietHours, at: Instant) -> bool:
        """Return whether a send may go at `at`."""
        known = self._known.get(zones)
        if known is not None and known[0] is quiet and known[1] <= at < known[2]:
            return known[3]
        is_open, until = open_until(zones, quiet, at)
        self._known[zones] = (quiet, at, until, is_open)
        return is_open

    def next_open(self, zones: Zones, quiet: QuietHours, at: Instant) -> Instant | None:
        """Return the same as the function of this name."""
        if self.allows(zones, quiet, at):
            return at
        known = self._opens.get(zones)
        if known is not None and known[0] is quiet and known[1] <= at < known[2]:
            return known[2]
        opens = next_open(zones, quiet, at)
        if opens is not None:
            self._opens[zones] = (quiet, at, opens)
        return opens

    def common_minutes(self, zones: Zones, quiet: QuietHours, at: Instant) -> int:
        """Return the same as the function of this name, worked out anew only once a day."""
        known = self._common.get(zones)
        if known is not None and known[0] is quiet and known[1] <= at < known[1] + DAY:
            return known[2]
        minutes = common_minutes(zones, quiet, at)
        self._common[zones] = (quiet, at, minutes)
        return minutes


def _holds(name: str, window: Window, at: Instant) -> tuple[bool, Instant]:
    """Return whether it is quiet in one zone at `at`, and a moment up to which that holds."""
    where = zone(name)
    start, end = _of_day(window.start), _of_day(window.end)
    offset = _offset(where, at)
    wall = (at + offset) % DAY
    is_quiet = start <= wall < end if start < end else wall >= start or wall < end
    # The next edge on this clock; the whole day when both edges are one.
    edge = at + ((end if is_quiet else start) - wall - 1) % DAY + 1
    if _offset(where, edge) != offset:
        edge = _first(lambda moment: _offset(where, moment) != offset, at, edge)
    return is_quiet, edge


def _offset(where: ZoneInfo, at: Instant) -> Span:
    """Return how far a zone's clock is ahead of UTC at a moment."""
    ahead = datetime.fromtimestamp(at // SECOND, where).utcoffset()
    return (ahead.days * 86_400 + ahead.seconds) * SECOND if ahead else 0


def _first(changed: Callable[[Instant], bool], before: Instant, after: Instant) -> Instant:
    """Return the moment (a whole second, as clocks change on one) at which `changed` turns true.

    It does so once between `before`, where it is false, and `after`, where it is true.
    """
    low, high = before // SECOND, -(-after // SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if changed(middle * SECOND):
            high = middle
        else:
            low = middle
    return high * SECOND


def _of_day(at: time) -> Span:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * SECOND + at.microsecond
