"""Who a request comes from: Twilio's own vectors, and whatever a stranger may send."""

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from tactful.runtime.inbound import WebRequest
from tactful_twilio.inbound.signature import is_signed

DATA = Path(__file__).parent / "data"
FORM = "application/x-www-form-urlencoded"
URL = "https://hooks.example.com/twilio/status?tenant=7"
TOKEN = "test-token"
BODY = b"MessageSid=SM1&MessageStatus=delivered&To=%2B15005550006&Body=&ErrorCode="
SIGNED = "yqIZHcx3pIwA5pyZZcoj+dM6B14="


def rows(name: str) -> list[dict[str, Any]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def request(
    body: bytes = BODY,
    signature: str | None = SIGNED,
    url: str = URL,
    media_type: str | None = FORM,
    **headers: str,
) -> WebRequest:
    given = {"content-type": media_type, "x-twilio-signature": signature}
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    kept = {name: value for name, value in given.items() if value is not None}
    return WebRequest(method="POST", url=url, path="", headers={**kept, **more}, body=body)


@pytest.mark.parametrize("row", rows("signature_vectors.jsonl"), ids=lambda row: row["name"])
def test_a_vector_of_twilios_own_libraries_is_judged_as_they_say(row: dict[str, Any]) -> None:
    told = (
        request(
            urlencode([tuple(pair) for pair in row["params"] or []]).encode(),
            row["signature"],
            row["url"],
        )
        if row["body"] is None
        else request(row["body"].encode(), row["signature"], row["url"], "application/json")
    )
    assert is_signed(told, row["auth_token"]) is row["valid"]


@pytest.mark.parametrize("row", rows("webhook_payloads.jsonl"), ids=lambda row: row["name"])
def test_what_twilio_posts_is_signed(row: dict[str, Any]) -> None:
    body = urlencode([tuple(pair) for pair in row["params"]]).encode()
    assert is_signed(request(body, row["signature"], row["url"]), row["auth_token"])
    assert not is_signed(request(body, row["signature"], row["url"]), "another token")


def test_blank_values_are_signed_too() -> None:
    assert is_signed(request(), TOKEN)
    assert not is_signed(request(BODY.replace(b"&ErrorCode=", b"")), TOKEN)


@pytest.mark.parametrize(
    "url",
    [
        URL.replace("https", "http"),
        URL.partition("?")[0],
        URL + "&more=1",
        URL.replace("hooks.example", "evil.example"),
        URL.replace(".com", ".com:444"),
        "",
        "ftp://hooks.example.com/twilio/status?tenant=7",
        "https://[",
    ],
)
def test_a_signature_for_another_address_is_none(url: str) -> None:
    assert is_signed(request(url=url), TOKEN) is (url == URL.replace(".com", ".com:444"))


@pytest.mark.parametrize(
    "signature", [None, "", " ", "=", SIGNED[:-2], SIGNED + "=", "é", "\ud800", SIGNED.lower()]
)
def test_a_missing_or_odd_signature_is_none(signature: str | None) -> None:
    assert not is_signed(request(signature=signature), TOKEN)


@pytest.mark.parametrize("media_type", [None, "", "text/plain", "application/json", ";", "é"])
@pytest.mark.parametrize("hashed", [True, False])
def test_a_body_that_is_no_form_needs_its_hash_in_the_url(
    media_type: str | None, hashed: bool
) -> None:
    for body in (b"{}", b"\xff\x00 not text", b"a=1&a=2"):
        url = f"{URL}&bodySHA256={hashlib.sha256(body).hexdigest()}" if hashed else URL
        signature = RequestValidator(TOKEN).compute_signature(url, {})
        assert is_signed(request(body, signature, url, media_type), TOKEN) is hashed
        assert not is_signed(request(body + b" ", signature, url, media_type), TOKEN)


def test_a_form_with_too_many_fields_is_not_read() -> None:
    body = b"a=1&" * 2_000
    signature = RequestValidator(TOKEN).compute_signature(URL, {"a": "1"})
    assert is_signed(request(b"a=1&" * 900, signature), TOKEN)
    assert not is_signed(request(body, signature), TOKEN)


@pytest.mark.parametrize("asked", ["name='x'", 'name="x"', "name=<x> y"])
def test_an_address_that_twilio_escapes_before_it_signs_is_recognised(asked: str) -> None:
    escaped = asked
    for character in "'\"<> ":
        escaped = escaped.replace(character, f"%{ord(character):02X}")
    address = "https://hooks.example.com/twilio/status?"
    signature = RequestValidator(TOKEN).compute_signature(address + escaped, {})
    assert is_signed(request(b"", signature, address + asked), TOKEN)
    assert is_signed(request(b"", signature, address + escaped), TOKEN)


def test_a_password_in_the_address_is_no_port() -> None:
    for port in ("", ":443", ":8443"):
        url = f"https://user:pass@hooks.example.com{port}/twilio"
        signature = RequestValidator(TOKEN).compute_signature(url, {})
        assert is_signed(request(b"", signature, url), TOKEN)


def test_a_shared_key_signs_with_sha256() -> None:
    settings = {"x_twilio_webhooks_signature_settings": "key=webhooks_1,algorithm=HMAC_SHA256"}
    signature = RequestValidator("shared").compute_signature(URL, {}, "HMAC_SHA256")
    assert is_signed(request(b"", signature, **settings), TOKEN, "shared")
    assert not is_signed(request(b"", signature, **settings), TOKEN)
    assert not is_signed(request(b"", signature), TOKEN, "shared")
    odd = {"x_twilio_webhooks_signature_settings": "algorithm=ROT13"}
    assert not is_signed(request(b"", signature, **odd), TOKEN, "shared")


class _Lists(dict[str, list[str]]):
    """Gives the SDK every value of a name, as the containers of web frameworks do."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


_text = st.text(st.characters(codec="utf-8"), max_size=8)
_parameters = st.lists(st.tuples(_text, _text), max_size=6)
_urls = st.builds(
    "{}://{}{}/{}{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["a.example", "hooks.example.com", "127.0.0.1"]),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.sampled_from(["", "twilio/status", "x%20y"]),
    st.sampled_from(["?a=1", "?a=&b=%27", "?attempt=7&x=y+z"]),
)


@given(_urls, _parameters, st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"]), st.booleans())
def test_what_the_sdk_accepts_is_accepted_and_what_it_refuses_refused(
    url: str, parameters: list[tuple[str, str]], algorithm: str, right: bool
) -> None:
    lists = _Lists()
    for name, value in parameters:
        lists.setdefault(name, []).append(value)
    validator = RequestValidator(TOKEN)
    signature = validator.compute_signature(url, lists, algorithm)
    if not right:
        signature = RequestValidator("another").compute_signature(url, lists, algorithm)
    settings = f"key=webhooks_1,algorithm={algorithm}"
    posted = request(
        urlencode(parameters).encode(),
        signature,
        url,
        x_twilio_webhooks_signature_settings=settings,
    )
    assert validator.validate(url, lists, signature, algorithm) is right
    assert is_signed(posted, TOKEN) is right


@given(st.binary(max_size=60), st.text(max_size=40), st.text(max_size=60), st.text(max_size=30))
def test_nothing_that_a_stranger_sends_raises_or_is_taken(
    body: bytes, signature: str, url: str, media_type: str
) -> None:
    assume(signature != SIGNED)
    for address in (url, URL):
        for kind in (media_type, FORM, None):
            assert not is_signed(request(body, signature, address, kind), TOKEN)
