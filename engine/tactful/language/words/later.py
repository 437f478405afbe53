"""Words of the language that are declared but not built yet: they are told, never passed over."""

from collections.abc import Sequence
from functools import cache

from tactful.language.kinds import Choice, Name
from tactful.language.reading import Cursor, Wrong
from tactful.language.tokens import Item, leading_words

LATER_WORDS: dict[str, tuple[str, ...]] = {
    "top": (
        "approval from", "starts every", "expires on", "send only during",
        "drop all but", "confirm opt out with", "confirm opt in with",
        "include", "moved", "shared", "hours", "digest",
        "audience from event", "throttle using",
    ),
    "audience": (
        "begin at",
    ),
    "steps": (
        "send by", "ask", "run", "repeat for each",
        "in parallel", "drop all but", "fetch", "write back to", "untag", "note",
        "add to digest", "needs",
    ),
    "send": (
        "on seen", "on not seen", "on answered", "on not reached",
    ),
    "scenario": (
        "fetch", "write back", "expect digest", "expect dropped", "expect write back",
        "expect no digest", "expect no write back",
    ),
}  # fmt: skip
"""Phrases by the place where they will stand."""

_SEND = ("to", "as", "expires after", "expires at", "until", "template")

LATER_OPTIONS: dict[str, tuple[str, ...]] = {
    "send sms": _SEND,
    "send mms": _SEND,
    "send email": _SEND,
    "send voice": _SEND,
    "send chat": _SEND,
    "key": ("once", "again", "restart"),
    "on reply": ("from",),
    "on other reply": ("from",),
    "hand off to": ("about", "then"),
    **dict.fromkeys(("sms", "mms", "email", "voice", "chat"), ("as backup",)),
}
"""Named values by the phrase that will take them."""

LATER_TYPES = ("channel", "list")
"""Types of columns."""

LATER_FACTS = ("sent", "delivered", "seen", "failed", "answered", "reachable")
"""What can be asked of a message or a channel, behind its name and a point."""


class TypeName(Choice):
    """One of the types of columns; those not built yet are told as such."""

    def __init__(self) -> None:
        super().__init__("text", "number", "money", "date", "time", "yes/no", "phone", "email")

    def missed(self, cursor: Cursor) -> Wrong:
        """Return the mistake "this type is not known"."""
        token = cursor.token()
        if token is None or token.text.lower() not in LATER_TYPES:
            return super().missed(cursor)
        message = f"columns of the type `{token.text}` are not available yet"
        return Wrong(message, token, code="TF209")


class OneName(Name):
    """One name where several will be possible."""

    def read(self, cursor: Cursor) -> str:
        refuse_several(cursor)
        return super().read(cursor)


def refuse_several(cursor: Cursor) -> None:
    """Raise `Wrong` where several names stand and one is all that this version can do with."""
    item = cursor.peek()
    if isinstance(item, tuple):
        raise Wrong(
            "several names here are not available yet", item[0], upto=item[-1], code="TF209"
        )


@cache
def _later_phrases(place: str) -> dict[str, list[tuple[str, ...]]]:
    """Return the phrases of a place by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted((tuple(p.split()) for p in LATER_WORDS.get(place, ())), key=len):
        found.setdefault(words[0], []).insert(0, words)
    return found


def later_phrase(place: str, lead: Sequence[str]) -> str | None:
    """Return the longest phrase of this place, not built yet, with which a line begins."""
    if not lead:
        return None
    fitting = _later_phrases(place).get(lead[0], ())
    return next((" ".join(ws) for ws in fitting if (*ws,) == (*lead[: len(ws)],)), None)


def later_option(phrase: str, items: Sequence[Item]) -> str | None:
    """Return the named value of a phrase, not built yet, that comes next."""
    options = LATER_OPTIONS.get(phrase)
    if not options:
        return None
    said = leading_words(items)
    return next((key for key in options if said[: len(key.split())] == key.split()), None)
