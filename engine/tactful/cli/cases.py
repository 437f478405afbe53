"""Shows a conversation that waits for a person, as whoever takes it wants to read it."""

from typing import TYPE_CHECKING, Any

from tactful.cli.output import say
from tactful.cli.spans import brief_words
from tactful.values import iso, moment, parse_instant

if TYPE_CHECKING:
    from tactful.runtime.ports import HandOffCase


def case_json(item: dict[str, Any], case: "HandOffCase") -> dict[str, Any]:
    """Return an item with its conversation."""
    return {
        **item,
        "conversation": [
            {"at": iso(said.at), "by": said.by, "channel": said.channel, "text": said.text}
            for said in case.conversation
        ],
    }


def show_case(item: dict[str, Any], case: "HandOffCase") -> None:
    """Print an item with its conversation."""
    who = item["recipient"] or item["address"] or "somebody"
    of = f" of {item['launch']}" if item["launch"] else ""
    what = f"hand-off to {item['queue']}" if item["kind"] == "hand_off" else "reply"
    state = "" if item["state"] == "open" else f", {item['state']}"
    taken = f", taken by {item['taken_by']}" if item["taken_by"] else ""
    since = brief_words(parse_instant(item["at"]))
    say(f"{who}{of}: {what}, {item['priority']}, since {since}{taken}{state}", "bold")
    if item["note"]:
        say(f"  {item['note']}", "yellow", hang=2)
    for said in case.conversation:
        at = moment(said.at).astimezone()
        name, style = ("we", "green") if said.by == "us" else ("they", "cyan")
        head = f"  {at:%a %H:%M}  {name:4} by {said.channel}: "
        say(head + " ".join(said.text.split()), style, hang=len("  Tue 09:00  "))
    if not case.conversation:
        say("  Nothing was said before.", "dim")
