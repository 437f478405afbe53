"""One line of the event log, as people and programs read it, in one schema for all commands."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from tactful.guard.addresses import mask
from tactful.store.rows import EventRow, LaunchRow, RevisionRow, SendRow
from tactful.values import iso

_ADDRESSES = ("to", "sender", "address")
_masked = lru_cache(10_000)(mask)


class LogLines:
    """Makes log lines. `full` shows whole addresses; without it they are masked (promise SECRET).

    The mappings may grow while lines are made.
    """

    def __init__(
        self,
        launches: Mapping[int, LaunchRow],
        revisions: Mapping[int, RevisionRow],
        names: Mapping[int, str],
        *,
        full: bool = False,
    ) -> None:
        self._launches = launches
        self._revisions = revisions
        self._names = names
        self._full = full
        self._at, self._iso = 0, iso(0)  # of the event before: many share one moment

    def line(self, event: EventRow, key: str | None, send: SendRow | None) -> dict[str, Any]:
        """Return the line of one event; what does not apply to it is left out."""
        if event.at != self._at:
            self._at, self._iso = event.at, iso(event.at)
        launch = self._launches.get(event.launch) if event.launch is not None else None
        line: dict[str, Any] = {"at": self._iso, "launch": launch.name if launch else None}
        data = msgspec.json.decode(event.data) if event.data else {}
        line["recipient"] = key if key is not None else data.pop("key", None)
        line["event"] = event.event
        line["step"] = self._name(event.step)
        line["stage"] = self._name(event.stage)
        line["visit"] = event.visit
        line["attempt"] = event.send
        line["revision"] = self._digest(event.revision)
        line["guards"] = self._digest(event.guards)
        if send is not None:
            line |= self._message(send)
        line |= data
        if not self._full:
            for name in _ADDRESSES:
                if line.get(name):
                    line[name] = _masked(line[name])
        return {name: value for name, value in line.items() if value is not None}

    def _name(self, number: int | None) -> str | None:
        return self._names.get(number) if number is not None else None

    def _digest(self, number: int | None) -> str | None:
        row = self._revisions.get(number) if number is not None else None
        return row.digest if row else None

    def _message(self, send: SendRow) -> dict[str, Any]:
        return {
            "channel": send.channel,
            "to": send.to,
            "sender": send.sender,
            "text": send.text,
            "segments": send.segments,
            "cost": send.cost,
            "verdict": _decision(send),
        }


def _decision(send: SendRow) -> str:
    if send.state in ("refused", "expired"):
        return "refuse"
    if send.verdict is None:
        return "allow" if send.permitted_at is not None else "hold"
    decision: str = msgspec.json.decode(send.verdict)["decision"]
    return decision
