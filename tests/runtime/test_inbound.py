"""What routes get of a request."""

import pytest

from tactful.runtime.inbound import WebRequest


def _request(url: str = "https://care.example.com/hooks/x/status", body: bytes = b"") -> WebRequest:
    return WebRequest(method="POST", url=url, path="", headers={}, body=body)


def test_a_form_keeps_blank_and_repeated_values_in_their_order() -> None:
    request = _request(body=b"To=%2B15005550006&Body=&MediaUrl=a&MediaUrl=b+c")
    assert request.form == [
        ("To", "+15005550006"),
        ("Body", ""),
        ("MediaUrl", "a"),
        ("MediaUrl", "b c"),
    ]


def test_a_query_is_read_from_the_url_as_it_was_asked_for() -> None:
    request = _request("https://care.example.com/hooks/x/status?attempt=7&note=&attempt=8#top")
    assert request.query == [("attempt", "7"), ("note", ""), ("attempt", "8")]


def test_bytes_that_are_no_text_are_replaced_rather_than_refused() -> None:
    assert _request(body=b"Body=%FF\xff").form == [("Body", "��")]


def test_a_form_with_too_many_values_is_refused() -> None:
    with pytest.raises(ValueError, match="fields"):
        assert _request(body=b"a=1&" * 1_001).form
