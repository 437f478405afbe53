"""Kinds of values that have to do with time: lengths, rates, clocks and zones."""

import re
from datetime import time

from tactful.language.kinds import Kind, Number
from tactful.language.operands import duration_forms, read_duration
from tactful.language.reading import Cursor, Wrong
from tactful.language.tokens import Token
from tactful.language.zones import RECIPIENT, zone_named
from tactful.values import Duration, Rate, Window, unit_named


class Length(Kind):
    """A length of time. Gives a `Duration`."""

    says = "a length of time"
    example = "24 hours"

    def read(self, cursor: Cursor) -> Duration:
        token = cursor.token("QUANTITY")
        if not token:
            raise self.refuse(cursor)
        unit = cursor.token("WORD", 1)
        length, with_unit = read_duration(token, unit)
        for form in duration_forms(token, unit if with_unit else None):
            cursor.step(form)
        return length


class HowOften(Kind):
    """So many in so much time. Gives a `Rate`."""

    says = "how many in how much time"
    example = "10 per 5 minutes"

    def read(self, cursor: Cursor) -> Rate:
        if not cursor.token("QUANTITY"):
            raise self.refuse(cursor)
        count = Number().read(cursor)
        if not cursor.skip("per"):
            item = cursor.token()
            raise Wrong(
                f"{count} in how much time?",
                item,
                help=(f"Write for example `{count} per 5 minutes`.",),
            )
        word = cursor.word()
        if word and unit_named(word) == word:
            cursor.step(word)
            return Rate(count, Duration.of(1, word))
        return Rate(count, Length().read(cursor))


class Clock(Kind):
    """A time of day on the 24-hour clock. Gives a `datetime.time`."""

    says = "a time of day"
    example = "21:00"

    def read(self, cursor: Cursor) -> time:
        token = cursor.token("QUANTITY")
        if not token:
            raise self.refuse(cursor)
        found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", token.text)
        if found and int(found[1]) < 24 and int(found[2]) < 60:
            cursor.at += 1
            return time(int(found[1]), int(found[2]))
        after = cursor.token("WORD", 1)
        half = after if after and after.text.lower() in ("am", "pm") else None
        raise Wrong(
            f"`{token.text}{' ' + half.text if half else ''}` is not a time of day",
            token,
            upto=half,
            replacement=_on_24_hours(token.text + (half.text if half else "")),
            help=("Times stand on the 24-hour clock, for example `21:00`.",),
        )


def _on_24_hours(text: str) -> str | None:
    found = re.fullmatch(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?(am|pm|h)?", text.lower())
    if not found:
        return None
    hour, minute = int(found[1]), found[2] or "00"
    if found[3] in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return f"{hour % 24:02d}:{minute}" if hour <= 24 and int(minute) < 60 else None


class DayWindow(Kind):
    """A stretch of the day, which may run past midnight. Gives a `Window`."""

    says = "a stretch of the day"
    example = "21:00 to 08:00"

    def read(self, cursor: Cursor) -> Window:
        start = Clock().read(cursor)
        if not cursor.skip("to"):
            raise Wrong(
                f"{start:%H:%M} until when?",
                cursor.token(),
                help=(f"Write for example `{start:%H:%M} to 08:00`.",),
            )
        return Window(start, Clock().read(cursor))


class Zone(Kind):
    """Whose clock counts. Gives `recipient` or the name of an IANA time zone."""

    says = "whose clock counts"
    example = "recipient time"

    def read(self, cursor: Cursor) -> str:
        if cursor.skip("recipient time"):
            return RECIPIENT
        token = cursor.token("WORD")
        if not token:
            raise self.refuse(cursor)
        named = self.named(token)
        cursor.step(named)
        return named

    def named(self, token: Token) -> str:
        """Return what a word names. Raises `Wrong`."""
        return zone_named(token)
