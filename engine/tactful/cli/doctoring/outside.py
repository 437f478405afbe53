"""Looks into what is around this machine: the way in to our public address, and the clock."""

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from tactful.plugins.config import Config
from tactful.runtime.ports import Finding

SECONDS = 10.0
MOST_OFF = 5.0
"""Seconds that our clock may be off: signatures and windows are told by it."""

_NO_SERVER = (
    "Run `tactful serve`, and let the reverse proxy pass this address on to it.",
    "Without it, deliveries, replies and opt-outs are not heard.",
)


def way_in(config: Config) -> Iterator[Finding]:
    """Ask our own public address, from here, and compare its clock with ours.

    Blocks up to `SECONDS`.
    """
    public = config.server.public_url
    if public is None:
        yield Finding(
            "warning",
            "no_public_url",
            "no public address is configured: nobody can tell us of deliveries and replies",
            help="Set public_url under [server], and run `tactful serve`.",
        )
        return
    local = urlsplit(public).hostname in ("127.0.0.1", "localhost", "::1")
    if not public.startswith("https://") and not local:
        yield Finding(
            "error",
            "public_url_plain",
            f"{public} is not encrypted: signatures and texts could be read on the way",
            help="Put a certificate on the reverse proxy, and write https://.",
        )
    request = Request(f"{public}/healthz", headers={"User-Agent": "tactful doctor"})
    asked = time.time()
    try:
        with urlopen(request, timeout=SECONDS) as answer:
            body, date = answer.read(1_000), answer.headers.get("Date")
    except HTTPError as error:
        told = f"{public}/healthz answers {error.code}, so this is not Tactful"
        yield Finding("error", "public_url_other", told, help=" ".join(_NO_SERVER))
        return
    except (URLError, HTTPException, OSError, ValueError) as error:
        why = getattr(error, "reason", None) or error
        told = f"{public} cannot be reached: {why}"
        yield Finding("error", "public_url_silent", told, help=" ".join(_NO_SERVER))
        return
    if b'"status"' not in body:
        told = f"{public}/healthz answers something else than Tactful would"
        yield Finding("error", "public_url_other", told, help=" ".join(_NO_SERVER))
    yield from _clock(date, (asked + time.time()) / 2)


def _clock(date: str | None, now: float) -> Iterator[Finding]:
    """Compare our clock with that of the server in front: HTTP dates are whole seconds."""
    try:
        theirs = parsedate_to_datetime(date or "").timestamp()
    except ValueError:
        return
    off = now - theirs
    if not -MOST_OFF <= off <= MOST_OFF + 1:
        yield Finding(
            "error",
            "clock_off",
            f"this machine's clock is {abs(off):,.0f} seconds {'ahead' if off > 0 else 'behind'}",
            help="Let it be set by the network (NTP): quiet hours and paces go by it.",
        )
