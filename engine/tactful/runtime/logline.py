"""One line of the event log, as people and programs read it, in one schema for all commands."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tactful.guard.addresses import mask
from tactful.store.rows import EventRow, LaunchRow, RevisionRow, SendRow
from tactful.values import iso

_ADDRESSES = ("to", "sender", "address")


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

    def line(self, event: EventRow, key: str | None, send: SendRow | None) -> dict[str, Any]:
        """Return the line of one event; what does not apply to it is left out."""
        launch = self._launches.get(event.launch) if event.launch is not None else None
        line: dict[str, Any] = {"at": iso(event.at), "launch": launch.name if launch else None}
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
        return {
            name: mask(value) if name in _ADDRESSES and value and not self._full else value
            for name, value in line.items()
            if value is not None
        }

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
            "verdict": _decision(send),
        }


def _decision(send: SendRow) -> str:
    if send.state in ("refused", "expired"):
        return "refuse"
    if send.verdict is None:
        return "allow" if send.permitted_at is not None else "hold"
    decision: str = msgspec.json.decode(send.verdict)["decision"]
    return decision
