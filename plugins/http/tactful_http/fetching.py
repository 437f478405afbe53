"""Asks a web address: allowed hosts only, within limits of size and time, no more than is new."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx

from tactful.errors import AudienceInvalid
from tactful.language.sources import Address
from tactful.values import SECOND
from tactful_http.asked import Asked
from tactful_http.bodies import Bodies, Body, Kind
from tactful_http.kinds import kind_of
from tactful_http.settings import HttpSettings

MOST_TURNS = 5
_FIRST_WORDS = 120
_MB = 1_000_000

_WAYS_OUT = {
    401: "The server does not know the token: look at `token from secret` and where it is kept.",
    403: "The server does not let this token read that.",
    404: "Look at the address after `audience from http`.",
    429: "The server is asked too often: give `every` a longer time.",
}
_TRY_LATER = "Try again later; its owner may know what is wrong."


def fetch(asked: Asked, bodies: Bodies, settings: HttpSettings) -> Body:
    """Ask for what is new, and return the answer, or the one that is still good, held.

    Blocks. Raises `AudienceInvalid`.
    """
    known = bodies.last(asked.name)
    first = asked.address(asked.url)
    url = asked.url
    with _client(settings) as client, _told(asked, settings):
        for _ in range(MOST_TURNS + 1):
            address = asked.address(url)
            headers = _headers(asked, address, first, known)
            with client.stream("GET", url, headers=headers) as response:
                if response.has_redirect_location:
                    url = str(response.url.join(response.headers["location"]))
                    continue
                if response.status_code == HTTPStatus.NOT_MODIFIED and known is not None:
                    if bodies.holds(known):
                        return known
                    known = None
                    continue
                if response.status_code != HTTPStatus.OK:
                    raise _refused(asked, response)
                path = bodies.place(str(response.url))
                try:
                    kind = _save(asked, response, path, settings)
                except BaseException:  # with `every`, half an answer each time would fill the disk
                    bodies.drop(path)
                    raise
                body = Body(
                    path, kind, response.headers.get("etag"), response.headers.get("last-modified")
                )
                bodies.keep(asked.name, body)
                return body
    raise AudienceInvalid(
        f"{asked.shown} sends us on more than {MOST_TURNS} times",
        help="Open it in a browser, and write the address where you arrive.",
    )


def _client(settings: HttpSettings) -> httpx.Client:
    timeout = settings.timeout.span / SECOND
    return httpx.Client(timeout=timeout, follow_redirects=False)


def _headers(asked: Asked, address: Address, first: Address, known: Body | None) -> dict[str, str]:
    headers = {
        "Accept": "application/json, application/x-ndjson;q=0.9, text/csv;q=0.9, */*;q=0.1",
        "User-Agent": "tactful-http",
    }
    if known is not None and known.etag:
        headers["If-None-Match"] = known.etag
    if known is not None and known.modified:
        headers["If-Modified-Since"] = known.modified
    if asked.token is not None and address == first:
        if not address.is_private:
            raise AudienceInvalid(
                f"a token is not sent over plain http: {asked.shown}",
                help="Write https, so that nobody on the way can read it.",
            )
        headers["Authorization"] = f"Bearer {asked.token.reveal()}"
    return headers


def _save(asked: Asked, response: httpx.Response, path: Path, settings: HttpSettings) -> Kind:
    """Write an answer into a file, and return what it is."""
    until = time.monotonic() + settings.time_limit.span / SECOND
    size = 0
    with path.open("wb") as file:
        for piece in response.iter_bytes():
            size += len(piece)
            if size > settings.largest_mb * _MB:
                raise AudienceInvalid(
                    f"{asked.shown} answers with more than {settings.largest_mb} MB",
                    help="Ask for fewer rows, or raise `largest_mb` under `[plugins.http]`.",
                )
            if time.monotonic() > until:
                raise AudienceInvalid(
                    f"{asked.shown} is not done after {settings.time_limit}",
                    help="Ask for fewer rows, or raise `time_limit` under `[plugins.http]`.",
                )
            file.write(piece)
    return kind_of(path, response.headers.get("content-type", ""), asked.shown)


@contextmanager
def _told(asked: Asked, settings: HttpSettings) -> Iterator[None]:
    """Tell what goes wrong on the way in words."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise AudienceInvalid(
            f"{asked.shown} does not answer within {settings.timeout}", help=_TRY_LATER
        ) from error
    except httpx.DecodingError as error:
        raise AudienceInvalid(
            f"{asked.shown} answers with something that cannot be unpacked", help=_TRY_LATER
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise AudienceInvalid(
            f"{asked.shown} cannot be reached: {_plain(str(error), asked) or type(error).__name__}",
            help="Look at the address, at the network, and whether the server runs.",
        ) from error


def _refused(asked: Asked, response: httpx.Response) -> AudienceInvalid:
    status = response.status_code
    begin = b""
    for piece in response.iter_bytes():
        begin += piece
        if len(begin) >= 8 * _FIRST_WORDS:
            break
    words = _plain(begin.decode("utf-8", "replace"), asked)
    said = f": “{words}”" if words else ""
    way_out = _WAYS_OUT.get(status, _TRY_LATER)
    return AudienceInvalid(
        f"{asked.shown} answers {status} {response.reason_phrase}".rstrip() + said,
        help=way_out,
    )


def _plain(text: str, asked: Asked) -> str:
    """Return the first words of a text, without tags, signs that cannot be seen, and the token."""
    text = re.sub(r"(?s)<(script|style|head)\b.*?</\1>|<[^>]*>", " ", text)
    if asked.token is not None:
        text = text.replace(asked.token.reveal(), "…")
    text = " ".join(re.sub(r"[^\x20-\x7e\xa0-\uffff]", " ", text).split())
    return text if len(text) <= _FIRST_WORDS else text[: _FIRST_WORDS - 1] + "…"
