"""What becomes of a row of the audience: a recipient, or a row that is out, with the reasons."""

from collections.abc import Collection

from msgspec import Struct

from tactful.graph.channels import ADDRESSED_BY
from tactful.journey.inputs import Value

PROBLEMS: dict[str, str] = {
    "no_key": "the row has no key, so it cannot be told from others",
    "bad_key": "the key is too long, or holds a character that cannot be seen",
    "missing_value": "a column that must have a value has none",
    "bad_number": "a column of numbers holds something else, or a number that reads two ways",
    "bad_money": "a column of money holds something else, or an amount that reads two ways",
    "bad_date": "a column of days holds something else, or a day that reads two ways",
    "bad_time": "a column of times holds something else, or a time of no known zone",
    "bad_yes_no": "a yes/no column holds something else",
    "bad_text": "a cell holds a character that no message can carry",
    "too_long": "a cell is longer than any text may be",
    "no_address": "the address for a channel is missing",
    "bad_phone": "the telephone number cannot be messaged",
    "bad_email": "the mail address cannot be used",
    "bad_country": "the country is not one",
    "bad_zone": "the time zone is not one, so nobody knows when it is night there",
    "bad_locale": "the language is not one; the row goes on without it",
    "skipped": "a `skip when` line leaves the row out",
    "not_kept": "a `keep when` line does not let the row in",
    "one_per": "another row of the same person is kept (`one per`)",
    "ragged_row": "the row has more or fewer cells than the header",
    "unreadable_row": "the row cannot be read at all",
}
"""Every code a problem of a row can have, with its meaning in one line."""


class Problem(Struct, frozen=True):
    """One thing wrong with a row. With a `channel`, the row is out for that channel only.

    `reason` never repeats an address.
    """

    row: int
    column: str
    code: str
    reason: str
    channel: str | None = None


class Recipient(Struct, frozen=True):
    """A row that joins the launch.

    `phone` is in E.164 form. `zones` are all zones that must be inside the hours; none: not known.
    `values` are what texts and conditions see. `problems` did not keep the row out: each is of one
    channel, or of an optional value that is now missing.
    """

    key: str
    row: int
    phone: str | None
    email: str | None
    zones: tuple[str, ...]
    locale: str | None
    country: str | None
    values: dict[str, Value]
    problems: tuple[Problem, ...] = ()


def can_be_reached(recipient: Recipient, channels: Collection[str]) -> bool:
    """Return whether any of these channels has an address of a recipient; all have, if none is."""
    addresses = {ADDRESSED_BY.get(channel, "key") for channel in channels}
    return not addresses or any(getattr(recipient, address) for address in addresses)


class OutRow(Struct, frozen=True):
    """A row that does not join. `key` is None when it has none that can be read."""

    row: int
    key: str | None
    problems: tuple[Problem, ...]
