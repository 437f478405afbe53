"""Draws lots without chance: who a person is decides, so that it falls alike every time."""

import hashlib

WHOLE = 1_000_000
"""Lots are numbers from nought to one below this."""


def lot(campaign: str, split: str, recipient: str) -> int:
    """Return a person's lot in one split of a campaign; lots of other splits do not follow it."""
    # Each part with its length before it, so that no two triples make one text.
    text = "".join(f"{len(part)}:{part}" for part in (campaign, split, recipient))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % WHOLE
