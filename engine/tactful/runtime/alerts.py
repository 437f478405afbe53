"""What the owner of campaigns should be told of: folded from the event log, which keeps all of it.

An alert is a line of the log that tells of something bad, and lines `alert` say who was told. So
nothing else is stored: after a restart the same lines make the same alerts.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from tactful.runtime.handoffs import Alert, Cause
from tactful.store.rows import EventRow, LaunchRow
from tactful.values import DAY, HOUR, Instant, Span

HEEDED = ("standing", "in_doubt", "held", "refused", "alert")
"""The events whose lines make alerts, or say that somebody was told."""

QUIET: Span = HOUR
"""One subject makes one alert of a cause in so much time, unless it becomes worse."""

KEPT: Span = DAY
"""An alert that is older when an engine starts is told to nobody any more."""

_WORSE = {"paused": 1, "flagged": 2}
_ERROR = '"code":"error"'
_INBOX = "inbox"

Told = Mapping[str, Any]
Found = tuple[Cause, str, str, int]
"""A cause, what it concerns, the reason, and how bad it is."""


class _Subject(Struct):
    """One cause and what it concerns: its newest alert, and up to which number who was told."""

    alert: Alert | None = None
    rank: int = 0
    quiet_until: Instant = 0
    told: dict[str, int] = {}


class Alerts:
    """The newest alert of each cause and subject, from the lines of the log in order.

    Lines of a rehearsal make none. Who was told of an alert needs no earlier one of its subject.
    """

    def __init__(self) -> None:
        self._subjects: dict[tuple[str, str], _Subject] = {}

    def add(self, number: int, event: EventRow, launches: Mapping[int, LaunchRow]) -> None:
        """Take in one line of the log; what was taken in before changes nothing."""
        if event.event == "alert":
            told = msgspec.json.decode(event.data or "{}")
            self._note(told["cause"], told["about"], told["desk"], told["alert"], event.at)
            return
        launch = launches.get(event.launch) if event.launch is not None else None
        if launch is not None and not launch.live:
            return
        for cause, about, reason, rank in _found(event, launch):
            subject = self._subjects.setdefault((cause, about), _Subject())
            if event.at < subject.quiet_until and rank <= subject.rank:
                continue
            name, campaign = (launch.name, launch.campaign) if launch else ("", "")
            subject.alert = Alert(number, cause, about, event.at, reason, name, campaign)
            subject.rank = rank
            subject.quiet_until = event.at + QUIET

    def tell(self, alert: Alert, desk: str, now: Instant) -> None:
        """Note that a desk was told of an alert."""
        self._note(alert.cause, alert.about, desk, alert.id, now)

    def _note(self, cause: str, about: str, desk: str, number: int, now: Instant) -> None:
        subject = self._subjects.setdefault((cause, about), _Subject())
        subject.told[desk] = max(number, subject.told.get(desk, 0))
        subject.quiet_until = max(subject.quiet_until, now + QUIET)

    def untold(self, desk: str) -> Iterator[Alert]:
        """Yield the alerts that a desk has not been told of, oldest first."""
        for alert, told in self.all():
            if desk not in told:
                yield alert

    def all(self) -> list[tuple[Alert, tuple[str, ...]]]:
        """Return the newest alert of each subject with the desks that were told, oldest first."""
        found = [
            (one.alert, tuple(desk for desk, upto in one.told.items() if upto >= one.alert.id))
            for one in self._subjects.values()
            if one.alert is not None
        ]
        return sorted(found, key=lambda one: one[0].id)


def _found(event: EventRow, launch: LaunchRow | None) -> Iterator[Found]:
    """Yield what a line tells that somebody should know."""
    finder = _FINDERS.get(event.event)
    if finder is not None and (event.event != "refused" or _ERROR in (event.data or "")):
        yield from finder(event, launch, msgspec.json.decode(event.data or "{}"))


def _standing(event: EventRow, launch: LaunchRow | None, told: Told) -> Iterator[Found]:
    by = told.get("by", "")
    if told.get("problem"):
        yield "observer", by, f"it cannot be asked: {told['problem']}", 0
        return
    standing = told.get("standing", "")
    if standing in _WORSE and standing != told.get("before"):
        sender = told.get("sender") or "all senders"
        why = f": {told['reason']}" if told.get("reason") else ""
        reason = f"the sender is {standing}, says {by}{why}"
        yield "standing", f"{sender} ({told.get('group', '')})", reason, _WORSE[standing]


def _in_doubt(event: EventRow, launch: LaunchRow | None, told: Told) -> Iterator[Found]:
    if launch is not None:
        why = f": {told['reason']}" if told.get("reason") else ""
        reason = (
            f"nobody knows whether attempt {event.send} was sent{why}. "
            f"Say what is true: tactful settle {event.send} sent|not-sent"
        )
        yield "in doubt", launch.name, reason, 0


def _held(event: EventRow, launch: LaunchRow | None, told: Told) -> Iterator[Found]:
    """Yield that a whole launch holds; for an inbox that is full there are people already."""
    if launch is not None and event.journey is None and told.get("by") != _INBOX:
        said = ": ".join(str(told[name]) for name in ("by", "reason") if told.get(name))
        reason = f"nothing leaves until a person resumes it: {said}"
        yield "held", launch.name, reason, 0


def _refused(event: EventRow, launch: LaunchRow | None, told: Told) -> Iterator[Found]:
    if told.get("code") == "error":
        reason = f"it fails, so what it judges is refused: {told.get('reason', '')}"
        yield "policy", str(told.get("by", "")), reason, 0


_FINDERS: Mapping[str, Callable[[EventRow, LaunchRow | None, Told], Iterator[Found]]] = {
    "standing": _standing,
    "in_doubt": _in_doubt,
    "held": _held,
    "refused": _refused,
}
