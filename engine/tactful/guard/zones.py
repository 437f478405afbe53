"""Finds the time zones in which a person may be.

An area code is not a place: numbers move with people. So every zone that the number, or else its
country, allows counts as a candidate, and a send must suit all of them.
"""

import re
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata
from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

from tactful.zones import table, zone

Zones = tuple[str, ...]


def candidate_zones(row_zone: str | None, e164: str | None, country: str | None) -> Zones:
    """Return the zones that must all be inside the hours; nothing known returns no zone.

    The row's own zone goes first. Else it is every zone of the number; of the country, if the
    number has none or is toll-free. `country` is an ISO 3166 code; one that does not share the
    number's calling code says how national numbers are read, not where this one is, and is passed
    over. Raises `ValueUnreadable` when the row's zone is not in the IANA data.
    """
    if row_zone:
        zone(row_zone)
        return (row_zone,)
    country = country.upper() if country else ""
    if e164 is None:
        return country_zones(country)
    code = calling_code(e164)
    zones = prefix_zones(e164)
    if zones and not _is_toll_free(code, e164):
        return zones
    if country in COUNTRY_CODE_TO_REGION_CODE.get(code, ()):
        return country_zones(country) or zones
    return zones


def prefix_zones(digits: str) -> Zones:
    """Return the zones of the longest known prefix of an international number."""
    digits = digits.removeprefix("+")
    for length in range(min(TIMEZONE_LONGEST_PREFIX, len(digits)), 0, -1):
        found = TIMEZONE_DATA.get(digits[:length])
        if found is not None:
            return tuple(name for name in found if name != "Etc/Unknown")
    return ()


def calling_code(e164: str) -> int:
    """Return the country calling code that a number in E.164 form begins with; 0 for none."""
    for length in (1, 2, 3):
        head = e164[1 : 1 + length]
        if head.isdecimal() and int(head) in COUNTRY_CODE_TO_REGION_CODE:
            return int(head)
    return 0


@cache
def country_zones(country: str) -> Zones:
    """Return the zones of a country (ISO 3166 code), or none for an unknown one."""
    rows = (line.split("\t") for line in table("zoneinfo/zone.tab") if not line.startswith("#"))
    return tuple(sorted(row[2] for row in rows if row[0] == country))


def _is_toll_free(code: int, e164: str) -> bool:
    pattern = _toll_free(code)
    return pattern is not None and pattern.fullmatch(e164, len(str(code)) + 1) is not None


@cache
def _toll_free(code: int) -> re.Pattern[str] | None:
    """Return the shape of the toll-free national numbers under a calling code."""
    regions = COUNTRY_CODE_TO_REGION_CODE.get(code, ("",))
    metadata = (
        PhoneMetadata.metadata_for_nongeo_region(code)
        if regions[0] == "001"
        else PhoneMetadata.metadata_for_region(regions[0])
    )
    described = metadata.toll_free if metadata else None
    pattern = described.national_number_pattern if described else None
    return re.compile(pattern) if pattern else None
