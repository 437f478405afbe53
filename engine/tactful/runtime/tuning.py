"""What an application sets for its whole process, once, at start; a library must not."""

import gc
import sys

SWITCH_SECONDS = 0.0005
"""How long a busy thread may keep the writer thread waiting; the default is ten times that."""
GC_FIRST = 50_000
"""How many new objects start a collection: the engine makes many that live for one group only."""


def tune() -> None:
    """Let the store's thread in between, and collect garbage seldom and without what stays."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_FIRST, 20, 50)
