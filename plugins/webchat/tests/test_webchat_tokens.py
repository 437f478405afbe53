"""Only who was named by the company's own key is a visitor, and only for a while."""

import base64
import json
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.values import DAY, HOUR, SECOND
from tactful_webchat.tokens import TokenRefused, Visitor, read, sign

KEY = "the key that the shop and we have, and nobody else"
OTHER = "a key that somebody else has, just as long as ours"
NOW = 1_800_000_000 * SECOND
GOOD: dict[str, Any] = {"sub": "C-7", "aud": "webchat", "exp": NOW // SECOND + 3600}

keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


def visitor(token: str, *accepted: str) -> Visitor:
    return read(token, accepted or (KEY,), now=NOW, longest=DAY)


@given(st.lists(keys, min_size=1, max_size=50, unique=True))
def test_a_token_says_what_was_signed(names: list[str]) -> None:
    signed = Visitor(tuple(names), NOW + HOUR)
    assert visitor(sign(signed, KEY)) == signed


def test_an_old_key_is_accepted_beside_the_new_one() -> None:
    assert visitor(jwt.encode(GOOD, OTHER), KEY, OTHER).keys == ("C-7",)


BAD = {
    "another key": jwt.encode(GOOD, OTHER),
    "no signature": jwt.encode(GOOD, "", algorithm="none"),
    "another algorithm": jwt.encode(GOOD, KEY * 2, algorithm="HS512"),
    "for somebody else": jwt.encode(GOOD | {"aud": "shop"}, KEY),
    "for nobody": jwt.encode({"sub": "C-7", "exp": GOOD["exp"]}, KEY),
    "expired": jwt.encode(GOOD | {"exp": NOW // SECOND}, KEY),
    "without end": jwt.encode({"sub": "C-7", "aud": "webchat"}, KEY),
    "too long": jwt.encode(GOOD | {"exp": NOW // SECOND + 86_410}, KEY),
    "no visitor": jwt.encode({"aud": "webchat", "exp": GOOD["exp"]}, KEY),
    "an empty key": jwt.encode(GOOD | {"sub": ""}, KEY),
    "a number among the keys": jwt.encode(GOOD | {"also": [7]}, KEY),
    "a text for the keys": jwt.encode(GOOD | {"also": "A-1"}, KEY),
    "too many keys": jwt.encode(GOOD | {"also": [str(n) for n in range(50)]}, KEY),
    "a very long key": jwt.encode(GOOD | {"sub": "x" * 201}, KEY),
    "an end that is none": jwt.encode(GOOD, KEY)[:-2],
    "nothing": "",
    "not a token": "a.b.c",
    "huge": "x" * 10_000,
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_not_a_token_of_ours_is_refused(what: str) -> None:
    with pytest.raises(TokenRefused) as refused:
        visitor(BAD[what])
    assert "C-7" not in str(refused.value)


def test_changed_claims_are_refused() -> None:
    head, _, signature = jwt.encode(GOOD, KEY).split(".")
    claims = json.dumps(GOOD | {"sub": "C-8"}).encode()
    forged = f"{head}.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.{signature}"
    with pytest.raises(TokenRefused):
        visitor(forged)


@pytest.mark.parametrize("end", [True, "tomorrow", -1, 1e300, None, [1]])
def test_an_odd_end_is_refused(end: object) -> None:
    with pytest.raises(TokenRefused):
        visitor(jwt.encode(GOOD | {"exp": end}, KEY))


def test_an_end_is_taken_with_its_fraction() -> None:
    assert visitor(jwt.encode(GOOD | {"exp": NOW / SECOND + 0.5}, KEY)).until == NOW + SECOND // 2


@given(st.text(max_size=300))
def test_no_text_at_all_breaks_the_reading(text: str) -> None:
    with pytest.raises(TokenRefused):
        visitor(text)
