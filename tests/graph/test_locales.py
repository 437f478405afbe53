"""Days, clocks, numbers and amounts, as readers of many countries write them."""

import subprocess
import sys
from itertools import product

import pytest
from babel.localedata import locale_identifiers
from hypothesis import given
from hypothesis import strategies as st

from tactful.graph.filters import FILTERS, LOCALE, ZONE
from tactful.guard.segments import count
from tactful.language.filters import FILTERS as RULES

Reader = tuple[str | None, str | None]

DUBLIN: Reader = ("en", "Europe/Dublin")
BOSTON: Reader = ("en", "America/New_York")
PARIS: Reader = ("fr", "Europe/Paris")
MONTREAL: Reader = ("fr", "America/Toronto")
BERLIN: Reader = ("de-DE", "Europe/Berlin")
TOKYO: Reader = ("ja", "Asia/Tokyo")
ASIDE: Reader = ("tlh-XX", "Etc/Nowhere")
NOBODY: Reader = (None, None)
TALKERS = ("money", "number", "day", "clock", "day_and_clock", "date")


def told(name: str, value: object, reader: Reader = NOBODY, today: str | None = None) -> object:
    values = {LOCALE: reader[0], ZONE: reader[1], "today": today}
    return FILTERS[name].make()(value, values)


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.shown[0]])
def test_the_examples_of_the_reference_are_true(name: str) -> None:
    value, shown = RULES[name].shown
    assert str(told(name, value, DUBLIN)) == shown


@pytest.mark.parametrize(
    ("reader", "shown"),
    [
        (DUBLIN, "€1,234.50"),
        (BOSTON, "€1,234.50"),
        (PARIS, "1 234,50 €"),
        (BERLIN, "1.234,50 €"),
        (("nl", None), "€ 1.234,50"),
        (NOBODY, "€1,234.50"),
        (ASIDE, "€1,234.50"),
    ],
)
def test_an_amount_is_written_as_the_reader_does(reader: Reader, shown: str) -> None:
    assert told("money", "1234.50 EUR", reader) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("42.50", "42.50"),
        (42, "42.00"),
        (42.5, "42.50"),
        ("-3 EUR", "-€3.00"),
        ("1500 JPY", "JP¥1,500"),
        ("0.0425 EUR", "€0.0425"),
        ("7 XYZ", "XYZ 7.00"),
        ("7 eur", "7 eur"),
        ("free", "free"),
        (True, True),
        ("9" * 40, "9" * 40),
    ],
)
def test_an_amount_is_told_in_full_or_left_alone(value: object, shown: object) -> None:
    assert told("money", value, DUBLIN) == shown


@pytest.mark.parametrize(
    ("reader", "shown"),
    [
        (DUBLIN, "Wednesday 9 December, 15:30"),
        (BOSTON, "Wednesday, December 9, 10:30 AM"),
        (PARIS, "mercredi 9 décembre, 16:30"),
        (MONTREAL, "mercredi 9 décembre, 10 h 30"),
        (BERLIN, "Mittwoch, 9. Dezember, 16:30"),
        (TOKYO, "12月10日木曜日 0:30"),
        (("hu", None), "december 9., szerda 15:30"),
        (("pt-BR", None), "quarta-feira, 9 de dezembro 15:30"),
        (("lv", None), "trešdiena, 9. decembris 15:30"),
        (("tr", None), "9 Aralık Çarşamba 15:30"),
        (("ru", None), "среда, 9 декабря, 15:30"),
        (ASIDE, "Wednesday, December 9, 3:30 PM"),
    ],
)
def test_a_moment_is_told_by_the_clock_and_in_the_words_of_the_reader(
    reader: Reader, shown: str
) -> None:
    assert told("day_and_clock", "2026-12-09T15:30:00Z", reader) == shown


@pytest.mark.parametrize(
    ("value", "today", "shown"),
    [
        ("2026-12-09", "2026-11-24", "Wednesday 9 December"),
        ("2027-01-05", "2026-12-20", "Tuesday 5 January"),
        ("2027-09-01", "2026-12-20", "Wednesday, 1 September 2027"),
        ("2026-01-05", "2026-12-20", "Monday 5 January"),
        ("2027-09-01", None, "Wednesday 1 September"),
    ],
)
def test_a_year_is_told_when_it_is_another_and_far_away(
    value: str, today: str | None, shown: str
) -> None:
    assert told("day", value, ("en-GB", "Europe/London"), today) == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("clock", "2026-12-09", "2026-12-09"),
        ("day_and_clock", "2026-12-09", "Wednesday 9 December"),
        ("day", "soon", "soon"),
        ("day", "2026-13-40", "2026-13-40"),
        ("day", 20261209, 20261209),
        ("clock", "2026-12-09T15:30", "15:30"),
        ("clock", "2026-07-09T15:30:00Z", "16:30"),
        ("clock", "0001-01-01T00:00:00+23:00", "0001-01-01T00:00:00+23:00"),
        ("date", "2026-12-09T23:30:00Z", "9 Dec 2026"),
    ],
)
def test_what_cannot_be_told_is_left_alone(name: str, value: object, shown: object) -> None:
    assert told(name, value, DUBLIN) == shown


def test_no_space_of_a_locale_costs_a_second_part_of_a_text_message() -> None:
    """The no-break spaces of CLDR are outside of the alphabet of SMS (3GPP TS 23.038)."""
    for name, locale in product(TALKERS, ("en", "en-US", "fr", "fr-CA", "de", "it", "es", "sv")):
        for value in ("2026-12-09T15:30:00Z", "2026-12-09", "1234567.5 EUR", "1234567.5"):
            said = str(told(name, value, (locale, None)))
            assert count(said + "x" * 100).segments == 1, (name, locale, said)


def test_every_locale_tells_everything_and_no_year_unasked() -> None:
    for tag in locale_identifiers():
        for name in TALKERS:
            said = told(name, "2026-12-09T15:30:00Z", (tag, None))
            assert said
            assert isinstance(said, str)
            assert name != "day" or "2026" not in said, tag


@given(
    st.sampled_from(TALKERS),
    st.text() | st.floats() | st.integers() | st.booleans() | st.datetimes().map(str),
    st.sampled_from([DUBLIN, PARIS, TOKYO, ASIDE, NOBODY]) | st.tuples(st.text(), st.text()),
    st.none() | st.text(max_size=12) | st.dates().map(str),
)
def test_no_filter_ever_raises(name: str, value: object, reader: Reader, today: str | None) -> None:
    told(name, value, reader, today)


def test_a_check_does_not_load_the_locales() -> None:
    code = (
        "import sys\n"
        "from tests.graph.sources import campaign\n"
        "made = campaign('journey:\\n  send sms \"{{ total | money }} {{ now | clock }}\"')\n"
        "assert made.graph.steps and 'babel' not in sys.modules, 'babel was loaded'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
