"""Recognises an opt-out, an opt-in, a call for help, or a wrong number in what a person wrote.

Carriers act on single words only. The law is wider: any wording that a reasonable person takes as
"no more messages" counts (47 CFR 64.1200(a)(10), in force since 2025-04-11). So a message, or a
sentence of one, that is a stop word with nothing but politeness counts, and so do plain sentences.
A stop word inside another sentence ("can you stop the delivery?") does not. `YES` is never an
opt-in here: it answers a question of the flow.
"""

import re
from collections.abc import Collection, Iterable
from typing import Literal

from tactful.guard import wordings
from tactful.guard.wordings.folding import fold, sentences

Wish = Literal["stop", "start", "help"]
Heard = Wish | Literal["wrong number"]


def classify(text: str, names: Collection[str] = ()) -> Heard | None:
    """Return what an inbound message asks of us as a sender, or None when it asks nothing.

    `names` are those by which we know the person: "I'm not Anna" is a wrong number only where we
    wrote to an Anna. Who says both, that and stop, has said stop.
    """
    said = sentences(text)
    tokens = [token for sentence in said for token in sentence]
    if not tokens:
        return "stop" if text.strip() in _SIGNS else None
    # "s t o p" and "opt out" are one word each.
    whole = "".join(tokens) if len(tokens) <= 4 else ""
    if (
        whole in wordings.STOP
        or wordings.MISSPELT.fullmatch(whole)
        or _stops(tokens, any_word=True)
    ):
        return "stop"
    if whole in wordings.START:
        return "start"
    if whole in wordings.HELP:
        return "help"
    if any(_stops(sentence, any_word=False) for sentence in said):
        return "stop"
    lines = [" ".join(sentence) for sentence in said]
    together = " ".join(tokens)
    if not _fits(wordings.NOTICES, together):
        # A wording may go on behind a comma, so all of it counts as one sentence, too.
        for line in (*lines, together):
            if _fits(wordings.SENTENCES, line) and not _fits(wordings.DENIED, line):
                return "stop"
    known = frozenset(name for told in names for name in _names(told))
    wrong = wordings.wrong_number(known).search
    return "wrong number" if any(map(wrong, lines)) else None


_SIGNS = frozenset("🛑⛔🚫")


def _names(told: str) -> list[str]:
    """Return the words of a name by which a person may call themselves."""
    words = fold(told).split()
    return [word for word in words if word.isalpha() and len(word) > 1] if len(words) <= 4 else []


def _fits(patterns: Iterable[re.Pattern[str]], line: str) -> bool:
    return any(pattern.search(line) for pattern in patterns)


def _stops(tokens: list[str], *, any_word: bool) -> bool:
    """Return whether some words are a stop word and nothing but politeness: `please stop`."""
    if len(tokens) > 8:
        return False
    clear = {t for t in tokens if t in wordings.CLEAR or wordings.MISSPELT.fullmatch(t)}
    if clear:
        return set(tokens) - clear <= wordings.LOOSE
    stops = wordings.STOP.intersection(tokens) if any_word else frozenset()
    return bool(stops) and set(tokens) - stops <= wordings.POLITE
