"""Watches senders: what is heard of live messages goes to observers, and their word is kept to.

Installed observers watch the senders of the media they are at home on; a flow names more. An
observer is pure and only advises: the engine moves the sender, by the table `SENDER`. One that
fails, or answers nonsense, is told once, and touches no send: its state and the standing stay.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from tactful.errors import TactfulError
from tactful.graph.channels import group_of
from tactful.guard.standing import (
    SENDER,
    SLOWED_PACE,
    Across,
    Media,
    Observed,
    Observer,
    Pause,
    SenderSignal,
    SignalKind,
    Slow,
    event_of,
)
from tactful.journey.lifecycle import move
from tactful.runtime.active import Active, Live
from tactful.runtime.brakes import Brakes
from tactful.runtime.faults import fault_of
from tactful.runtime.heard import reply_of, signal_of
from tactful.runtime.heeding import heed
from tactful.runtime.observed import advice_words, sound, version_of, write_gauges, written
from tactful.runtime.opengroup import OpenGroup
from tactful.runtime.stands import stand_of
from tactful.store.rows import SendRow, StandingRow
from tactful.values import Instant


class Unusable(Exception):
    """An observer cannot be asked, for a reason of ours."""


NO_OBSERVERS: Mapping[str, Observer] = {}

PERSON = ""
"""The observer of rows that say what a person says of a sender."""

_replace = msgspec.structs.replace


class _Watch:
    """What one observer makes of one sender. `state` None: to be read from the row first."""

    def __init__(self, row: StandingRow) -> None:
        self.row = row
        self.state: Any = None

    def load(self, observer: Observer) -> Any:
        """Return the state. Raises whatever the observer does."""
        if self.state is None:
            version = version_of(observer)
            if self.row.version > version:
                raise Unusable(
                    f"its state was written by version {self.row.version}, and this is {version}"
                )
            text = self.row.state
            self.state = observer.load(text.encode()) if text else observer.start()
        return self.state


class Watching:
    """Brings signals about senders to their observers, and their standings to guard and lanes.

    `rehearsing`: launches that do not really send are watched, too. `slowed` is told of launches
    whose senders have got another pace; `stopping` are those whose senders have just been stopped,
    so that what waits may take the fall-back of its flow. `due` is when a pause is over.
    """

    def __init__(self, group: OpenGroup, rows: Sequence[StandingRow], salt: str) -> None:
        self.rehearsing = False
        self.slowed: Callable[[Active], None] = lambda active: None
        self.stopping: set[Active] = set()
        self.due: Instant | None = None
        self._observers: Mapping[str, Observer] = NO_OBSERVERS
        self._media: dict[str, frozenset[str]] = {}
        self._across: set[str] = set()
        self._group = group
        self._salt = salt
        self._watches = {row.key: _Watch(row) for row in rows}
        self._actives: dict[int, Active] = {}
        self._told: set[_Watch | tuple[str, str]] = set()
        self._brakes = Brakes(group)
        self._note_due()

    def use(self, observers: Mapping[str, Observer]) -> None:
        """Have these observers ready, by name."""
        self._observers = observers
        for name, observer in observers.items():
            try:
                if isinstance(observer, Media):
                    self._media[name] = frozenset(observer.media)
                if isinstance(observer, Across) and observer.across:
                    self._across.add(name)
            except Exception:  # it is asked when a flow names it, and then its fault is told
                continue

    def give(self, active: Active, now: Instant) -> None:
        """Have the senders of a launch watched, and the launch keep to how they stand."""
        stands = active.stands
        stands.senders = active.senders
        watched = active.row.live or self.rehearsing
        stands.watchers = {
            channel: self._watchers(active, channel) if watched and sender else ()
            for channel, sender in active.senders.items()
        }
        self._actives[active.row.id] = active
        for channel, names in stands.watchers.items():
            for name in names:
                self._begin(self._watch(name, channel, active.senders[channel]), active, now)
        self._judge(active)

    def _watchers(self, active: Active, channel: str) -> tuple[str, ...]:
        """Return who watches a channel: those at home on it, and those that the flow names."""
        named = active.guards.observers
        at_home = [name for name in self._observers if channel in self._media.get(name, ())]
        return tuple(
            dict.fromkeys((*at_home, *(name for name in named if name not in self._media)))
        )

    # ---- what is heard --------------------------------------------------------------------------

    def heard(
        self,
        live: Live,
        row: SendRow,
        kind: SignalKind,
        at: Instant,
        now: Instant,
        code: str = "",
        seconds: float | None = None,
    ) -> None:
        """Something is known of a message."""
        make = partial(signal_of, live, row, kind, at, salt=self._salt, code=code, seconds=seconds)
        heed(self._group, live, row, make, now)
        names = live.active.stands.watchers.get(row.channel, ())
        if names and row.sender:
            self._hear(live.active, names, make(), now)

    def answered(self, live: Live, channel: str, now: Instant) -> None:
        """Somebody has answered what a launch sent on a channel."""
        active = live.active
        names, sender = active.stands.watchers.get(channel, ()), active.senders.get(channel, "")
        if names and sender:
            signal = reply_of(live, channel, sender, now, salt=self._salt)
            self._hear(active, names, signal, now)

    def _hear(
        self, active: Active, names: Sequence[str], signal: SenderSignal, now: Instant
    ) -> None:
        for name in names:
            self._ask(self._watch(name, signal.medium, signal.sender), active, signal, now)

    # ---- one observer and one sender ------------------------------------------------------------

    def _key(self, observer: str, channel: str, sender: str) -> tuple[str, str, str]:
        return observer, group_of(channel), "" if observer in self._across else sender

    def _watch(self, observer: str, channel: str, sender: str) -> _Watch:
        key = self._key(observer, channel, sender)
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
        observer = self._observers.get(watch.row.observer)
        if observer is None:
            raise Unusable("it is not installed")
        return observer

    def _ask(self, watch: _Watch, active: Active, signal: SenderSignal, now: Instant) -> None:
        try:
            observer = self._observer(watch)
            state, observed = observer.observe(watch.load(observer), signal, now)
            text, told, version = written(state), sound(observed), version_of(observer)
            advice, advised = advice_words(told.advice), advice_words(told.advice, until=True)
            event = event_of(watch.row.standing, told, now)
        except BaseException as error:
            watch.state = None  # whatever it has done to it: what is stored is well
            self._fail(watch, error, active, now)
            return
        watch.state = state
        before = watch.row
        row = _replace(
            before,
            version=version,
            state=text,
            advice=advice,
            reasons="; ".join(told.reasons),
            gauges=write_gauges(told.gauges),
            since=before.since or now,
            problem="",
        )
        self._move(watch, _adjusted(row, told, event, now), active, now, advised)
        for one in self._actives.values():
            if one.guards.pauses and self._is_used(row, one):
                self._brakes.check(one, row.sender or "all senders", told.gauges, now)

    def _move(
        self, watch: _Watch, row: StandingRow, active: Active | None, now: Instant, advised: str
    ) -> None:
        """Keep what is said of a sender; tell what is new, and have launches keep to it."""
        before = watch.row
        is_new = row.standing != before.standing
        self._put(watch, _replace(row, since=now) if is_new else row)
        if is_new or row.advice != before.advice:
            self._log(
                watch,
                active,
                now,
                before=before.standing,
                standing=row.standing,
                reason=row.reasons or None,
                advice=advised or None,
                gauges=msgspec.json.decode(row.gauges) if row.gauges and is_new else None,
            )
        if is_new or (row.until, row.slow) != (before.until, before.slow):
            self._note_due()
            for one in self._actives.values():
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

    # ---- time and people ------------------------------------------------------------------------

    def pass_time(self, now: Instant) -> None:
        """Let the pauses end whose time is over: one step back, at a slow pace."""
        if self.due is None or now < self.due:
            return
        for watch in [*self._watches.values()]:
            row = watch.row
            if row.standing == "paused" and row.until is not None and row.until <= now:
                row = _replace(row, standing=move(SENDER, row.standing, "recover"), until=None)
                row = _replace(row, slow=row.slow or str(SLOWED_PACE), reasons="its pause is over")
                self._move(watch, row, None, now, "")
        self._note_due()

    def _note_due(self) -> None:
        rows = [watch.row for watch in self._watches.values()]
        ends = [row.until for row in rows if row.standing == "paused" and row.until is not None]
        self.due = min(ends, default=None)

    def flag(self, sender: str, group: str, who: str, because: str, now: Instant) -> list[str]:
        """Stop a sender in all campaigns until somebody clears it; returns which that were.

        An empty `group`: on whatever it sends. Raises `TactfulError` when nothing sends from it.
        """
        keys = self._keys(sender, group) or ({(group, sender)} if group else set())
        if not keys:
            raise TactfulError(
                f"no campaign sends from `{sender}`",
                help="See `tactful sender list`, or say on which channel with --channel.",
            )
        for its_group, address in sorted(keys):
            watch = self._watch(PERSON, its_group, address)
            reasons = f"{who}: {because}" if because else who
            row = _replace(watch.row, standing="flagged", reasons=reasons, since=now)
            self._move(watch, row, None, now, "")
        return [f"{address} ({its_group})" for its_group, address in sorted(keys)]

    def clear(self, sender: str, group: str, who: str, because: str, now: Instant) -> list[str]:
        """Let a sender send again; who watches it begins anew. Returns which senders that were.

        Raises `TactfulError` when nothing is known against it.
        """
        keys = self._keys(sender, group)
        cleared = []
        for watch in [*self._watches.values()]:
            row = watch.row
            mine = (row.group, row.sender) in keys
            across = not row.sender and any(row.group == its_group for its_group, _ in keys)
            if row.standing == "healthy" or not (mine or across):
                continue
            standing = move(SENDER, row.standing, "clear")
            if not row.observer and standing != "healthy":  # what a person said is taken back
                standing = move(SENDER, standing, "clear")
            watch.state = None
            said = f"cleared by {who}" + (f": {because}" if because else "")
            row = _replace(row, standing=standing, state="", advice="", reasons=said, gauges="")
            self._move(watch, _replace(row, until=None, slow=""), None, now, "")
            cleared.append(f"{row.sender or 'all senders'} ({row.group})")
        if not cleared:
            raise TactfulError(f"nothing is known against `{sender}`")
        return [*dict.fromkeys(cleared)]

    def _keys(self, sender: str, group: str) -> set[tuple[str, str]]:
        """Return (group, address) of the senders that are meant, however they are written."""
        known = {(row.group, row.sender) for row in (one.row for one in self._watches.values())}
        for active in self._actives.values():
            known |= {(group_of(name), address) for name, address in active.senders.items()}
        wanted = same_sender(sender)
        return {
            (its_group, address)
            for its_group, address in known
            if address and same_sender(address) == wanted and group in ("", its_group)
        }

    # ---- what comes of it -----------------------------------------------------------------------

    def _judge(self, active: Active) -> None:
        """Have the guard and the lanes of a launch keep to how its senders stand."""
        stands = active.stands
        before = {group: stands.stopped(group) for group in active.lanes}
        said = {}
        for channel, sender in stands.senders.items():
            names = (PERSON, *stands.watchers.get(channel, ()))
            keys = [self._key(name, channel, sender) for name in names]
            said[channel] = stand_of(self._watches[key].row for key in keys if key in self._watches)
        if stands.put(said):
            self.slowed(active)
        for group, lanes in active.lanes.items():
            why = stands.stopped(group)
            for lane in lanes:
                lane.stopped = why
            if why and not before[group]:
                self.stopping.add(active)

    def _log(self, watch: _Watch, active: Active | None, now: Instant, **told: Any) -> None:
        """Log something of a sender, for every launch under way that keeps to it."""
        row = watch.row
        uses = [
            one
            for one in self._actives.values()
            if one.row.state in ("loading", "running", "paused") and self._is_used(row, one)
        ]
        for one in dict.fromkeys((*((active,) if active else ()), *uses)) or (None,):
            self._group.log_launch(
                one,
                "standing",
                now,
                by=row.observer or "a person",
                group=row.group,
                sender=row.sender,
                **told,
            )

    def _is_used(self, row: StandingRow, active: Active) -> bool:
        stands = active.stands
        if not row.observer:
            senders = ((group_of(name), one) for name, one in stands.senders.items())
            return (row.group, row.sender) in senders
        return any(self._key(*key) == row.key for key in stands.watches())


def same_sender(address: str) -> str:
    """Return what is alike for all ways of writing the address of a sender."""
    return "".join(address.split()).casefold()


def _adjusted(row: StandingRow, told: Observed, event: str | None, now: Instant) -> StandingRow:
    """Return a row after the move that an observer's word is, with the pace and the end it says."""
    standing = move(SENDER, row.standing, event) if event else row.standing
    until, slow = row.until if standing == "paused" else None, row.slow
    match told.advice:
        case Slow(to=rate):
            slow = str(rate)
        case Pause(until=end) if standing == "paused" and (end is None or end > now):
            until = end
    if standing == "slowed":
        slow = slow or str(SLOWED_PACE)
    elif standing != "paused":
        slow = ""
    return _replace(row, standing=standing, until=until, slow=slow)
