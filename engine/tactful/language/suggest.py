"""What was probably meant by a word that is not known."""

import difflib
from collections.abc import Iterable

_LONGEST = 40


def nearest(word: str, known: Iterable[str], cutoff: float = 0.7) -> str | None:
    """Return the known word that looks most like `word`, or None if none does."""
    if len(word) > _LONGEST:
        return None
    by_small = {option.lower(): option for option in known}
    found = difflib.get_close_matches(word.lower(), by_small, 1, cutoff)
    return by_small[found[0]] if found else None


OTHER_TOOLS: dict[str, str] = {
    "if": "when", "else": "otherwise", "elif": "otherwise when", "elseif": "otherwise when",
    "goto": "go to", "jump": "go to", "sleep": "wait", "delay": "wait", "pause": "wait",
    "text": "send sms", "sms": "send sms", "mail": "send email", "e-mail": "send email",
    "email": "send email", "call": "send voice", "phone": "send voice", "handoff": "hand off to",
    "escalate": "hand off to", "transfer": "hand off to", "end": "stop", "exit": "stop",
    "finish": "stop", "return": "stop", "label": "stage", "step": "stage", "section": "stage",
    "start": "journey", "timeout": "on timeout", "yes": "on reply yes", "no": "on reply no",
    "answer": "on reply", "response": "on reply", "reply": "on reply", "name": "campaign",
    "from": "audience from", "recipients": "audience from", "plugin": "use",
    "ratelimit": "throttle", "expire": "expires after", "sender": "senders",
}  # fmt: skip
"""Words of other tools, and ours for the same thing."""

UNCLEAR_LIMITS = ("limit", "cap", "rate", "max", "maximum")
"""Words that do not say whether what is over the limit waits or is dropped."""
