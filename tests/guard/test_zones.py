"""A person may be in the row's zone; else in every zone that the number or its country allows."""

import pytest

from tactful.errors import ValueUnreadable
from tactful.guard.zones import calling_code, candidate_zones, country_zones, prefix_zones
from tactful.zones import zone

NANP = prefix_zones("1")


@pytest.mark.parametrize(
    ("row_zone", "e164", "country", "zones"),
    [
        ("Asia/Kathmandu", "+12025550143", "US", ("Asia/Kathmandu",)),
        (None, "+12025550143", "US", ("America/New_York",)),
        (None, "+12085550111", "US", ("America/Boise", "America/Los_Angeles")),
        (None, "+18085550143", None, ("Pacific/Honolulu",)),
        (None, "+61255501234", "AU", ("Australia/Sydney",)),
        (None, "+18765550112", "JM", ("America/Jamaica",)),
        # Toll-free: the country the row names, if the number can be of it.
        (None, "+18335550145", "US", country_zones("US")),
        (None, "+18335550145", "ca", country_zones("CA")),
        (None, "+18335550145", "IE", NANP),
        (None, "+18335550145", None, NANP),
        (None, "+448081570123", "GB", ("Europe/London",)),
        # No zone of its own, no country: nothing known.
        (None, "+80012345678", "IE", ()),
        (None, "+80012345678", None, ()),
        # No number at all.
        (None, None, "SE", ("Europe/Stockholm",)),
        (None, None, "XX", ()),
        (None, None, None, ()),
        ("", None, "", ()),
    ],
)
def test_candidates(
    row_zone: str | None, e164: str | None, country: str | None, zones: tuple[str, ...]
) -> None:
    assert candidate_zones(row_zone, e164, country) == zones


def test_the_zones_of_north_america_are_many() -> None:
    assert len(NANP) == 42
    assert "Pacific/Honolulu" in country_zones("US")


@pytest.mark.parametrize(
    "name", ["Europe/Dubln", "Etc/Unknown", "../zones", "/etc/passwd", "UTC\0"]
)
def test_a_zone_that_is_not_iana_data_is_refused(name: str) -> None:
    with pytest.raises(ValueUnreadable):
        zone(name)
    with pytest.raises(ValueUnreadable):
        candidate_zones(name, "+12025550143", None)


def test_every_zone_of_the_numbers_can_be_loaded() -> None:
    for digits in ("1", "7", "44", "61", "353", "977"):
        for name in prefix_zones(digits):
            assert zone(name).key == name


@pytest.mark.parametrize(
    ("e164", "code"), [("+12025550143", 1), ("+353871234567", 353), ("+999123", 0), ("+", 0)]
)
def test_calling_codes(e164: str, code: int) -> None:
    assert calling_code(e164) == code
