"""Links of a text are found, and the domain that somebody registered is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.rulebook import links_in, read


@pytest.mark.parametrize(
    ("text", "scheme", "host", "domain"),
    [
        ("see https://Shop.Example.co.uk/a?b=1.", "https", "shop.example.co.uk", "example.co.uk"),
        ("see bit.ly/abc now", "", "bit.ly", "bit.ly"),
        ("www.example.com", "", "www.example.com", "example.com"),
        ("http://192.0.2.7/login", "http", "192.0.2.7", "192.0.2.7"),
        ("https://xn--mnchen-3ya.de", "https", "münchen.de", "xn--mnchen-3ya.de"),
        ("https://me.github.io/x", "https", "me.github.io", "me.github.io"),
        ("(https://example.com:8080)", "https", "example.com", "example.com"),
    ],
)
def test_a_link_is_taken_apart(text: str, scheme: str, host: str, domain: str) -> None:
    (link,) = links_in(read(text))
    assert (link.scheme, link.host, link.domain) == (scheme, host, domain)


def test_what_stands_before_an_at_sign_is_not_the_host() -> None:
    (link,) = links_in(read("https://bank.example.com@evil.example.net/x"))
    assert (link.user, link.host) == ("bank.example.com", "evil.example.net")


@pytest.mark.parametrize("text", ["Come home.Call me", "e.g. this", "3.5 km", "me@example.com"])
def test_what_is_no_link_is_left_alone(text: str) -> None:
    assert links_in(read(text)) == ()


@given(
    st.lists(st.sampled_from(["https://", "www.", "xn--", "a", ".com", "/", "@", ":", ".", "é"]))
)
def test_any_text_has_its_links_inside(parts: list[str]) -> None:
    text = "".join(parts)
    for link in links_in(read(text)):
        assert 0 <= link.start < link.end <= len(text)
