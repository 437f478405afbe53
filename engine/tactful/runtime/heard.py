"""Makes the signals that observers hear of what is known of messages: who got them stays ours."""

import hashlib
import re
from functools import lru_cache

from tactful.guard.folding import fold
from tactful.guard.standing import SenderSignal, SignalKind
from tactful.runtime.active import Live
from tactful.store.rows import SendRow
from tactful.values import Instant

_DIGITS = re.compile(r"\d+")


def signal_of(
    live: Live, row: SendRow, kind: SignalKind, at: Instant, *, salt: str,
    code: str = "", seconds: float | None = None,
) -> SenderSignal:  # fmt: skip
    """Return what observers hear of a message; `salt` is the key under which addresses are kept."""
    return SenderSignal(
        kind,
        at,
        code=code,
        medium=row.channel,
        recipient=_print(fold(row.to), salt),
        domain=fold(row.to).rpartition("@")[2] if row.channel == "email" else "",
        sender=row.sender,
        campaign=live.active.row.campaign,
        text=_print(_DIGITS.sub("0", row.text), salt),
        segments=row.segments,
        seconds=seconds,
        sent_at=row.ended_at or row.called_at or row.permitted_at,
    )


def reply_of(live: Live, channel: str, sender: str, at: Instant, *, salt: str) -> SenderSignal:
    """Return what observers hear when somebody answers."""
    address = live.address(channel) or ""
    return SenderSignal(
        "reply",
        at,
        medium=channel,
        recipient=_print(fold(address), salt) if address else "",
        sender=sender,
        campaign=live.active.row.campaign,
    )


@lru_cache(maxsize=4096)
def _print(text: str, salt: str) -> str:
    key = salt.encode()[:64]
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8, key=key).hexdigest()
