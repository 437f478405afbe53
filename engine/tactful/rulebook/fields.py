"""Texts of flows as they are written: what is filled in later says nothing yet."""

import re

_FIELD = re.compile(r"\{\{.{0,200}?\}\}|\{%.{0,200}?%\}", re.DOTALL)


def without_fields(text: str) -> str:
    """Return a text with blanks for what is filled in, every other character in its place."""
    return _FIELD.sub(lambda match: " " * len(match.group()), text)
