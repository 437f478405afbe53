"""When a message may reach a person: inside the hours of the place, on every clock that may count.

Pure. Hours are those of the clock on the wall, so they move with daylight saving time.
"""

from collections.abc import Sequence
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from tactful.values import DAY, Instant
from tactful.zones import day_of, shown
from tactful_quiet_hours.days import Holidays
from tactful_quiet_hours.places import Hours

MOST_DAYS = 15
"""So many days are looked at: no place is closed for longer."""

Stretch = tuple[Instant, Instant]


def open_stretch(
    hours: Hours, holidays: Holidays, zones: Sequence[ZoneInfo], at: Instant
) -> Stretch | None:
    """Return the next stretch of time, from `at` on, that suits every zone; None where none does.

    It is half open: its end does not belong to it. Midnight ends a stretch.
    """
    begins = at
    while begins - at < MOST_DAYS * DAY:
        found = [_next(hours, holidays, zone, begins) for zone in zones]
        known = [stretch for stretch in found if stretch is not None]
        if not known or len(known) < len(found):
            return None
        latest = max(stretch[0] for stretch in known)
        if latest == begins:
            return begins, min(stretch[1] for stretch in known)
        begins = latest
    return None


def _next(hours: Hours, holidays: Holidays, zone: ZoneInfo, at: Instant) -> Stretch | None:
    """Return the rest of the stretch in one zone that holds `at`, else the next one."""
    today = day_of(at, zone)
    for ahead in range(MOST_DAYS):
        day = today + timedelta(days=ahead)
        window = hours.on(day.weekday(), is_holiday=day in holidays)
        if window is None:
            continue
        last = day if window.end != time(0) else day + timedelta(days=1)
        ends = shown(last, window.end, zone)
        if at < ends:
            return max(shown(day, window.start, zone), at), ends
    return None
