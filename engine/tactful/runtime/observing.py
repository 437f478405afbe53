"""Watches senders: what is heard of the messages of live launches goes to the observers they name.

An observer is pure and only advises: one that fails, or answers nonsense, is told once, and touches
no send. Its state stays as it was.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tactful.graph.channels import group_of
from tactful.guard.standing import (
    STANDINGS,
    Advice,
    Observed,
    Observer,
    Pause,
    SenderSignal,
    SignalKind,
    Slow,
    Standing,
)
from tactful.runtime.active import Active
from tactful.runtime.faults import fault_of, storable
from tactful.runtime.opengroup import OpenGroup
from tactful.store.rows import SendRow, StandingRow
from tactful.values import Instant, Rate, iso


class Unusable(Exception):
    """An observer cannot be asked, for a reason of ours."""


NO_OBSERVERS: Mapping[str, Observer] = {}

LONGEST_STATE = 200_000
"""A state may have so many characters of JSON: it is written with every signal."""

MOST_REASONS = 10

_encode = msgspec.json.Encoder().encode
_replace = msgspec.structs.replace
_WORST_LAST = [*STANDINGS]


class _Watch:
    """What one observer makes of one sender. `state` None: to be read from the row first."""

    def __init__(self, row: StandingRow) -> None:
        self.row = row
        self.state: Any = None

    def load(self, observer: Observer) -> Any:
        """Return the state. Raises whatever the observer does."""
        if self.state is None:
            version = _version(observer)
            if self.row.version > version:
                raise Unusable(
                    f"its state was written by version {self.row.version}, and this is {version}"
                )
            text = self.row.state
            self.state = observer.load(text.encode()) if text else observer.start()
        return self.state


class Watching:
    """Brings signals about senders to their observers, and their standings to the guard."""

    def __init__(self, group: OpenGroup, rows: Sequence[StandingRow]) -> None:
        self.observers: Mapping[str, Observer] = NO_OBSERVERS
        self._group = group
        self._watches = {row.key: _Watch(row) for row in rows}
        self._watched: dict[int, Active] = {}
        self._told: set[_Watch | tuple[str, str]] = set()

    def give(self, active: Active, now: Instant) -> None:
        """Have the senders of a live launch watched, as its newest guards say."""
        active.observers = active.guards.observers if active.row.live else ()
        if not active.observers and active.row.id not in self._watched:
            return
        self._watched[active.row.id] = active
        for name in active.observers:
            for channel, sender in active.senders.items():
                self._begin(self._watch(name, channel, sender), active, now)
        self._judge(active)

    def heard(
        self, active: Active, row: SendRow, kind: SignalKind, at: Instant, now: Instant
    ) -> None:
        """Something is known of a message."""
        self._hear(active, row.channel, row.sender, SenderSignal(kind, at), now)

    def answered(self, active: Active, channel: str, now: Instant) -> None:
        """Somebody has answered what a launch sent on a channel."""
        sender = active.senders.get(channel, "")
        self._hear(active, channel, sender, SenderSignal("reply", now), now)

    # ---- one observer and one sender ------------------------------------------------------------

    def _watch(self, observer: str, channel: str, sender: str) -> _Watch:
        key = (observer, group_of(channel), sender)
        watch = self._watches.get(key)
        if watch is None:
            watch = self._watches[key] = _Watch(StandingRow(*key))
        return watch

    def _begin(self, watch: _Watch, active: Active, now: Instant) -> None:
        """Read the state of a sender, and note whether its observer can be asked."""
        try:
            watch.load(self._observer(watch))
        except BaseException as error:
            self._fail(watch, error, active, now)
        else:
            if watch.row.problem:
                self._put(watch, _replace(watch.row, problem=""))

    def _observer(self, watch: _Watch) -> Observer:
        observer = self.observers.get(watch.row.observer)
        if observer is None:
            raise Unusable("it is not installed")
        return observer

    def _hear(
        self, active: Active, channel: str, sender: str, signal: SenderSignal, now: Instant
    ) -> None:
        if not sender:
            return
        for name in active.observers:
            self._ask(self._watch(name, channel, sender), active, signal, now)

    def _ask(self, watch: _Watch, active: Active, signal: SenderSignal, now: Instant) -> None:
        try:
            observer = self._observer(watch)
            state, observed = observer.observe(watch.load(observer), signal, now)
            text, told, version = _written(state), _sound(observed), _version(observer)
            advice, advised = _advice(told.advice), _advice(told.advice, until=True)
        except BaseException as error:
            watch.state = None  # whatever it has done to it: what is stored is well
            self._fail(watch, error, active, now)
            return
        watch.state = state
        before = watch.row
        is_new = told.standing != before.standing
        self._put(
            watch,
            _replace(
                before,
                version=version,
                state=text,
                standing=told.standing,
                advice=advice,
                reasons="; ".join(told.reasons),
                since=now if is_new or not before.since else before.since,
                problem="",
            ),
        )
        if is_new or advice != before.advice:
            self._log(
                watch,
                active,
                now,
                before=before.standing,
                standing=told.standing,
                reason=watch.row.reasons or None,
                advice=advised or None,
            )
        if is_new:
            for one in self._watched.values():
                self._judge(one)

    def _fail(self, watch: _Watch, error: BaseException, active: Active, now: Instant) -> None:
        """Note that an observer cannot be asked, and tell it once for a sender or for a reason."""
        reason = str(error) if isinstance(error, Unusable) else fault_of(error)
        if watch.row.problem != reason:
            self._put(watch, _replace(watch.row, problem=reason, since=watch.row.since or now))
        if watch not in self._told and (watch.row.observer, reason) not in self._told:
            self._told |= {watch, (watch.row.observer, reason)}
            self._log(watch, active, now, problem=reason)

    def _put(self, watch: _Watch, row: StandingRow) -> None:
        watch.row = row
        self._group.rows.standings[row.key] = row

    # ---- what comes of it -----------------------------------------------------------------------

    def _judge(self, active: Active) -> None:
        """Give the guard the worst that the observers of a launch say of each of its senders."""
        active.standings = {}
        for channel, sender in active.senders.items():
            said = [self._watch(name, channel, sender).row.standing for name in active.observers]
            worst: Standing = max(said, key=_WORST_LAST.index, default="healthy")
            if worst != "healthy":
                active.standings[channel] = worst

    def _log(self, watch: _Watch, active: Active, now: Instant, **told: str | None) -> None:
        """Log something of a sender, for every launch under way that has it watched."""
        row = watch.row
        uses = [
            one
            for one in self._watched.values()
            if row.observer in one.observers
            and one.row.state in ("loading", "running", "paused")
            and any(
                (group_of(channel), sender) == (row.group, row.sender)
                for channel, sender in one.senders.items()
            )
        ]
        for one in dict.fromkeys((active, *uses)):
            self._group.log_launch(
                one,
                "standing",
                now,
                by=row.observer,
                group=row.group,
                sender=row.sender,
                **told,
            )


def _version(observer: Observer) -> int:
    """Return the version of an observer's state. Raises `TypeError` when it is no number."""
    if not isinstance(observer.version, int):
        raise TypeError(f"its version is {observer.version!r:.100}")
    return observer.version


def _written(state: Any) -> str:
    """Return a state as it is stored. Raises what its encoding raises, and when it is too long."""
    text = _encode(state).decode()
    if len(text) > LONGEST_STATE:
        raise ValueError(f"its state has {len(text):,} characters, and may have {LONGEST_STATE:,}")
    return text


def _sound(observed: object) -> Observed:
    """Return what an observer says as it can be kept. Raises `TypeError` when it is nonsense."""
    match observed:
        case Observed(standing=str(standing), advice=advice, reasons=tuple(reasons)) if (
            standing in STANDINGS
            and isinstance(advice, Advice | None)
            and all(isinstance(one, str) for one in reasons)
        ):
            kept = tuple(storable(one) for one in reasons[:MOST_REASONS])
            return _replace(observed, reasons=kept)
    raise TypeError(f"it gave no standing, but {observed!r:.100}")


def _advice(advice: Advice | None, *, until: bool = False) -> str:
    """Return an advice in words; without `until`, two are alike that differ in their end only."""
    match advice:
        case None:
            return ""
        case Slow(to=Rate() as rate):
            return f"slow to {rate}"
        case Slow(to=other):
            raise TypeError(f"it said to slow to {other!r:.100}, which is no pace")
        case Pause(until=int(moment)) if until:
            return f"pause until {iso(moment)}"
    return type(advice).__name__.lower()
