"""Reads delivery status notifications (RFC 3464, RFC 6533) and feedback reports (RFC 5965)."""

import re
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from tactful.mail.addresses import field_address
from tactful.mail.headers import Headers, read_headers

MOST_RECIPIENTS = 100

_RECIPIENT_FIELDS = ("final-recipient", "original-recipient", "x-actual-recipient")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


class Reported(Struct, frozen=True):
    """What a report says of one recipient. `action` is in small letters, empty when not said."""

    address: str
    action: str
    status: str
    diagnostic: str


def delivery_reports(text: str) -> list[Reported]:
    """Read the per-recipient groups of a `message/delivery-status` body."""
    found = []
    for group in islice(_groups(text), MOST_RECIPIENTS):
        address = _address(group)
        if not address and not (group.get("action") and group.get("status")):
            continue
        status = _STATUS.search(group.get("status"))
        found.append(
            Reported(
                address,
                group.get("action").split(" ")[0].strip(";,").lower(),
                status[0] if status else "",
                " ".join(group.all("diagnostic-code"))[:4_000],
            )
        )
    return found


def _address(group: Headers) -> str:
    """Return who it is about: a final address without a domain is of use within its system only."""
    found = [a for name in _RECIPIENT_FIELDS if (a := field_address(group.get(name)))]
    return next(iter([*(a for a in found if "." in a.rpartition("@")[2]), *found]), "")


def feedback_report(text: str) -> Headers:
    """Read the fields of a `message/feedback-report` body."""
    return next(_groups(text), Headers({}))


def _groups(text: str) -> Iterator[Headers]:
    """Yield the groups of fields between blank lines; some write a second one right below."""
    group: list[str] = []
    seen: set[str] = set()
    for line in [*text.split("\n")[:20_000], ""]:
        name = line.partition(":")[0].strip().lower()
        if not line.strip() or name in seen:
            found, _ = read_headers(group)
            if len(found):
                yield found
            group, seen = [], set()
        if line.strip():
            group.append(line)
            seen |= {name} & {"final-recipient", "original-recipient"}
