"""The event log as people read it: one aligned line an event, coloured by what happened."""

import shutil
from collections.abc import Callable, Mapping
from typing import Any

import click

from tactful.cli.output import clean, wants_colour
from tactful.values import moment, parse_instant

Line = Mapping[str, Any]

_COLOURS = {
    "sent": "green", "delivered": "green",
    "failed": "red", "bounced": "red", "undelivered": "red", "no_answer": "red",
    "refused": "red", "voicemail": "yellow",
    "expired": "yellow", "in_doubt": "magenta", "opt_out": "yellow",
    "held": "bright_black", "queued": "bright_black", "entered": "bright_black",
    "reply": "cyan", "signal": "cyan", "hand_off": "blue", "order": "bright_white",
    "standing": "yellow", "alert": "red",
}  # fmt: skip
_TOLD_ALREADY = frozenset(
    {"at", "launch", "recipient", "event", "step", "stage", "visit", "attempt", "revision",
     "guards", "channel", "to", "sender", "text", "segments", "cost", "verdict"}
)  # fmt: skip
_EVENT_WIDTH = 11


class EventLines:
    """Prints lines of the log below each other as they come, cut to a terminal's width.

    `with_launch` names the campaign in each. Times are those of this machine's clock.
    """

    def __init__(self, *, with_launch: bool) -> None:
        self._with_launch = with_launch
        self._coloured = wants_colour()
        self._width = shutil.get_terminal_size().columns if self._coloured else None
        self._widest: dict[str, int] = {}

    def show(self, line: Line) -> None:
        """Print one line."""
        at = moment(parse_instant(line["at"])).astimezone()
        event = line["event"]
        before = [f"{at:%Y-%m-%d %H:%M:%S}"]
        if self._with_launch:
            before.append(self._column("launch", line.get("launch") or ""))
        before.append(self._column("recipient", line.get("recipient") or ""))
        lead = clean("  ".join(before)) + "  "
        rest = "  " + clean(details(line)).replace("\n", " ")
        shown = event.replace("_", " ").ljust(_EVENT_WIDTH)
        if self._width is not None:
            room = max(self._width - len(lead) - len(shown), 10)
            rest = rest if len(rest) <= room else rest[: room - 1] + "…"
        if self._coloured:
            shown = click.style(shown, fg=_COLOURS.get(event))
        click.echo(f"{lead}{shown}{rest}".rstrip())

    def _column(self, name: str, text: str) -> str:
        """Pad a text to the widest of its column so far: what comes later is not known yet."""
        self._widest[name] = max(self._widest.get(name, 8), len(text))
        return text.ljust(self._widest[name])


def details(line: Line) -> str:
    """Return what is to be told of an event beside its name."""
    tell = _DETAILS.get(line["event"], _other)
    return tell(line)


def _message(line: Line) -> str:
    return f"{line['channel']} to {line['to']}" if "to" in line else _other(line)


def _sent(line: Line) -> str:
    """Return a message, its text first: a narrow terminal cuts the end."""
    settled = f" (known by: {line['settled_by']})" if "settled_by" in line else ""
    return f"{line['channel']}{settled} “{line['text']}” to {line['to']}"


def _because(line: Line) -> str:
    """Return a message, or what else, and why it did not go on, with who says so."""
    about = {name: value for name, value in line.items() if name not in ("by", "reason", "line")}
    said = [str(line[name]) for name in ("by", "reason") if line.get(name)]
    if line.get("line"):
        said.append(f"line {line['line']}")
    return ": ".join(part for part in (_message(about), ", ".join(said)) if part)


def _heard(line: Line) -> str:
    return f"{line.get('channel', '')}: “{line.get('text', '')}”"


def _signal(line: Line) -> str:
    if "took" in line:
        return f"taken by {line.get('step', 'once')}"
    if "name" in line:
        values = line.get("values")
        return f"{line['name']}: {_plain(values)}" if values else str(line["name"])
    match line.get("kind"):
        case "reply":
            return f"to the inbox: “{line.get('text', '')}”"
        case "wrong number":
            return f"a wrong number: “{line['text']}”"
        case "loop":
            return f"no answer: {line['reason']}"
        case "audience read":
            return f"the audience, read again: {line['joined']} new, {line['changed']} changed"
        case "audience not read":
            return f"the audience cannot be read: {line['reason']}"
        case "new data":
            return f"new in the audience: {_plain(line['values'])}"
    return _other(line)


def _order(line: Line) -> str:
    because = f": {line['because']}" if line.get("because") else ""
    return f"{line.get('order', '')} by {line.get('who', '')}{because}"


def _hand_off(line: Line) -> str:
    note = f": {line['note']}" if line.get("note") else ""
    urgent = f" ({line['priority']})" if line.get("priority", "normal") != "normal" else ""
    return f"to {line.get('queue', '')}{urgent}{note}"


def _standing(line: Line) -> str:
    """Return what an observer makes of a sender, or why it cannot be asked."""
    who = f"{line.get('sender', '')} ({line.get('group', '')})"
    if "problem" in line:
        return f"{who}: the observer {line['by']} cannot be asked: {line['problem']}"
    changed = " -> ".join(dict.fromkeys((line["before"], line["standing"])))
    why = f": {line['reason']}" if line.get("reason") else ""
    advice = f" (it advises: {line['advice']})" if line.get("advice") else ""
    return f"{who} {changed}, {line['by']}{why}{advice}"


def _alert(line: Line) -> str:
    return f"{line['desk']} was told: {line['cause']}, {line['about']}"


def _tag(line: Line) -> str:
    return str(line.get("tag", ""))


def _set(line: Line) -> str:
    return f"{line.get('name', '')} = {_plain(line.get('value', ''))}"


def _ended(line: Line) -> str:
    because = f": {line['because']}" if line.get("because") else ""
    return f"{line.get('state', '').replace('_', ' ')}{because}"


def _other(line: Line) -> str:
    told = {name: value for name, value in line.items() if name not in _TOLD_ALREADY}
    return ", ".join(f"{name} {_plain(value)}" for name, value in told.items())


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(one)}" for name, one in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


_DETAILS: dict[str, Callable[[Line], str]] = {
    "sent": _sent,
    "queued": _message,
    "delivered": _message,
    "held": _because,
    "refused": _because,
    "expired": _because,
    "in_doubt": _because,
    "failed": _because,
    "undelivered": _because,
    "bounced": _because,
    "no_answer": _message,
    "voicemail": _message,
    "reply": _heard,
    "opt_out": _heard,
    "standing": _standing,
    "alert": _alert,
    "signal": _signal,
    "order": _order,
    "hand_off": _hand_off,
    "tag": _tag,
    "set": _set,
    "ended": _ended,
}
