"""Signs what goes to a help desk, and tells whether what comes from there is genuine."""

import hashlib
import hmac

FRESH_SECONDS = 300
"""What was signed longer ago, or so far ahead, is not taken: it may be a repeat by a stranger."""


def signature(secret: str, body: bytes, at: int) -> str:
    """Return `t=SECONDS,v1=HEX`: the HMAC-SHA256 of the seconds, a point and the body."""
    signed = f"{at}.".encode() + body
    return f"t={at},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def is_genuine(header: str, secret: str, body: bytes, now: float) -> bool:
    """Say whether a header is the signature of a body, made within the last minutes."""
    at = header.partition(",")[0].removeprefix("t=")
    if not (at.isascii() and at.isdigit() and len(at) < 16):
        return False
    fresh = abs(now - int(at)) < FRESH_SECONDS
    expected = signature(secret, body, int(at))
    return hmac.compare_digest(header.encode(), expected.encode()) and fresh
