"""How the names look by which flows call what plugins supply."""

import re

_NAME = re.compile(r"[^\W\d_]\w*(?:[.\-]\w+)*")


def can_be_named(name: object) -> bool:
    """Say whether a flow can write a name without quotes."""
    return isinstance(name, str) and bool(_NAME.fullmatch(name))
