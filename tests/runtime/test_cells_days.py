"""Days and moments are read as people and spreadsheets write them, or refused with the reason."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import ValueUnreadable
from tactful.runtime.audience.cells.days import read_day
from tactful.runtime.audience.cells.times import read_moment
from tactful.values import instant, iso

DAYS = [
    "2026-12-09", "2026/12/09", "2026.12.9", "9.12.2026", "09.12.2026", "9. 12. 2026",
    "9 Dec 2026", "9-Dec-2026", "09-DEC-2026", "Dec 9, 2026", "December 9th, 2026",
    "Wednesday, 9 December 2026", "9. Dezember 2026", "Mittwoch, 9. Dez. 2026",
    "9 décembre 2026", "9 de diciembre de 2026", "9 dicembre 2026", "9 grudnia 2026",
    "2026-12-09 00:00:00", "2026-12-09T00:00", "9/12/2026 0:00", "2026年12月9日",
]  # fmt: skip


@pytest.mark.parametrize("text", DAYS)
def test_a_day_is_read(text: str) -> None:
    assert read_day(text, "day first") == "2026-12-09"


@pytest.mark.parametrize(
    ("text", "day"),
    [("13/12/2026", "2026-12-13"), ("12/13/2026", "2026-12-13"), ("5/5/2026", "2026-05-05"),
     ("31-12-2026", "2026-12-31")],
)  # fmt: skip
def test_a_day_with_slashes_that_reads_one_way_is_read(text: str, day: str) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("01/12/2026", "two ways"),
        ("1-12-2026", "two ways"),
        ("09.12.26", "two digits"),
        ("1/12/26", "two digits"),
        ("9 Dec 26", "two digits"),
        ("46365", "spreadsheet"),
        ("46365.5", "spreadsheet"),
        ("2026-02-30", "no such day"),
        ("30 February 2026", "no such day"),
        ("12.13.2026", "no such day"),
        ("0001-01-01", "nobody means"),
        ("2026-12-09 14:30", "time of day"),
        ("soon", "not a day"),
        ("Dec 2026", "not a day"),
        ("May June 9 2026", "not a day"),
        ("20261209", "not a day"),
        ("2026-12", "not a day"),
        ("9 Frimaire 2026", "not a day"),
    ],
)
def test_what_is_no_day_or_reads_two_ways_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueUnreadable, match=reason) as refused:
        read_day(text)
    assert refused.value.help


@given(
    st.dates(date(1900, 1, 1), date(2200, 12, 31)),
    st.sampled_from(["en", "de", "fr", "es", "it", "pt", "nl", "da", "sv", "fi", "pl", "cs"]),
    st.sampled_from(["long", "full"]),
)
def test_a_day_written_out_in_our_languages_is_read(day: date, language: str, form: str) -> None:
    written = format_date(day, form, locale=language)
    assert read_day(written) == day.isoformat()


@given(st.text(max_size=25))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    for order in (None, "day first", "month first"):
        try:
            found = read_day(text, order)
        except ValueUnreadable:
            continue
        assert date.fromisoformat(found).isoformat() == found


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-09 09:30", "2026-12-09T09:30:00", "2026-12-09T09:30:00Z", "2026-12-09 09:30 UTC",
        "2026-12-09T10:30+01:00", "2026-12-09 10:30:00+0100", "2026-12-09T09:30:00.123Z",
        "2026-12-09 04:30 America/New_York", "9.12.2026 09:30", "9. Dezember 2026, 09:30 Uhr",
        "9 Dec 2026 at 9:30 am", "9 Dec 2026 9:30AM", "9 December 2026, 09:30", "9/12/2026 9:30",
    ],
)  # fmt: skip
def test_a_moment_is_read(text: str) -> None:
    assert read_moment(text, "Europe/Dublin", "day first")[:16] == "2026-12-09T09:30"


def test_midnight_and_noon_are_told_apart() -> None:
    assert read_moment("2026-12-09 12:05 am", "UTC") == "2026-12-09T00:05:00.000Z"
    assert read_moment("2026-12-09 12:05 pm", "UTC") == "2026-12-09T12:05:00.000Z"


@pytest.mark.parametrize(
    ("text", "zone", "reason"),
    [
        ("2026-12-09 09:30", None, "which zone"),
        ("2026-12-09", "UTC", "no time of day"),
        ("1796808600", "UTC", "a program keeps"),
        ("46365,39583", "UTC", "a program keeps"),
        ("2026-12-09 25:30", "UTC", "no such time"),
        ("2026-12-09 13:30 pm", "UTC", "no such time"),
        ("2026-12-09 09:30 CET", "UTC", "not a day and time"),
        ("2026-12-09 09:30 Europe/Dubln", "UTC", "not a time zone"),
        ("2026-12-09 09:30+19:00", "UTC", "from UTC"),
        ("01/12/2026 09:30", "UTC", "two ways"),
        ("2026-03-29 01:30", "Europe/Dublin", "never show"),
        ("2026-10-25 01:30", "Europe/Dublin", "twice"),
        ("tomorrow at nine", "UTC", "not a day and time"),
    ],
)
def test_what_is_no_moment_is_refused(text: str, zone: str | None, reason: str) -> None:
    with pytest.raises(ValueUnreadable, match=reason):
        read_moment(text, zone)


def test_a_time_that_clocks_show_twice_is_read_with_its_offset() -> None:
    first = read_moment("2026-10-25T01:30+01:00", "Europe/Dublin")
    second = read_moment("2026-10-25T01:30+00:00", "Europe/Dublin")
    assert (first, second) == ("2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z")


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2037, 1, 1)).map(lambda at: at.replace(second=0)),
    st.sampled_from(["Europe/Dublin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"]),
)
def test_a_moment_is_by_the_clocks_of_its_zone_or_refused(at: datetime, zone: str) -> None:
    shown = at.replace(microsecond=0)
    there = shown.replace(tzinfo=ZoneInfo(zone))
    try:
        read = read_moment(f"{shown:%Y-%m-%d %H:%M}", zone)
    except ValueUnreadable:
        other = shown.replace(tzinfo=ZoneInfo(zone), fold=1)
        assert there.utcoffset() != other.utcoffset()
    else:
        assert read == iso(instant(there))


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    try:
        found = read_moment(text, "Europe/Dublin")
    except ValueUnreadable:
        return
    assert found.endswith("Z")
