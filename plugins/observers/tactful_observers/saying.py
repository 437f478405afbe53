"""Says in plain words, with figures, why a sender does not stand well."""

import msgspec

from tactful.guard.standing import Standing
from tactful.values import DAY, HOUR, Instant, Span, iso
from tactful_observers.rules import Proof, Rule


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not healthy about a sender; `until` is the end of its pause, or 0."""

    name: str
    standing: Standing
    reason: str
    until: Instant = 0


def rule_reason(rule: Rule, proof: Proof, events: int, of: int, window: Span) -> str:
    """Say what a rate is, what it should be, and what comes next."""
    figures = f"{events:,} {rule.what} {of:,} {rule.among} in {_length(window)}"
    if of:
        figures += f" ({share(events / of)})"
    match proof.standing:
        case "paused":
            stop = share(rule.stop or rule.watch)
            return f"{figures}: likely above {stop}, so it rests until {iso(proof.until)}"
        case "slowed" if proof.since:
            return (
                f"{figures}: back from a pause, slowly; {_left(rule, proof)} to the next step back"
            )
        case "slowed":
            return f"{figures}: may be above {share(rule.stop or rule.watch)}"
        case _ if proof.since:
            return f"{figures}: getting better; {_left(rule, proof)} to the next step back"
    return f"{figures}: likely above {share(rule.watch)}"


def _left(rule: Rule, proof: Proof) -> str:
    return f"{max(0, rule.clean - proof.volume):,} more without trouble"


def cap_reason(what: str, count: int, limit: int, note: str) -> str:
    """Say what there is too much of."""
    said = f"{count:,} {what} (limit {limit:,})"
    return f"{said}; {note}" if note else said


def notice_reason(code: str, means: str, count: int) -> str:
    """Say what a provider said of the sender."""
    said = f"the provider says {code}"
    if count > 1:
        said += f" ({count:,} times)"
    return f"{said}: {means}" if means else said


def share(value: float) -> str:
    """Write a share: `0.12 %`, `3.4 %`, `25 %`."""
    value *= 100
    return f"{value:.2g} %" if value < 10 else f"{value:.0f} %"


def _length(window: Span) -> str:
    if window % DAY == 0 and window > DAY:
        return f"{window // DAY} days"
    return f"{window // HOUR} hours"
