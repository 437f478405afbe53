"""The observer of one medium: counts what it hears, and says how the sender stands by its rules.

What is counted, and what is too much, is a `Watched`, made in `media.py`. The state is small: some
counters by the hour, faded evidence for each rate, and sketches; a million messages make it no
larger.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from tactful.errors import StoreInvalid
from tactful.guard.standing import (
    STANDINGS,
    Advice,
    Flag,
    Gauge,
    Observed,
    Pause,
    Recover,
    SenderSignal,
    Slow,
    Standing,
    Watch,
)
from tactful.values import DAY, HOUR, MINUTE, Instant, Rate
from tactful_observers.rules import Proof, Rule
from tactful_observers.saying import Finding, cap_reason, notice_reason, rule_reason
from tactful_observers.sketches import Heard, People, Texts
from tactful_observers.tables import Code
from tactful_observers.tally import Clockwork, Tally

VERSION = 1
ENOUGH_LESS = 0.9
"""A count is no longer too much when it is below this part of its limit."""

_WORST_LAST: tuple[Standing, ...] = (*STANDINGS,)
_MOST_NOTICES = 12


class Cap(msgspec.Struct, frozen=True, kw_only=True):
    """A count with its limits. `counter` is of the last 24 hours; None: see `name`.

    Counts without a counter are `per_minute`, of this minute, and `repeated`, of the commonest
    text.
    """

    name: str
    what: str
    counter: str | None = None
    watch: int | None = None
    stop: int | None = None
    worst: Standing = "paused"
    note: str = ""

    def limit(self, standing: Standing) -> int:
        """Return the limit that led to a standing."""
        limit = self.stop if standing == self.worst else self.watch
        return limit or 0


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A rate as it is shown: two counters and the limit."""

    name: str
    events: str
    of: str
    limit: float | None = None
    least: bool = False


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """All that an observer looks at: `reads` says which counters a signal moves, by how much."""

    name: str
    media: frozenset[str]
    counters: tuple[str, ...]
    reads: Callable[[SenderSignal], Mapping[str, int]]
    rules: tuple[Rule, ...]
    caps: tuple[Cap, ...]
    shares: tuple[Share, ...]
    codes: Mapping[str, Code] = {}
    long: Clockwork | None = None
    slow_to: Rate


class Notice(msgspec.Struct, frozen=True, array_like=True):
    """A code that told of the sender: how often it came of late, and when last."""

    code: str
    count: int
    at: Instant


class SenderState(msgspec.Struct, frozen=True):
    """What is known of one sender. `flag` is the code that flagged it, for good."""

    day: Tally
    version: int = VERSION
    long: Tally | None = None
    proofs: dict[str, Proof] = {}
    caps: dict[str, Standing] = {}
    minute: tuple[int, int] = (0, 0)
    people: People = People()
    texts: Texts = Texts()
    heard: Heard = Heard()
    notices: tuple[Notice, ...] = ()
    flag: str = ""
    standing: Standing = "healthy"


class Watcher:
    """Watches the senders of one kind of channel."""

    version = VERSION

    def __init__(self, watched: Watched) -> None:
        self.name = watched.name
        self.media = watched.media
        self._watched = watched
        self._places = {name: place for place, name in enumerate(watched.counters)}
        self._hours = Clockwork(HOUR, 24, len(watched.counters))
        self._long = watched.long or self._hours
        self._caps = frozenset(cap.name for cap in watched.caps)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rates that it judges, each with its limits."""
        return self._watched.rules

    def start(self) -> SenderState:
        """Return the state of a sender of which nothing is known."""
        long = self._watched.long
        return SenderState(self._hours.start(), long=long.start() if long else None)

    def load(self, text: bytes) -> SenderState:
        """Read a stored state. Raises `StoreInvalid`."""
        try:
            state = msgspec.json.decode(text, type=SenderState)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StoreInvalid(f"the state of `{self.name}` cannot be read: {error}") from error
        tallies = (state.day, state.long or state.day)
        if state.version != VERSION or any(
            len(counts) != len(self._places)
            for tally in tallies
            for counts in (tally.totals, *(values for _, values in tally.buckets))
        ):
            raise StoreInvalid(
                f"the state of `{self.name}` has version {state.version}, and this reads {VERSION}",
                help="Install the version of tactful-observers that wrote it, or a newer one.",
            )
        return state

    def observe(
        self, state: SenderState, signal: SenderSignal, now: Instant
    ) -> tuple[SenderState, Observed]:
        """Take in one signal. What is late counts for the time when its message left."""
        heard = state.heard.add(signal)
        if heard is None:
            state = self._timed(state, now)
        else:
            state = self._counted(msgspec.structs.replace(state, heard=heard), signal, now)
            state = self._noticed(state, signal, now)
        counts = [self._count(state, cap, now) for cap in self._watched.caps]
        findings = self._findings(state, counts, now)
        caps = {one.name: one.standing for one in findings if one.name in self._caps}
        said: list[Standing] = [finding.standing for finding in findings]
        standing: Standing = max(said, key=_WORST_LAST.index, default="healthy")
        before = state.standing
        state = msgspec.structs.replace(state, caps=caps, standing=standing)
        worst = [finding for finding in findings if finding.standing == standing]
        rest = [finding for finding in findings if finding.standing != standing]
        return state, Observed(
            standing,
            self._advice(before, standing, worst),
            tuple(finding.reason for finding in (*worst, *rest)),
            self._gauges(state, counts),
        )

    # ---- counting -------------------------------------------------------------------------------

    def _counted(self, state: SenderState, signal: SenderSignal, now: Instant) -> SenderState:
        moment = min(signal.at if signal.sent_at is None else signal.sent_at, now)
        counts = dict(self._watched.reads(signal))
        people, texts, minute = state.people, state.texts, state.minute
        if signal.kind == "sent":
            if "people" in self._places:
                people, counts["people"] = people.add(signal.recipient, moment // DAY)
            if signal.text:
                texts = texts.add(signal.text, moment)
            minute = _in_minute(minute, moment, signal.segments)
        if not counts:
            return self._timed(state, now)
        moved = [(self._places[name], count) for name, count in counts.items()]
        return msgspec.structs.replace(
            state,
            day=self._hours.add(state.day, moment, now, moved),
            long=state.long and self._long.add(state.long, moment, now, moved),
            proofs=self._proved(state.proofs, moment, now, counts),
            people=people,
            texts=texts,
            minute=minute,
        )

    def _timed(self, state: SenderState, now: Instant) -> SenderState:
        """Let time do what it does without any message."""
        return msgspec.structs.replace(
            state,
            day=self._hours.aged(state.day, now),
            long=state.long and self._long.aged(state.long, now),
            proofs=self._proved(state.proofs, now, now, {}),
        )

    def _proved(
        self, proofs: dict[str, Proof], moment: Instant, now: Instant, counts: Mapping[str, int]
    ) -> dict[str, Proof]:
        moved = {}
        for rule in self._watched.rules:
            events, of = counts.get(rule.events, 0), counts.get(rule.of, 0)
            proof = proofs.get(rule.name)
            if events or of:
                moved[rule.name] = rule.take(proof or Proof(), moment, now, events=events, of=of)
            elif proof is not None and proof.until:
                moved[rule.name] = rule.settle(proof, now)
        return {**proofs, **moved} if moved else proofs

    def _noticed(self, state: SenderState, signal: SenderSignal, now: Instant) -> SenderState:
        """Note a code that tells of the sender."""
        code = self._watched.codes.get(signal.code)
        if code is None or code.effect == "filter" or now - signal.at > code.hours * HOUR:
            return state
        count = 1
        others = []
        for notice in state.notices:
            if notice.code != signal.code:
                others.append(notice)
            elif signal.at - notice.at <= code.hours * HOUR:
                count += notice.count
        notice = Notice(signal.code, count, min(signal.at, now))
        flagged = code.effect == "flag" and count >= code.least
        return msgspec.structs.replace(
            state,
            notices=(*others, notice)[-_MOST_NOTICES:],
            flag=state.flag or (signal.code if flagged else ""),
        )

    # ---- judging --------------------------------------------------------------------------------

    def _findings(self, state: SenderState, counts: Sequence[int], now: Instant) -> list[Finding]:
        """Return all that is not healthy about a sender."""
        watched = self._watched
        found = []
        if state.flag:
            code = watched.codes.get(state.flag)
            reason = notice_reason(state.flag, code.means if code else "", 1)
            found.append(Finding("code", "flagged", reason))
        for rule in watched.rules:
            proof = state.proofs.get(rule.name)
            if proof is not None and proof.standing != "healthy":
                figures = self._figures(state, rule.events, rule.of)
                reason = rule_reason(rule, proof, *figures, self._long.window)
                found.append(Finding(rule.name, proof.standing, reason, proof.until))
        for cap, count in zip(watched.caps, counts, strict=True):
            standing = _above(cap, count, state.caps.get(cap.name, "healthy"))
            if standing != "healthy":
                until = self._free_at(state, cap) if standing == "paused" else 0
                reason = cap_reason(cap.what, count, cap.limit(standing), cap.note)
                found.append(Finding(cap.name, standing, reason, until))
        for notice in state.notices:
            code = watched.codes.get(notice.code)
            if code is None or now - notice.at >= code.hours * HOUR:
                continue
            if code.effect == "flag" or notice.count >= code.least:
                standing = "slowed" if code.effect == "slow" else "watched"
                reason = notice_reason(notice.code, code.means, notice.count)
                found.append(Finding("code", standing, reason))
        return found

    def _figures(self, state: SenderState, events: str, of: str) -> tuple[int, int]:
        totals = (state.long or state.day).totals
        return totals[self._places[events]], totals[self._places[of]]

    def _count(self, state: SenderState, cap: Cap, now: Instant) -> int:
        if cap.counter is not None:
            return state.day.totals[self._places[cap.counter]]
        if cap.name == "repeated":
            return state.texts.most(now)
        return state.minute[1] if state.minute[0] == now // MINUTE else 0

    def _free_at(self, state: SenderState, cap: Cap) -> Instant:
        if cap.counter is None or cap.stop is None:
            return 0
        return self._hours.below(
            state.day, self._places[cap.counter], max(1, int(cap.stop * ENOUGH_LESS))
        )

    def _advice(self, before: Standing, standing: Standing, worst: list[Finding]) -> Advice | None:
        if _WORST_LAST.index(standing) < _WORST_LAST.index(before):
            return Recover()
        match standing:
            case "watched":
                return Watch()
            case "slowed":
                return Slow(self._watched.slow_to)
            case "paused":
                return Pause(max(finding.until for finding in worst) or None)
            case "flagged":
                return Flag()
        return None

    def _gauges(self, state: SenderState, counts: Sequence[int]) -> tuple[Gauge, ...]:
        counted = tuple(
            Gauge(cap.name, count, 0, cap.stop or cap.watch, "count")
            for cap, count in zip(self._watched.caps, counts, strict=True)
        )
        shares = tuple(
            Gauge(
                share.name,
                *self._figures(state, share.events, share.of),
                share.limit,
                least=share.least,
            )
            for share in self._watched.shares
        )
        return (*shares, *counted)


def _in_minute(minute: tuple[int, int], at: Instant, segments: int) -> tuple[int, int]:
    number = at // MINUTE
    if number == minute[0]:
        return number, minute[1] + segments
    return (number, segments) if number > minute[0] else minute


def _above(cap: Cap, count: int, before: Standing) -> Standing:
    """Return how a count stands; one that was too much must fall well below its limit."""
    for limit, standing in ((cap.stop, cap.worst), (cap.watch, "watched")):
        was = _WORST_LAST.index(before) >= _WORST_LAST.index(standing)
        if limit is not None and count >= (limit * ENOUGH_LESS if was else limit):
            return standing
    return "healthy"
