"""Moments to wait for, on the clocks of all zones and over both changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.graph.moments import ClockMoment, DayMoment, UntilMoment, ValueMoment, compile_moment
from tactful.graph.texts import ZONE
from tactful.values import DAY, HOUR, SECOND, Instant, iso, moment, parse_instant
from tactful.zones import shown, zone, zone_names

ZONES = st.sampled_from(sorted(zone_names()))
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
CLOCKS = st.times().map(lambda clock: clock.replace(microsecond=0))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(
    lambda at: int(at.replace(tzinfo=UTC).timestamp()) * SECOND
)
NOW = parse_instant("2026-11-24T12:00:00Z")


def _wall(at: Instant, name: str) -> datetime:
    return moment(at).astimezone(zone(name)).replace(tzinfo=None)


@given(DAYS, CLOCKS, ZONES)
def test_a_clock_has_gone_past_a_time_when_it_is_shown_and_not_before(
    day: date, clock: time, name: str
) -> None:
    at = shown(day, clock, zone(name))
    wanted = datetime.combine(day, clock)
    assert _wall(at, name) >= wanted
    assert _wall(at - SECOND, name) < wanted
    if _wall(at, name) != wanted:  # it is skipped: the clock jumps right there
        assert _wall(at, name) - _wall(at - SECOND, name) > timedelta(seconds=1)


@given(CLOCKS, st.none() | st.integers(0, 6), ZONES, MOMENTS)
def test_the_next_time_is_after_now_and_the_first_such(
    clock: time, weekday: int | None, name: str, now: Instant
) -> None:
    at = compile_moment(ClockMoment(at=clock, weekday=weekday, zone=name))({}, now)
    assert at is not None
    assert now < at <= now + (1 if weekday is None else 7) * DAY + 25 * HOUR
    wall = _wall(at, name)
    if wall.time() == clock:
        assert weekday in (None, wall.weekday())
    before = [
        shown(_wall(now, name).date() + timedelta(days=days), clock, zone(name))
        for days in range(-1, 9)
        if weekday in (None, (_wall(now, name).date() + timedelta(days=days)).weekday())
    ]
    assert at == min(each for each in before if each > now)


@pytest.mark.parametrize(
    ("day", "clock", "at"),
    [
        ("2026-03-29", "00:30", "2026-03-29T00:30:00Z"),
        ("2026-03-29", "01:30", "2026-03-29T01:00:00Z"),  # skipped: 01:00 to 02:00
        ("2026-03-29", "02:00", "2026-03-29T01:00:00Z"),
        ("2026-10-25", "01:30", "2026-10-25T00:30:00Z"),  # shown twice: the first counts
        ("2026-10-25", "02:30", "2026-10-25T02:30:00Z"),
    ],
)
def test_both_changes_of_the_clock_in_dublin(day: str, clock: str, at: str) -> None:
    where = zone("Europe/Dublin")
    assert shown(date.fromisoformat(day), time.fromisoformat(clock), where) == parse_instant(at)


@pytest.mark.parametrize(
    ("wanted", "value", "at"),
    [
        (ValueMoment(name="x"), "2026-12-09T10:00:00Z", "2026-12-09T10:00:00Z"),
        (ValueMoment(name="x"), "2026-12-09T10:00:00+02:00", "2026-12-09T08:00:00Z"),
        (ValueMoment(name="x"), "2026-12-09T10:00", "2026-12-09T15:00:00Z"),
        (ValueMoment(name="x", offset=-DAY), "2026-12-09T10:00:00Z", "2026-12-08T10:00:00Z"),
        (ValueMoment(name="x"), "2026-12-09", "2026-12-09T05:00:00Z"),
        (ValueMoment(name="x", offset=-HOUR), "2026-12-09", "2026-12-09T04:00:00Z"),
        (ValueMoment(name="x", at=time(10)), "2026-12-09", "2026-12-09T15:00:00Z"),
        (ValueMoment(name="x", at=time(10)), "2026-12-09T02:00:00Z", "2026-12-08T15:00:00Z"),
        (
            ValueMoment(name="x", at=time(10), zone="Europe/Dublin"),
            "2026-12-09",
            "2026-12-09T10:00:00Z",
        ),
        # Over the change of the clock whole days are counted on the calendar.
        (ValueMoment(name="x", at=time(10), offset=-DAY), "2026-03-08", "2026-03-07T15:00:00Z"),
        (ValueMoment(name="x", offset=DAY), "2026-03-08", "2026-03-09T04:00:00Z"),
        (ValueMoment(name="x"), None, None),
        (ValueMoment(name="x"), "", None),
        (ValueMoment(name="x"), "soon", None),
        (ValueMoment(name="x"), "20261209", None),
        (ValueMoment(name="x"), 20261209, None),
        (ValueMoment(name="x"), True, None),
        (ValueMoment(name="x", offset=-10_000 * DAY), "0001-01-01", None),
        (DayMoment(day=date(2026, 12, 1), at=time(9)), None, "2026-12-01T14:00:00Z"),
    ],
)
def test_a_moment_in_the_data(wanted: UntilMoment, value: str | None, at: str | None) -> None:
    values = {"x": value, ZONE: "America/New_York"}
    found = compile_moment(wanted)(values, NOW)
    assert (found and iso(found)) == (at and iso(parse_instant(at)))


def test_a_zone_that_nobody_knows_is_no_moment() -> None:
    assert compile_moment(ClockMoment(at=time(9)))({ZONE: "Mars/Olympus"}, NOW) is None
