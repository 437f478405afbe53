"""What a person probably meant by a name that is not there."""

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean …?` with the nearest known name, or nothing."""
    from difflib import get_close_matches

    found = get_close_matches(word.lower(), list(known), 1, 0.6)
    return f" Did you mean `{found[0]}`?" if found else ""
