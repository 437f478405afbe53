"""Tells conversations out of the event log, as they looked to the people in them."""

from collections.abc import Iterable, Mapping
from typing import Any

from tactful.cli.output import say
from tactful.values import moment, parse_instant

Line = Mapping[str, Any]

_TOLD = (
    "sent", "in_doubt", "undelivered", "no_answer", "voicemail", "bounced", "failed", "reply",
    "opt_out", "hand_off",
)  # fmt: skip
_STYLES = {"sent": "green", "reply": "cyan", "hand_off": "blue"}
LONGEST = 110


class Conversations:
    """What was said to and by each recipient, from the lines of the event log."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines: dict[str, list[Line]] = {}
        for line in lines:
            if line["event"] in _TOLD and "recipient" in line:
                self._lines.setdefault(line["recipient"], []).append(line)

    def first_with(self, event: str, text: str = "") -> str | None:
        """Return the first recipient to whom this happened, with a text in it."""
        for key, lines in self._lines.items():
            if any(
                line["event"] == event and text in line.get("text", "").lower() for line in lines
            ):
                return key
        return None

    def show(self, key: str, title: str) -> None:
        """Print one conversation."""
        say()
        say(f"{key}: {title}", "bold")
        for line in self._lines[key]:
            at = moment(parse_instant(line["at"])).astimezone()
            style = _STYLES.get(line["event"], "yellow")
            say(f"  {at:%a %H:%M}  {_told(line)}", style, hang=len("  Tue 09:00  "))


def _told(line: Line) -> str:
    channel, text = line.get("channel", ""), _short(line.get("text", ""))
    match line["event"]:
        case "sent" | "in_doubt" as event:
            doubt = " (in doubt: the answer was lost)" if event == "in_doubt" else ""
            return f"{channel} to them{doubt}: {text}"
        case "reply":
            return f"{channel} from them: {text}"
        case "opt_out":
            return f"opted out of {channel} with: {text}"
        case "hand_off":
            return f"handed to {line['queue']}: {_short(line.get('note', ''))}"
        case other:
            return f"that {channel} was {other.replace('_', ' ')}"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"
