"""What is told of guards that change, and whether they let more through."""

import pytest

from tactful.graph.model import Guards
from tactful.guard.changes import guard_changes
from tests.graph.sources import campaign

JOURNEY = 'journey:\n  send sms "Hello"\n'


def _guards(settings: str) -> Guards:
    return campaign(JOURNEY, settings).guards


QUIET = "quiet hours 21:00 to 08:00"
TOLD = [
    ("", f"{QUIET} recipient time\n", []),
    ("", "quiet hours 20:00 to 09:00 recipient time\n", ["quiet hours tighter"]),
    ("", "quiet hours 22:00 to 08:00 recipient time\n", ["quiet hours looser"]),
    ("", "quiet hours 22:00 to 09:00 recipient time\n", ["quiet hours changed"]),
    ("", 'quiet hours none because "they wrote"\n', ["quiet hours looser"]),
    ("", f"{QUIET} Europe/Dublin\n", ["quiet hours changed"]),
    ("", "expires after 8 days\n", ["expires after looser"]),
    ("", "expires after 6 days\n", ["expires after tighter"]),
    ("", "throttle sms 10 per 5 minutes\n", ["throttle sms changed"]),
    ("", "throttle sms 5 per 5 minutes\n", ["throttle sms tighter"]),
    ("throttle sms 5 per 5 minutes\n", "throttle sms 6 per 5 minutes\n", ["throttle sms looser"]),
    ("", "consent for sms when vip\n", ["consent for sms tighter"]),
    ("consent for sms when vip\n", "", ["consent for sms looser"]),
    ("consent for sms when vip\n", "consent for sms when not vip\n", ["consent for sms changed"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "told"), TOLD)
def test_a_guard_that_changes_is_told_with_its_direction(
    before: str, after: str, told: list[str]
) -> None:
    found = guard_changes(_guards(before), _guards(after))
    assert [f"{one.name} {one.direction}" for one in found] == told


def test_every_other_guard_is_told_with_both_its_values() -> None:
    one, other = _guards(""), _guards("")
    changed = other.model_copy(update={"owner": "new@example.com", "senders": ()})
    assert {(change.name, change.after) for change in guard_changes(one, changed)} == {
        ("owner", "new@example.com"), ("senders", "none"),
    }  # fmt: skip
