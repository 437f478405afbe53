"""Reads moments: `2026-12-01 09:00`, `2026-12-01T09:00:00Z`, `9 Dec 2026 9:00 am +01:00`."""

import re
from datetime import datetime, timedelta, timezone

from tactful.errors import ValueUnreadable
from tactful.runtime.audience.cells.days import Order, read_day
from tactful.runtime.audience.cells.places import read_zone
from tactful.values import instant, iso
from tactful.zones import on_clock

_MOMENT = re.compile(
    r"(?P<day>.*?[0-9.])(?:[Tt]|\s*,?\s+(?:at |um |à |kl\. ?)?)"
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\b\.?)?(?: Uhr)?"
    r"\s*(?P<zone>[Zz]|UTC|GMT|[+\-−][0-9]{2}(?::?[0-9]{2})?|[A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)+)?"
)
_EPOCH = re.compile(r"[0-9]{9,13}(?:\.[0-9]+)?|[0-9]{5}[.,][0-9]+")
_EXAMPLE = "Write for example 2026-12-01 09:00."


def read_moment(text: str, zone: str | None, order: Order | None = None) -> str:
    """Read a moment; without a zone of its own it is by the clocks of `zone` (IANA).

    `order` is how the column writes days with slashes. Gives ISO 8601 in UTC. Raises
    `ValueUnreadable`, also where clocks skip a time or show it twice.
    """
    found = _MOMENT.fullmatch(text)
    if not found:
        raise _refused(text)
    day = read_day(found["day"].strip(), order)
    hour = _hour(int(found["hour"]), (found["half"] or "").lower())
    try:
        shown = datetime.fromisoformat(day).replace(
            hour=hour, minute=int(found["minute"]), second=int(found["second"] or 0)
        )
    except ValueError:
        raise ValueUnreadable("there is no such time of day", help=_EXAMPLE) from None
    own = found["zone"]
    if own and own.upper() in ("Z", "UTC", "GMT"):
        own = "UTC"
    elif own and own[0] in "+-−":
        return iso(instant(shown.replace(tzinfo=_offset(own.replace("−", "-")))))
    named = read_zone(own) if own else zone
    if named is None:
        raise ValueUnreadable(
            "it does not say of which zone it is",
            help="Write its offset behind it, such as +01:00, or give the row a time zone.",
        )
    return iso(on_clock(shown, named))


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueUnreadable("there is no such time of day", help=_EXAMPLE)
    return hour % 12 + (12 if half == "p" else 0)


def _offset(text: str) -> timezone:
    digits = text[1:].replace(":", "")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    if span > timedelta(hours=14):
        raise ValueUnreadable(f"no clock is {text} from UTC", help=_EXAMPLE)
    return timezone(-span if text[0] == "-" else span)


def _refused(text: str) -> ValueUnreadable:
    if _EPOCH.fullmatch(text):
        return ValueUnreadable(
            "it is the number under which a program keeps a moment",
            help="Save the column as dates with times, year first.",
        )
    try:
        read_day(text, "day first")
    except ValueUnreadable:
        return ValueUnreadable("it is not a day and time", help=_EXAMPLE)
    return ValueUnreadable("it has no time of day", help=_EXAMPLE)
