"""Time zones, the same on every machine: from the data that is installed with us.

Not from the system's, so every machine holds, wakes and sends at the same moments.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources  # data that ships with the code: see `table`
from zoneinfo import ZoneInfo

from tactful.errors import ValueUnreadable
from tactful.values import SECOND, Instant, instant, moment


@cache
def zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name. Raises `ValueUnreadable`."""
    if name not in zone_names():
        raise ValueUnreadable(
            f"`{name}` is not a time zone", help="Write for example Europe/Dublin."
        )
    with resources.files("tzdata").joinpath(f"zoneinfo/{name}").open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@cache
def zone_names() -> frozenset[str]:
    """Return the names of all zones."""
    return frozenset(table("zones"))


@cache
def table(name: str) -> tuple[str, ...]:
    """Return the lines of one table of the `tzdata` distribution, read once each."""
    return tuple(resources.files("tzdata").joinpath(name).read_text("utf-8").splitlines())


def day_of(at: Instant, where: ZoneInfo) -> date:
    """Return which day it is in a zone at a moment."""
    return moment(at).astimezone(where).date()


def shown(day: date, clock: time, where: ZoneInfo) -> Instant:
    """Return the moment at which the clock of a zone first shows a time on a day.

    A time that the clock skips has come when the clock goes past it. Raises `OverflowError` at the
    ends of the calendar.
    """
    wall = datetime.combine(day, clock, tzinfo=where)
    # Of a time that is skipped, each fold reads it by the clock of one side, and so lands on the
    # other: the jump is in between.
    early, late = instant(wall.replace(fold=1)), instant(wall)
    return late if late <= early else _jump(early // SECOND, late // SECOND, where) * SECOND


def on_clock(wall: datetime, name: str) -> Instant:
    """Return the instant at which the clocks of a zone (its IANA name) show a day and time.

    Raises `ValueUnreadable` when they never show it, or twice, being put forward or back.
    """
    there = zone(name)
    first, second = (instant(wall.replace(tzinfo=there, fold=fold)) for fold in (0, 1))
    if first == second:
        return first
    when = f"{wall:%Y-%m-%d %H:%M}"
    offset = moment(second).astimezone(there).isoformat()[-6:]
    if first < second:
        raise ValueUnreadable(
            f"the clocks of {name} show {when} twice, because they are put back",
            help=f"Write it with its offset, for example {wall:%Y-%m-%dT%H:%M}{offset}.",
        )
    raise ValueUnreadable(
        f"the clocks of {name} never show {when}, because they are put forward",
        help="Write a time before or after the change.",
    )


def _jump(before: int, after: int, where: ZoneInfo) -> int:
    """Return the second between these two at which the clock of a zone jumps."""
    ahead = _ahead(after, where)
    while after - before > 1:
        middle = (before + after) // 2
        if _ahead(middle, where) == ahead:
            after = middle
        else:
            before = middle
    return after


def _ahead(second: int, where: ZoneInfo) -> timedelta | None:
    """Return how far the clock of a zone is ahead of UTC."""
    return moment(second * SECOND).astimezone(where).utcoffset()
