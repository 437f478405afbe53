"""Says where an error came from, without what was in somebody's request."""

import traceback
from pathlib import Path


def where(error: BaseException) -> str:
    """Return the kind of an error and the lines that led to it.

    Not its message: that often quotes a text, an address or a token that somebody sent.
    """
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    lines = [f"{Path(one.filename).name}:{one.lineno} in {one.name}" for one in frames]
    return f"{type(error).__name__} at {' > '.join(lines)}" if lines else type(error).__name__
