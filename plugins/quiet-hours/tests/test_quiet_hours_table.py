"""The hours of places: every clock, both changes of it, weekends and holidays."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tactful.errors import ValueUnreadable
from tactful.values import HOUR, Instant, instant, moment
from tactful.zones import zone
from tactful_quiet_hours.days import Holidays
from tactful_quiet_hours.hours import open_stretch
from tactful_quiet_hours.places import Hours, known_holidays, known_places, state_by_area_code

ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
    "America/Los_Angeles", "America/Anchorage", "America/Adak", "Pacific/Honolulu",
    "America/Puerto_Rico", "America/Indiana/Knox", "America/Boise", "America/Detroit",
)  # fmt: skip
HOLIDAYS = Holidays(known_holidays())
PLACES = known_places()


def at(text: str, zone_name: str = "America/New_York") -> Instant:
    return instant(datetime.fromisoformat(text).replace(tzinfo=zone(zone_name)))


def opens(place: str, text: str, *zones: str) -> str | None:
    """Return when it opens, by the clock of the first zone; `open` when it is."""
    clocks = zones or ("America/New_York",)
    now = at(text, clocks[0])
    found = open_stretch(PLACES[place].hours, HOLIDAYS, [zone(name) for name in clocks], now)
    if found is None:
        return None
    if found[0] == now:
        return "open"
    return f"{moment(found[0]).astimezone(zone(clocks[0])):%a %d %H:%M}"


@pytest.mark.parametrize(
    ("place", "now", "expected"),
    [
        ("US", "2026-11-24T07:59:59", "Tue 24 08:00"),
        ("US", "2026-11-24T08:00", "open"),
        ("US", "2026-11-24T20:59:59", "open"),
        ("US", "2026-11-24T21:00", "Wed 25 08:00"),
        ("US-FL", "2026-11-24T20:00", "Wed 25 08:00"),
        ("US-RI", "2026-11-27T18:00", "Sat 28 10:00"),
        ("US-RI", "2026-11-28T16:59", "open"),
        ("US-TX", "2026-11-29T09:00", "Sun 29 12:00"),
        ("US-AL", "2026-11-28T20:00", "Mon 30 08:00"),  # not on Sunday
        ("US-AL", "2026-11-26T12:00", "Fri 27 08:00"),  # not on Thanksgiving
        ("US-MS", "2026-11-26T12:00", "open"),  # a holiday is any day there
        ("US-PA", "2026-11-28T12:00", "Mon 30 08:00"),
        ("US-LA", "2026-12-24T21:00", "Sat 26 08:00"),  # over Christmas
    ],
)
def test_hours_of_places(place: str, now: str, expected: str) -> None:
    assert opens(place, now) == expected


def test_a_message_waits_until_every_clock_that_may_count_is_open() -> None:
    both = ("America/Los_Angeles", "America/Boise")
    assert opens("US", "2026-11-24T07:30", *both) == "Tue 24 08:00"
    assert opens("US", "2026-11-24T20:30", *both) == "Wed 25 08:00"


def test_clocks_without_a_common_hour_never_open() -> None:
    hours = Hours.read({"all": "09:00 to 11:00"})
    clocks = [zone("America/New_York"), zone("Pacific/Honolulu")]
    assert open_stretch(hours, HOLIDAYS, clocks, at("2026-11-24T09:30")) is None


def test_without_any_clock_nothing_is_known_to_be_open() -> None:
    assert open_stretch(PLACES["US"].hours, HOLIDAYS, [], at("2026-11-24T12:00")) is None


def test_the_clock_is_put_forward_and_back() -> None:
    """8 o'clock comes an hour sooner and later, and an hour that is skipped has come after it."""
    assert opens("US", "2027-03-14T00:30") == "Sun 14 08:00"
    assert at("2027-03-14T08:00") - at("2027-03-13T08:00") == 23 * HOUR
    early = Hours.read({"all": "02:30 to 03:30"})
    clock = [zone("America/New_York")]
    found = open_stretch(early, HOLIDAYS, clock, at("2027-03-14T00:30"))
    assert found == (at("2027-03-14T03:00"), at("2027-03-14T03:30"))


moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(
    lambda wall: instant(wall.replace(tzinfo=zone("UTC")))
)


@given(st.sampled_from(sorted(PLACES)), st.lists(st.sampled_from(ZONES), min_size=1), moments)
@example("US", ["America/New_York"], at("2026-11-01T01:30"))
def test_a_stretch_is_inside_the_hours_on_every_clock_and_comes_at_once(
    place: str, names: list[str], now: Instant
) -> None:
    hours = PLACES[place].hours
    clocks = [zone(name) for name in names]
    found = open_stretch(hours, HOLIDAYS, clocks, now)
    assert found is not None, "every place has an hour that suits all of the country"
    begins, ends = found
    assert now <= begins < ends
    for inside in (begins, ends - 1, (begins + ends) // 2):
        assert all(_is_open(hours, name, inside) for name in names)
    step = max((begins - now) // 40, 1)
    for before in range(now, begins, step):
        assert not all(_is_open(hours, name, before) for name in names), "it waited for nothing"


def _is_open(hours: Hours, name: str, now: Instant) -> bool:
    wall = moment(now).astimezone(zone(name))
    window = hours.on(wall.weekday(), is_holiday=wall.date() in HOLIDAYS)
    return window is not None and wall.time() in window


def test_the_tables_are_whole() -> None:
    assert all(place.source and place.confidence for place in PLACES.values())
    assert all(code == "US" or code[3:] in set(state_by_area_code().values()) for code in PLACES)
    assert len(state_by_area_code()) > 350


def test_holidays_fall_on_their_days() -> None:
    named = {rule.name: rule.on(2026) for rule in known_holidays()}
    assert named["Thanksgiving Day"] == date(2026, 11, 26)
    assert named["Memorial Day"] == date(2026, 5, 25)
    assert named["Labor Day"] == date(2026, 9, 7)
    assert named["Birthday of Martin Luther King, Jr."] == date(2026, 1, 19)
    for year in range(2020, 2040):
        days = sorted(rule.on(year) for rule in known_holidays())
        assert all(later - earlier >= timedelta(1) for earlier, later in pairwise(days))


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({"mon": "08:00 to 20:00"}, "does not say what holds on tue"),
        ({"all": "20:00 to 08:00"}, "ends before it begins"),
        ({"all": "early"}, "not a stretch of the day"),
    ],
)
def test_hours_that_make_no_sense_are_told(written: dict[str, str], says: str) -> None:
    with pytest.raises(ValueUnreadable, match=says):
        Hours.read(written)


def test_what_is_not_written_stays_as_it_is_known() -> None:
    known = PLACES["US-AL"].hours
    changed = Hours.read({"sun": "13:00 to 17:00"}, known)
    assert str(changed.on(6, is_holiday=False)) == "13:00 to 17:00"
    assert changed.on(0, is_holiday=False) == known.on(0, is_holiday=False)
    assert changed.on(0, is_holiday=True) is None
