"""Settings of the chat: what is wrong is told with a way out, and an origin is one of a page."""

from typing import Any

import pytest
from pydantic import ValidationError

from tactful.plugins import Secret
from tactful_webchat import WebchatSettings

BAD: list[tuple[dict[str, Any], str]] = [
    ({"key": Secret("short", "env KEY")}, "too short to be safe"),
    ({"key": "in the file itself"}, "does not stand in the file itself"),
    ({"origins": ["shop.example.com"]}, "not the origin of a page"),
    ({"origins": ["https://shop.example.com/cart"]}, "not the origin of a page"),
    ({"origins": ["ftp://shop.example.com"]}, "not the origin of a page"),
    ({"origins": ["https://shop.example.com:port"]}, "not the origin of a page"),
    ({"origins": ["*"]}, "not the origin of a page"),
    ({"colour": "teal"}, "pattern"),
    ({"languages": ["tlh"]}, "no words in `tlh`"),
    ({"title": {"English": "Acme"}}, "not a language"),
    ({"keep_for": "0 seconds"}, "needs some time"),
    ({"position": "top"}, "'right' or 'left'"),
    ({"tittle": "Acme"}, "Extra inputs"),
]


@pytest.mark.parametrize(("settings", "told"), BAD)
def test_what_is_wrong_is_told(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        WebchatSettings.model_validate(settings)


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://Shop.Example.com/", "https://shop.example.com"),
        ("https://shop.example.com:443", "https://shop.example.com"),
        ("http://shop.example.com:8080", "http://shop.example.com:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_origin_is_taken_as_browsers_write_it(written: str, origin: str) -> None:
    assert WebchatSettings.model_validate({"origins": [written]}).origins == (origin,)


def test_one_text_is_for_all_languages() -> None:
    assert WebchatSettings.model_validate({"title": "Acme"}).title == {"": "Acme"}
