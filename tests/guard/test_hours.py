"""Quiet hours hold on the wall clock of every zone, over both changes of the clock."""

import csv
from collections.abc import Callable
from datetime import datetime, time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tactful.guard.hours import (
    DEFAULT,
    HoursCache,
    QuietHours,
    common_minutes,
    next_open,
    open_until,
)
from tactful.guard.zones import country_zones
from tactful.values import DAY, HOUR, MINUTE, SECOND, WEEK, Instant, Window, iso, parse_instant
from tactful.zones import zone, zone_names

DATA = Path(__file__).parents[1] / "data" / "quiet_hours.csv"
ZONES = sorted(zone_names())
BEGIN, END = parse_instant("2026-01-01T00:00:00Z"), parse_instant("2028-01-01T00:00:00Z")


def wall(name: str, at: Instant) -> time:
    return datetime.fromtimestamp(at // SECOND, zone(name)).time().replace(microsecond=at % SECOND)


def allowed(zones: tuple[str, ...], window: Window, at: Instant) -> bool:
    return not any(wall(name, at) in window for name in zones)


@cache
def changes(name: str) -> tuple[Instant, ...]:
    """Return the hours of two years in which a zone's clock changes."""

    def ahead(at: Instant) -> object:
        return datetime.fromtimestamp(at // SECOND, zone(name)).utcoffset()

    return tuple(
        next(hour for hour in range(day, day + DAY + 1, HOUR) if ahead(hour) != ahead(day))
        for day in range(BEGIN, END, DAY)
        if ahead(day) != ahead(day + DAY)
    ) or (BEGIN,)


clock = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))
windows = st.lists(clock, min_size=2, max_size=2, unique=True).map(lambda ends: Window(*ends))
zones = st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def moments(draw: Callable[..., Instant], names: tuple[str, ...]) -> Instant:
    """Any moment of two years, or one near a change of the clock of one of some zones."""
    near = draw(st.sampled_from(changes(names[0]))) + draw(st.integers(-36 * 60, 36 * 60)) * MINUTE
    return draw(st.sampled_from([near, draw(st.integers(BEGIN, END))]))


@pytest.mark.promise("HOURS")
def test_every_row_worked_out_outside_agrees() -> None:
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 210
    for row in rows:
        names, at = tuple(row["zones"].split("|")), parse_instant(row["utc"])
        opens = next_open(names, DEFAULT, at)
        assert open_until(names, DEFAULT, at)[0] == (row["inside_08_21_in_every_zone"] == "yes")
        assert opens == parse_instant(row["first_allowed_utc"]), row


@pytest.mark.promise("HOURS")
@given(st.data(), zones, windows)
def test_next_open_is_the_first_moment_that_every_wall_clock_allows(
    data: st.DataObject, names: tuple[str, ...], window: Window
) -> None:
    at = data.draw(moments(names))
    opens = next_open(names, QuietHours(window), at)
    last = at + WEEK if opens is None else opens
    assert opens is None or allowed(names, window, opens)
    assert opens is None or opens == at or not allowed(names, window, opens - 1)
    step = MINUTE if last - at <= 2 * DAY else 17 * MINUTE
    for moment in range(at, last, step):
        assert not allowed(names, window, moment), iso(moment)


@pytest.mark.promise("HOURS")
@given(st.data(), zones, windows)
def test_an_answer_holds_for_as_long_as_it_says(
    data: st.DataObject, names: tuple[str, ...], window: Window
) -> None:
    at = data.draw(moments(names))
    is_open, until = open_until(names, QuietHours(window), at)
    assert at < until
    for moment in [*range(at, min(until, at + 2 * DAY), 7 * MINUTE), until - 1]:
        assert allowed(names, window, moment) == is_open, iso(moment)


@pytest.mark.promise("HOURS")
@given(st.data(), zones, windows)
def test_the_cache_gives_the_same_answers(
    data: st.DataObject, names: tuple[str, ...], window: Window
) -> None:
    quiet, cache = QuietHours(window), HoursCache()
    at = data.draw(moments(names))
    for step in data.draw(st.lists(st.integers(-6 * 60, 30 * 60), max_size=6)):
        at += step * MINUTE
        assert cache.allows(names, quiet, at) == allowed(names, window, at)
        assert cache.next_open(names, quiet, at) == next_open(names, quiet, at)


def test_the_cache_tells_two_settings_apart() -> None:
    noon, cache = parse_instant("2026-06-01T12:00:00Z"), HoursCache()
    assert cache.allows(("Etc/UTC",), DEFAULT, noon)
    assert not cache.allows(("Etc/UTC",), QuietHours(Window.parse("11:00 to 13:00")), noon)


@pytest.mark.parametrize(
    ("window", "name", "at", "opens"),
    [
        # 02:30 does not exist on 8 March 2026 in New York: the clock goes from 02:00 to 03:00.
        ("21:00 to 02:30", "America/New_York", "2026-03-08T05:00:00Z", "2026-03-08T07:00:00Z"),
        # 01:30 comes twice on 1 November 2026: the first opens, but 01:00 to 01:30 is quiet again.
        ("21:00 to 01:30", "America/New_York", "2026-11-01T05:00:00Z", "2026-11-01T05:30:00Z"),
        ("21:00 to 01:30", "America/New_York", "2026-11-01T06:00:00Z", "2026-11-01T06:30:00Z"),
        # The clock of Lord Howe moves by half an hour.
        ("21:00 to 02:15", "Australia/Lord_Howe", "2026-10-03T15:00:00Z", "2026-10-03T15:30:00Z"),
        # Half open: the end is open, the start is quiet.
        ("21:00 to 08:00", "Asia/Kathmandu", "2026-06-01T02:15:00Z", "2026-06-01T02:15:00Z"),
        ("21:00 to 08:00", "Asia/Kathmandu", "2026-06-01T15:15:00Z", "2026-06-02T02:15:00Z"),
        (
            "21:00 to 08:00",
            "Asia/Kathmandu",
            "2026-06-01T15:14:59.999Z",
            "2026-06-01T15:14:59.999Z",
        ),
    ],
)
@pytest.mark.promise("HOURS")
def test_gaps_and_folds(window: str, name: str, at: str, opens: str) -> None:
    found = next_open((name,), QuietHours(Window.parse(window)), parse_instant(at))
    assert found == parse_instant(opens)


def test_no_quiet_hours_are_always_open() -> None:
    assert next_open((), QuietHours(None), BEGIN) == BEGIN


@pytest.mark.promise("CLOSED")
def test_without_any_zone_the_hours_of_the_recipient_never_open() -> None:
    assert next_open((), DEFAULT, BEGIN) is None
    assert common_minutes((), DEFAULT, BEGIN) == 0


def test_a_zone_of_the_flow_counts_instead_of_the_reader() -> None:
    quiet = QuietHours(DEFAULT.window, "Europe/Dublin")
    assert next_open(("Pacific/Honolulu",), quiet, parse_instant("2026-01-01T03:00:00Z")) == (
        parse_instant("2026-01-01T08:00:00Z")
    )


def test_a_day_that_is_quiet_all_through_never_opens() -> None:
    assert next_open(("Etc/UTC",), QuietHours(Window(time(8), time(8))), BEGIN) is None


@pytest.mark.parametrize(
    ("names", "minutes"),
    [
        (("Europe/Dublin",), 13 * 60),
        (("America/New_York", "Pacific/Honolulu"), 8 * 60),
        (("Europe/Dublin", "Pacific/Auckland"), 2 * 60),
        (("Pacific/Kiritimati", "Pacific/Honolulu"), 13 * 60),
        (("Europe/Dublin", "Asia/Tokyo", "America/Los_Angeles"), 0),
        (country_zones("US"), 8 * 60),
    ],
)
def test_minutes_in_common(names: tuple[str, ...], minutes: int) -> None:
    assert common_minutes(names, DEFAULT, BEGIN) == minutes
    cache = HoursCache()
    assert cache.common_minutes(names, DEFAULT, BEGIN) == minutes
    assert cache.common_minutes(names, DEFAULT, BEGIN + HOUR) == minutes


@given(st.data(), zones)
def test_zones_with_minutes_in_common_open_within_a_day(
    data: st.DataObject, names: tuple[str, ...]
) -> None:
    at = data.draw(moments(names))
    assume(common_minutes(names, DEFAULT, at))
    opens = next_open(names, DEFAULT, at)
    assert opens is not None
    assert opens < at + DAY
