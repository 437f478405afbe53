"""A web address is reached only when its host, at its port, is allowed."""

import pytest

from tactful.errors import ValueUnreadable
from tactful.language.sources import Address, Host, Hosts

ALLOWED = Hosts.of(["grid.example.com", "127.0.0.1:8123", "[::1]:8123"])


@pytest.mark.parametrize(
    "url",
    [
        "https://grid.example.com/people.json?late=1",
        "http://grid.example.com",
        "https://grid.example.com:443/",
        "HTTPS://Grid.Example.com/",
        "http://127.0.0.1:8123/x",
        "http://[::1]:8123/x",
    ],
)
def test_an_allowed_host_may_be_reached(url: str) -> None:
    assert ALLOWED.allow(Address.parse(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "https://grid.example.com.evil.example/",
        "https://evil.grid.example.com/",
        "https://grid.example.com:8443/",
        "http://grid.example.com:443/",
        "http://127.0.0.1/",
        "http://127.0.0.1:8124/",
        "http://localhost:8123/",
    ],
)
def test_no_other_host_or_port_may_be_reached(url: str) -> None:
    assert not ALLOWED.allow(Address.parse(url))
    assert not Hosts().allow(Address.parse(url))


@pytest.mark.parametrize(
    "url",
    [
        "people.json",
        "file:///etc/passwd",
        "ftp://grid.example.com/",
        "https://",
        "https:///x",
        "//grid.example.com/x",
        "https://grid.example.com:port/",
        "https://grid.example.com/a b",
        "https://grid.example.com@evil.example/",
        "https://me:secret@grid.example.com/",
        "https://[::1/",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueUnreadable) as raised:
        Address.parse(url)
    assert raised.value.help


@pytest.mark.parametrize(
    ("url", "named", "private"),
    [
        ("https://grid.example.com/x", "grid.example.com", True),
        ("http://grid.example.com:8000/x", "grid.example.com:8000", False),
        ("http://127.0.0.1:8123/", "127.0.0.1:8123", True),
        ("http://[::1]:8123/", "[::1]:8123", True),
        ("http://localhost/", "localhost", True),
        ("http://127.evil.example/", "127.evil.example", False),
    ],
)
def test_an_address_knows_how_it_is_named_and_whether_others_can_read_along(
    url: str, named: str, private: bool
) -> None:
    address = Address.parse(url)
    assert (address.named, address.is_private) == (named, private)
    assert Host.parse(named) in (Host(address.host, None), Host(address.host, address.port))
