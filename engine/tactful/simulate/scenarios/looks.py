"""What each `expect` looks for: a test over the record, and words for what nearly fitted."""

from collections.abc import Callable
from typing import NamedTuple

from tactful.graph.conditions import Test, compile_condition
from tactful.graph.convert import condition_from
from tactful.language.words import scenarios as words
from tactful.simulate.scenarios.record import Happening, Record
from tactful.values import Instant

MESSAGE = "message"
Fits = Callable[[Happening], bool]


class Look(NamedTuple):
    """Events of one name, those that fit; `kind` is what they are looked at as."""

    event: str
    fits: Fits
    kind: str

    def find(self, record: Record, since: Instant) -> list[Happening]:
        """Return the events that fit from a moment on, but for those used up."""
        return [one for one in record.since(since, self.event, self.kind) if self.fits(one)]


def message(channel: str, containing: str | None) -> Look:
    """Look for messages of a channel; `containing` disregards capitals and line breaks."""
    wanted = None if containing is None else flat(containing)

    def fits(one: Happening) -> bool:
        if one.line.get("channel") != channel:
            return False
        return wanted is None or wanted in flat(text_of(one))

    return Look("sent", fits, MESSAGE)


def hand_offs(queue: str | None) -> list[Look]:
    """Look for conversations given to a person; the inbox has replies that no line takes."""
    given = Look("hand_off", lambda one: queue in (None, one.line.get("queue")), "hand off")
    kept = Look("signal", lambda one: one.line.get("given_to") == words.INBOX, "hand off")
    return [given, kept] if queue == words.INBOX else [given]


def note(containing: str | None) -> Look:
    """Look for notes to the person who takes over."""
    wanted = flat(containing or "")

    def fits(one: Happening) -> bool:
        said = one.line.get("note")
        return said is not None and wanted in flat(str(said))

    return Look("hand_off", fits, "note")


def condition(word: words.ExpectThat) -> Test:
    """Return the test of a condition."""
    return compile_condition(condition_from(word.test))


def text_of(one: Happening) -> str:
    """Return what a message says, its subject first."""
    parts = (one.subject, one.line.get("text"))
    return "\n".join(str(part) for part in parts if part)


def flat(text: str) -> str:
    """Return a text as it is compared: without regard to capitals, spaces and line breaks."""
    return " ".join(text.split()).casefold()
