"""What `require` asks of a plugin's version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import ValueUnreadable
from tactful.plugins.versions import Requirement, release


@pytest.mark.parametrize(
    ("text", "version", "allowed"),
    [
        ("csv", "0.1.0", True),
        ("csv", "unknown", True),
        ("csv >= 0.1", "0.1.0", True),
        ("csv>=0.1,<0.2", "0.1.9", True),
        ("csv>=0.1,<0.2", "0.2", False),
        ("csv > 1", "1.0.0", False),
        ("csv != 1.5", "1.5.0", False),
        ("csv == 1", "1.0", True),
        ("csv <= 1.10", "1.9", True),
        ("csv >= 0.1", "unknown", False),
    ],
)
def test_a_version_will_do_or_not(text: str, version: str, allowed: bool) -> None:
    assert Requirement.parse(text).allows(version) is allowed


@pytest.mark.parametrize(
    "text", ["", "csv 1", "csv >= ", "csv >= x", "csv => 1", ">= 1", "a >= 1,"]
)
def test_what_is_no_requirement_is_refused(text: str) -> None:
    with pytest.raises(ValueUnreadable):
        Requirement.parse(text)


@given(st.lists(st.integers(0, 999), min_size=1, max_size=4))
def test_a_version_is_at_least_itself_and_not_above(numbers: list[int]) -> None:
    version = ".".join(map(str, numbers))
    assert release(version) == tuple(numbers)
    assert Requirement.parse(f"p >= {version}, <= {version}, == {version}").allows(version)
    assert not Requirement.parse(f"p > {version}").allows(version)
