"""The policy: holds a message until the hours of the reader's state, or country, let it go."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from tactful.runtime.ports import Finding, FlowView, Medium, Message, PolicyVerdict
from tactful.values import Instant
from tactful.zones import zone
from tactful_quiet_hours.days import Holidays
from tactful_quiet_hours.hours import open_stretch
from tactful_quiet_hours.places import (
    Hours,
    Place,
    known_holidays,
    known_places,
    state_by_area_code,
)
from tactful_quiet_hours.settings import QuietHoursSettings

VERSION = "2026.11"
"""The version of the tables: a verdict that waits is asked for again under another one."""

_MOST_KEPT = 5_000


class _Answer(Struct, frozen=True):
    """What holds from one moment up to another: it is open, or opens at the second; None: never."""

    since: Instant
    until: Instant | None
    is_open: bool


class QuietHoursPolicy:
    """Judges when, never what. Without a known country, or hours of it, it has nothing to say."""

    name = "quiet_hours"

    def __init__(self, settings: QuietHoursSettings | None = None) -> None:
        settings = settings or QuietHoursSettings()
        seen = hashlib.sha256(settings.model_dump_json().encode()).hexdigest()[:8]
        self.version = f"{VERSION}/{seen}"
        self.applies_to: frozenset[Medium] = frozenset(settings.channels)
        self._purposes = frozenset(settings.purposes)
        self._column = settings.column
        self._holidays = Holidays(known_holidays(), settings.holidays)
        self._places = {**known_places(), **_of_house(settings)}
        self._by_name = {place.name.casefold(): code for code, place in self._places.items()}
        self._states = state_by_area_code()
        self._known: dict[tuple[str, tuple[str, ...]], _Answer] = {}

    def check_flow(self, flow: FlowView) -> Sequence[Finding]:
        """Find nothing: where the readers live is not known yet."""
        return ()

    async def check_message(self, message: Message, facts: Mapping[str, Any]) -> PolicyVerdict:
        """Hold a message outside the hours of its reader's place.

        Urgent messages pass, those of other purposes, and answers to what the person has just
        written; so does a text of no person, of which no zones are told.
        """
        passes = facts.get("urgent") is True or facts.get("answering") is True
        passes = passes or "zones" not in facts
        place = self._place(message, facts)
        if passes or place is None or facts.get("purpose", "service") not in self._purposes:
            return PolicyVerdict("allow", self.name)
        zones = tuple(name for name in facts.get("zones") or () if isinstance(name, str))
        now = message.permitted_at
        answer = self._answer(place, zones, now)
        if answer.is_open:
            return PolicyVerdict("allow", self.name, until=answer.until)
        if answer.until is None:
            reason = f"no hour of {place.name} suits every time zone the person may be in"
            return PolicyVerdict("refuse", self.name, "no_common_hour", reason)
        reason = f"{place.name} has quiet hours now ({_said(place.hours)}; {place.source})"
        return PolicyVerdict("hold", self.name, place.code, reason, until=answer.until)

    def _place(self, message: Message, facts: Mapping[str, Any]) -> Place | None:
        """Return the narrowest place with hours that is known of a person."""
        country = facts.get("country")
        country = country.upper() if isinstance(country, str) else ""
        part = self._part(country, facts.get(self._column), message.to)
        return self._places.get(part) or self._places.get(country)

    def _part(self, country: str, told: object, to: str) -> str:
        """Return the state of a person: what the row says, else that of the area code."""
        if isinstance(told, str) and told.strip():
            text = told.strip()
            code = text.upper()
            if code in self._places:
                return code
            named = self._by_name.get(text.casefold(), "")
            return named if named.startswith(f"{country}-") else f"{country}-{code}"
        if country == "US" and to.startswith("+1"):
            return f"US-{self._states.get(to[2:5], '')}"
        return ""

    def _answer(self, place: Place, zones: tuple[str, ...], now: Instant) -> _Answer:
        """Return whether it is open, remembered by place and zones: there are some hundreds."""
        key = (place.code, zones)
        known = self._known.get(key)
        if known is not None and known.since <= now and (known.until is None or now < known.until):
            return known
        clocks: list[ZoneInfo] = [zone(name) for name in zones]
        found = open_stretch(place.hours, self._holidays, clocks, now)
        if found is None:
            answer = _Answer(now, None, False)
        elif found[0] == now:
            answer = _Answer(now, found[1], True)
        else:
            answer = _Answer(now, found[0], False)
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[key] = answer
        return answer


def _of_house(settings: QuietHoursSettings) -> dict[str, Place]:
    """Return the places of which the settings speak, over what comes along."""
    places = {}
    for code, written in settings.places.items():
        known = known_places().get(code)
        hours = Hours.read(written, known.hours if known else None)
        name = known.name if known else code
        places[code] = Place(code, name, hours, "[plugins.quiet_hours] of tactful.toml")
    return places


def _said(hours: Hours) -> str:
    """Return the hours of a place in words: those of most days, and the days that differ."""
    usual = hours.week[0]
    told = [str(usual) if usual is not None else "closed"]
    for name, window in zip(
        ("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        hours.week[1:],
        strict=True,
    ):
        if window != usual:
            told.append(f"{name} {window}" if window is not None else f"not on {name}")
    return ", ".join(told)
