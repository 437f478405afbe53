"""What the core itself registers, through the same hooks as every plugin."""

from collections.abc import Iterable

from tactful.guard.strategies import WINDOW, Strategy
from tactful.language.vocabulary import Word
from tactful.language.words import CORE_WORDS
from tactful.plugins.hookspecs import hookimpl


@hookimpl
def tactful_words() -> Iterable[type[Word]]:
    """Supply the words that every flow may use."""
    return CORE_WORDS


@hookimpl
def tactful_throttles() -> Iterable[Strategy]:
    """Supply the sliding window of slots."""
    return (WINDOW,)
