"""Checks that a request comes from Twilio: `X-Twilio-Signature`, over the URL and all parameters.

The rules are those of https://www.twilio.com/docs/usage/security (validating requests) and of
Twilio's own libraries, where that page is silent: the port may have been left out or added, a
parameter's equal values count once, and a body that is no form is signed by its hash in the URL.
"""

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Literal

from tactful.runtime.inbound import WebRequest

SIGNATURE = "x-twilio-signature"
SIGNATURE_SETTINGS = "x-twilio-webhooks-signature-settings"
"""Comes with requests that are signed by a shared key: `key=…,algorithm=HMAC_SHA256`."""

BODY_HASH = "bodySHA256"

_FORM = "application/x-www-form-urlencoded"
_ALGORITHMS: dict[str, Literal["sha1", "sha256"]] = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_PORTS = {"http": ":80", "https": ":443"}

_parts = re.compile(
    r"(?P<scheme>https?)://(?P<host>[^/?#]*?)(?P<port>:\d*)?(?P<path>[/?#].*)?", re.DOTALL
).fullmatch
# What the URL standard (url.spec.whatwg.org, special-query percent-encode set) escapes in a query;
# Twilio signs it escaped, and may ask for it as it stands.
_to_escape = re.compile("[\x00-\x20\x22\x27\x3c\x3e\x7f]").sub


def is_signed(request: WebRequest, auth_token: str, shared_key: str | None = None) -> bool:
    """Say whether a request carries Twilio's signature for the URL that it asked for.

    It is signed with the account's auth token, or with a shared key where it says so. A request
    without a signature, or with one that cannot be read, is not signed.
    """
    given = request.headers.get(SIGNATURE)
    algorithm = _algorithm(request.headers.get(SIGNATURE_SETTINGS, ""))
    parameters = _parameters(request)
    if not given or algorithm is None or parameters is None:
        return False
    key = auth_token if algorithm == "sha1" or shared_key is None else shared_key
    signed = "".join(name + value for name, value in parameters)
    expected = [_sign(url + signed, key, algorithm) for url in _as_signed(request.url)]
    return any(hmac.compare_digest(one, _bytes(given)) for one in expected)


def _sign(text: str, key: str, algorithm: Literal["sha1", "sha256"]) -> bytes:
    return b64encode(hmac.digest(_bytes(key), _bytes(text), algorithm))


def _algorithm(settings: str) -> Literal["sha1", "sha256"] | None:
    """Return the algorithm that a request names, SHA-1 when it names none, None for others."""
    named = (part.partition("=") for part in settings.split(","))
    names = [value.strip() for name, _, value in named if name.strip() == "algorithm"]
    return _ALGORITHMS.get(next(filter(None, names), "HMAC_SHA1").upper())


def _parameters(request: WebRequest) -> list[tuple[str, str]] | None:
    """Return what is signed besides the URL; None when the body is not what was signed."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == _FORM:
        try:
            return _in_order(request.form)
        except ValueError:
            return None
    hashes = [value for name, value in request.query if name == BODY_HASH]
    if hashes:
        told = hashlib.sha256(request.body).hexdigest().encode()
        return [] if hmac.compare_digest(told, _bytes(hashes[0].lower())) else None
    return None if request.body else []


def _in_order(parameters: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(set(parameters))


def _as_signed(url: str) -> Iterator[str]:
    """Yield the forms of a URL that Twilio may have signed: any port in it may be missing there."""
    parts = _parts(url)
    if parts is None:
        return
    start, path = f"{parts['scheme']}://{parts['host']}", parts["path"] or ""
    port = parts["port"] or ""
    before, mark, query = path.partition("?")
    ports = {port, "" if port else _PORTS[parts["scheme"]]}
    for tail in {path, before + mark + _to_escape(_escaped, query)}:
        for one in ports:
            yield start + one + tail


def _escaped(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogatepass")
