"""What is watched on each medium: the counters, the rates with their limits, the counts."""

from collections.abc import Mapping

from tactful.guard.evidence import Cusum, Prior
from tactful.guard.standing import SenderSignal
from tactful.values import DAY, HOUR, Span
from tactful_observers.rules import Rule
from tactful_observers.settings import Count, Limit, ObserverSettings
from tactful_observers.tables import codes, provider_of, providers
from tactful_observers.tally import Clockwork
from tactful_observers.watcher import Cap, Share, Watched, Watcher

HALF_A_DAY: Span = 12 * HOUR
THREE_DAYS: Span = 3 * DAY
_WEEK = 28  # buckets of six hours


def watchers(settings: ObserverSettings) -> tuple[Watcher, ...]:
    """Return the observers of all media."""
    return (sms(settings), email(settings), voice(settings), chat(settings))


# ---- texts --------------------------------------------------------------------------------------


def sms(settings: ObserverSettings) -> Watcher:
    """Return the observer of texts and picture messages."""
    own, known = settings.sms, codes("sms")

    def reads(signal: SenderSignal) -> Mapping[str, int]:
        match signal.kind:
            case "sent":
                return {"sent": 1}
            case "undelivered" | "failed" as kind:
                lost = {"lost": 1} if kind == "failed" else {"lost": 1, "undelivered": 1}
                code = known.get(signal.code)
                return {**lost, "filtered": 1} if code and code.effect == "filter" else lost
            case "opt_out":
                return {"opted": 1}
        return {}

    rules = (
        _rule(settings, "error_rate", "lost", "sent", own.error_rate,
              what="of", among="texts were lost", prior=Prior.around(0.04, 50)),
        _rule(settings, "filtered_rate", "filtered", "sent", own.filtered_rate,
              what="of", among="texts were filtered", prior=Prior.around(0.002, 200)),
        _rule(settings, "opt_out_rate", "opted", "people", own.opt_out_rate,
              what="of", among="people opted out", prior=Prior.around(0.005, 100)),
    )  # fmt: skip
    return Watcher(
        Watched(
            name="sms",
            media=frozenset({"sms", "mms"}),
            counters=("sent", "people", "lost", "undelivered", "filtered", "opted"),
            reads=reads,
            rules=rules,
            caps=(
                _cap("per_day", own.per_day, "texts in 24 hours", counter="sent"),
                _cap("per_minute", own.per_minute, "texts in a minute", worst_is_slowed=True),
                _cap("repeated", own.repeated, "times one text in a day", worst_is_slowed=True),
            ),
            shares=(
                *_shares(rules),
                Share(name="undelivered_rate", events="undelivered", of="sent"),
            ),
            codes=known,
            slow_to=settings.slow_to,
        )
    )


# ---- e-mail -------------------------------------------------------------------------------------


def email(settings: ObserverSettings) -> Watcher:
    """Return the observer of e-mail.

    A mail has arrived when it was accepted and has not bounced: complaints count over those.
    """
    own, big = settings.email, providers()
    per = ("sent", "arrived", "complaints")

    def reads(signal: SenderSignal) -> Mapping[str, int]:
        counts = _mail(signal)
        word = provider_of(signal.domain)
        if not (word and counts):
            return counts
        return counts | {f"{word}_{name}": counts[name] for name in per if name in counts}

    def complaint(prefix: str, whose: str) -> Rule:
        return _rule(settings, f"{prefix}complaint_rate", f"{prefix}complaints",
                     f"{prefix}arrived", own.complaint_rate, half=THREE_DAYS,
                     what="complaints about", among=f"mails that arrived{whose}",
                     prior=Prior.around(own.complaint_rate.watch, 500),
                     usual=own.complaint_rate.watch)  # fmt: skip

    rules = (
        complaint("", ""),
        *(complaint(f"{word}_", f" at {one.name}") for word, one in big.items()),
        _rule(settings, "bounce_rate", "hard", "tried", own.bounce_rate, half=THREE_DAYS,
              what="of", among="mails came back for good", prior=Prior.around(0.005, 200)),
        _rule(settings, "soft_bounce_rate", "soft", "tried", own.soft_bounce_rate, half=THREE_DAYS,
              what="of", among="mails came back for now", prior=Prior.around(0.02, 100),
              slows=True),
        _rule(settings, "unsubscribe_rate", "opted", "arrived", own.unsubscribe_rate,
              half=THREE_DAYS, what="people unsubscribed after", among="mails",
              prior=Prior.around(0.002, 300)),
    )  # fmt: skip
    bulk = (
        Cap(
            name=f"{word}_per_day",
            what=f"mails to {one.name} in 24 hours",
            note=f"{one.per_day:,} make a bulk sender",
            counter=f"{word}_sent",
            watch=int(one.per_day * 0.9),
        )
        for word, one in big.items()
        if one.per_day is not None
    )
    return Watcher(
        Watched(
            name="email",
            media=frozenset({"email"}),
            counters=(
                "sent", "tried", "arrived", "complaints", "hard", "soft", "opted",
                *(f"{word}_{name}" for word in big for name in per),
            ),
            reads=reads,
            rules=rules,
            caps=(_cap("per_day", own.per_day, "mails in 24 hours", counter="sent"), *bulk),
            shares=_shares(rules),
            codes=codes("email"),
            long=Clockwork(
                6 * HOUR, _WEEK, 7 + len(per) * len(big)
            ),
            slow_to=settings.slow_to,
        )
    )  # fmt: skip


def _mail(signal: SenderSignal) -> dict[str, int]:
    kind = "soft" if signal.code.startswith("4") else "hard"
    match signal.kind:
        case "sent":
            return {"sent": 1, "tried": 1, "arrived": 1}
        case "bounced" | "undelivered" | "failed":
            return {kind: 1, "arrived": -1}
        case "refused" if signal.code[:1] in ("4", "5"):  # by the other server, at once
            return {kind: 1, "tried": 1}
        case "complaint":
            return {"complaints": 1}
        case "opt_out":
            return {"opted": 1}
    return {}


# ---- calls --------------------------------------------------------------------------------------


def voice(settings: ObserverSettings) -> Watcher:
    """Return the observer of calls."""
    own = settings.voice
    short = own.short.span / 1_000_000

    def reads(signal: SenderSignal) -> Mapping[str, int]:
        match signal.kind:
            case "sent":
                return {"sent": 1}
            case "delivered":
                is_short = signal.seconds is not None and signal.seconds < short
                return {"rang": 1, "answered": 1, "short": int(is_short)}
            case "no answer" | "voicemail" | "undelivered" | "failed":
                return {"rang": 1, "unanswered": 1}
        return {}

    rules = (
        _rule(settings, "answer_rate", "unanswered", "rang", own.unanswered,
              what="of", among="calls found nobody", prior=Prior.around(0.5, 20), slows=True),
        _rule(settings, "short_call_rate", "short", "answered", own.short_call_rate,
              what="of", among=f"calls that were taken were over within {own.short}",
              prior=Prior.around(0.05, 30), slows=True),
    )  # fmt: skip
    answered = round(1 - own.unanswered.watch, 6)
    return Watcher(
        Watched(
            name="voice",
            media=frozenset({"voice"}),
            counters=("sent", "rang", "answered", "unanswered", "short"),
            reads=reads,
            rules=rules,
            caps=(
                _cap("per_day", own.per_day, "calls in 24 hours", counter="sent"),
                _cap("per_minute", own.per_minute, "calls in a minute", worst_is_slowed=True),
            ),
            shares=(
                Share(name="answer_rate", events="answered", of="rang", limit=answered, least=True),
                *_shares(rules[1:]),
            ),
            codes=codes("voice"),
            slow_to=settings.slow_to,
        )
    )


# ---- chat ---------------------------------------------------------------------------------------


def chat(settings: ObserverSettings) -> Watcher:
    """Return the observer of chat: how many of those who are written to mute it."""

    def reads(signal: SenderSignal) -> Mapping[str, int]:
        match signal.kind:
            case "sent":
                return {"sent": 1}
            case "opt_out":
                return {"muted": 1}
        return {}

    rules = (
        _rule(settings, "mute_rate", "muted", "people", settings.chat.mute_rate,
              what="of", among="people muted the chat", prior=Prior.around(0.01, 100)),
    )  # fmt: skip
    return Watcher(
        Watched(
            name="chat",
            media=frozenset({"chat"}),
            counters=("sent", "people", "muted"),
            reads=reads,
            rules=rules,
            caps=(),
            shares=_shares(rules),
            codes=codes("chat"),
            slow_to=settings.slow_to,
        )
    )


# ---- shared -------------------------------------------------------------------------------------


def _rule(
    settings: ObserverSettings, name: str, events: str, of: str, limit: Limit, *,
    what: str, among: str, prior: Prior, half: Span = HALF_A_DAY, usual: float | None = None,
    slows: bool = False,
) -> Rule:  # fmt: skip
    """Return a rule; `usual` is the rate from which a sum sees it turn bad, None: no sum."""
    cusum = None
    if usual is not None and limit.stop is not None and limit.stop > usual:
        cusum = Cusum(usual, limit.stop, ALARM)
    return Rule(
        name=name,
        events=events,
        of=of,
        what=what,
        among=among,
        watch=limit.watch,
        stop=limit.stop,
        least=limit.least,
        enough=limit.enough,
        prior=prior,
        half=half,
        rest=settings.rest.span,
        clean=settings.clean,
        worst="slowed" if slows else "paused",
        cusum=cusum,
    )


ALARM = 6.0
"""The score at which a turn for the worse is believed: see docs/explanation/standing.md."""


def _cap(
    name: str, count: Count, what: str, *, counter: str | None = None, worst_is_slowed: bool = False
) -> Cap:
    return Cap(
        name=name,
        what=what,
        counter=counter,
        watch=count.watch,
        stop=count.stop,
        worst="slowed" if worst_is_slowed else "paused",
    )


def _shares(rules: tuple[Rule, ...]) -> tuple[Share, ...]:
    return tuple(
        Share(name=rule.name, events=rule.events, of=rule.of, limit=rule.stop or rule.watch)
        for rule in rules
    )
