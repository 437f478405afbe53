"""What is different between two forms of what floats, and whether it lets more through or less."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any, Literal

from tactful.graph.channels import group_of
from tactful.graph.model import ConsentRule, Guards, InboxHold, ThrottleRule
from tactful.graph.render.words import condition_words
from tactful.guard.groups import default_rate
from tactful.values import Window

Direction = Literal["looser", "tighter", "changed"]

DAY_MINUTES = 1_440


@dataclass(frozen=True, slots=True)
class GuardChange:
    """One guard, as it was and as it is."""

    name: str
    direction: Direction
    before: str
    after: str


def guard_changes(old: Guards, new: Guards) -> tuple[GuardChange, ...]:
    """Return what is different. What cannot be compared, such as two conditions, is `changed`."""
    return tuple(_changes(old, new)) if old != new else ()


def _changes(old: Guards, new: Guards) -> Iterator[GuardChange]:
    yield from _quiet_hours(old, new)
    if old.expires_after != new.expires_after:
        later = new.expires_after > old.expires_after
        yield GuardChange(
            "expires after",
            "looser" if later else "tighter",
            str(old.expires_after),
            str(new.expires_after),
        )
    yield from _throttles(old, new)
    yield from _consents(old, new)
    yield from _others(old, new)


# ---- quiet hours --------------------------------------------------------------------------------


def _quiet_hours(old: Guards, new: Guards) -> Iterator[GuardChange]:
    if (old.quiet, old.quiet_zone) == (new.quiet, new.quiet_zone):
        return
    before, after = _minutes(old.quiet), _minutes(new.quiet)
    direction: Direction = "changed"
    same_clock = old.quiet_zone == new.quiet_zone or not before or not after
    if same_clock and before < after:
        direction = "tighter"
    elif same_clock and after < before:
        direction = "looser"
    yield GuardChange("quiet hours", direction, _quiet(old), _quiet(new))


def _minutes(window: Window | None) -> frozenset[int]:
    if window is None:
        return frozenset()
    return frozenset(m for m in range(DAY_MINUTES) if time(m // 60, m % 60) in window)


def _quiet(guards: Guards) -> str:
    if guards.quiet is None:
        return "none"
    zone = "recipient time" if guards.quiet_zone == "recipient" else guards.quiet_zone
    return f"{guards.quiet} {zone}"


# ---- pace and consent ---------------------------------------------------------------------------


def _throttles(old: Guards, new: Guards) -> Iterator[GuardChange]:
    before, after = _by_channel(old), _by_channel(new)
    for channel in dict.fromkeys((*before, *after)):
        some, others = before.get(channel, []), after.get(channel, [])
        if some == others:
            continue
        was, now = _speed(channel, some), _speed(channel, others)
        direction: Direction = "looser" if now > was else "tighter" if now < was else "changed"
        yield GuardChange(f"throttle {channel}", direction, _pace(channel, some),
                          _pace(channel, others))  # fmt: skip


def _by_channel(guards: Guards) -> dict[str, list[ThrottleRule]]:
    """Return the lines of each channel, which hold together."""
    rules: dict[str, list[ThrottleRule]] = {}
    for rule in guards.throttles:
        rules.setdefault(rule.channel, []).append(rule)
    return rules


def _speed(channel: str, rules: list[ThrottleRule]) -> float:
    default = default_rate(group_of(channel))
    rates = [rule.rate for rule in rules] or ([default] if default else [])
    return min((rate.count / rate.per.span for rate in rates), default=float("inf"))


def _pace(channel: str, rules: list[ThrottleRule]) -> str:
    if not rules:
        rate = default_rate(group_of(channel))
        return f"{rate} (nothing said)" if rate else "none"
    return " and ".join(rule.said for rule in rules)


def _consents(old: Guards, new: Guards) -> Iterator[GuardChange]:
    def told(rule: ConsentRule | None) -> str:
        return f"when {condition_words(rule.condition)}" if rule else "not asked for"

    before = {rule.channel: rule for rule in old.consents}
    after = {rule.channel: rule for rule in new.consents}
    for channel in dict.fromkeys((*before, *after)):
        one, other = before.get(channel), after.get(channel)
        if one != other:
            direction: Direction = "tighter" if one is None else "looser"
            if one is not None and other is not None:
                direction = "changed"
            yield GuardChange(f"consent for {channel}", direction, told(one), told(other))


# ---- everything else ----------------------------------------------------------------------------

_TOLD = frozenset(
    ["quiet", "quiet_zone", "quiet_because", "expires_after", "throttles", "consents"]
)


def _others(old: Guards, new: Guards) -> Iterator[GuardChange]:
    for name in Guards.model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if name not in _TOLD and before != after:
            was, now = (_shown(name, value) for value in (before, after))
            yield GuardChange(name.replace("_", " "), "changed", was, now)


def _shown(name: str, value: Any) -> str:
    if value in (None, "", ()):
        return "none"
    if isinstance(value, InboxHold):
        return f"above {value.above}" + (f" of {value.queue}" if value.queue else "")
    if name in ("policies", "house_policies", "observers"):
        return ", ".join(value)
    if name == "pauses":
        return ", ".join(f"{one.gauge} {one.side} {one.limit:g}" for one in value)
    if name == "senders":
        return ", ".join(f"{one.channel} from {one.address} through {one.through}" for one in value)
    return str(value)
