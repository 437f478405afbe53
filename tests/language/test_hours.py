"""Quiet hours need a clock: the recipients', as far as anything tells it, or a zone's."""

import pytest

from tests.language.flows import checked

BY_MAIL = """\
campaign "Late"
owner "care@example.com"
purpose service
{hours}
audience from csv "orders.csv":
  key order_id
  email mail
{zone}
senders:
  email from "care@example.com" through smtp

journey:
  send email "It is late.":
    subject "Late"
"""


def codes(hours: str = "", zone: str = "") -> list[str]:
    return [found.code for found in checked(BY_MAIL.format(hours=hours, zone=zone)).diagnostics]


@pytest.mark.promise("CLOSED")
def test_quiet_hours_by_clocks_that_nobody_knows_are_a_mistake() -> None:
    assert codes() == ["TF508"]
    assert codes("quiet hours 20:00 to 09:00 recipient time") == ["TF508"]


@pytest.mark.parametrize(
    ("hours", "zone"),
    [
        ("", '  timezone tz default "Europe/Dublin"'),
        ("", "  country land default IE"),
        ("", "  phone mobile"),
        ("quiet hours 21:00 to 08:00 Europe/Dublin", ""),
        ('quiet hours none because "they have just written"', ""),
    ],
)
def test_any_of_these_tells_a_clock(hours: str, zone: str) -> None:
    assert codes(hours, zone) == []
