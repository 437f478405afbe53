"""Makes what a visitor wrote fit to be kept: no control characters, no space around it."""

import unicodedata


def readable(text: str) -> str:
    """Return a text without control characters, but for line breaks and tabs, and stripped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def can_be_told(text: str) -> bool:
    """Return whether a text can be sent at all: half a character cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
