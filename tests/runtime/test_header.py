"""The columns a flow names are found in the header, or their absence is told."""

import pytest

from tactful.errors import AudienceInvalid
from tactful.runtime.audience.header import Header

NAMES = ("Order ID", "mobile", "Mobile", "e mail", "", "")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Order ID", "Order ID"),
        ("order_id", "Order ID"),
        ("ORDER  id", "Order ID"),
        ("mobile", "mobile"),
        ("E Mail", "e mail"),
        ("phone", None),
    ],
)
def test_a_column_is_found(name: str, found: str | None) -> None:
    assert Header(NAMES).find(name) == found


@pytest.mark.parametrize(
    ("names", "asked"), [(("a", "a"), "a"), (("A", "a "), "a"), (("a b", "A_B"), "A B")]
)
def test_a_name_that_means_two_columns_is_refused(names: tuple[str, ...], asked: str) -> None:
    with pytest.raises(AudienceInvalid, match="more than one"):
        Header(names).require(asked)


def test_a_missing_column_is_told_with_the_one_probably_meant() -> None:
    with pytest.raises(AudienceInvalid, match="no column `ordr_id`") as raised:
        Header(NAMES).require("ordr_id")
    assert raised.value.help == "Did you mean `Order ID`?"


def test_a_missing_column_without_a_likely_one_is_told_with_all() -> None:
    with pytest.raises(AudienceInvalid) as raised:
        Header(NAMES).require("zzz")
    assert "`Order ID`" in raised.value.help


@pytest.mark.promise("CLOSED")
def test_a_slip_in_the_name_of_a_column_does_not_pass_for_its_absence() -> None:
    assert Header(NAMES).find_or_do_without("timezone") is None
    with pytest.raises(AudienceInvalid, match="order_idd"):
        Header(NAMES).find_or_do_without("order_idd")
