"""Words about what may happen wherever a person is in the journey."""

from tactful.language.vocabulary import Block, Word
from tactful.language.words.steps import STEPS


class AtAnyTime(Word):
    """Say what happens on a reply or an event wherever the person is; each line is taken once.
    at any time:"""

    phrase = "at any time"
    place = "top"
    block = Block("anytime", required=True)
    condition = "none"


class OnOptOut(Word):
    """Note something about a person who opts out; the journey ends then, and sends nothing.
    on opt out: tag opted_out"""

    phrase = "on opt out"
    place = "anytime"
    block = STEPS


ANY_TIME: tuple[type[Word], ...] = (AtAnyTime, OnOptOut)
