"""What the lines of the log make of alerts, and who still is to be told."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.runtime.alerts import KEPT, QUIET, Alerts
from tactful.store.rows import EventRow, LaunchRow
from tactful.values import HOUR, MINUTE, Instant
from tests.runtime.stage import NINE

SENDER: dict[str, Any] = {
    "by": "strict",
    "group": "text",
    "sender": "+353 1 555 0100",
    "reason": "2 lost",
}


def launch(number: int, *, live: bool = True) -> LaunchRow:
    return LaunchRow(number, "late-order", number, "running", 1, 1, "", "", NINE, live=live)


LAUNCHES = {1: launch(1), 2: launch(2), 3: launch(3, live=False)}


def line(
    event: str, at: Instant = NINE, of: int | None = 1, journey: int | None = None, **data: Any
) -> EventRow:
    send = 17 if event == "in_doubt" else None
    text = msgspec.json.encode(data).decode()
    return EventRow(at, of, journey, event, send=send, data=text)


def stands(
    standing: str, at: Instant = NINE, of: int | None = 1, before: str = "watched"
) -> EventRow:
    return line("standing", at, of, before=before, standing=standing, **SENDER)


def folded(*lines: EventRow) -> Alerts:
    alerts = Alerts()
    for number, event in enumerate(lines, 1):
        alerts.add(number, event, LAUNCHES)
    return alerts


def told(alerts: Alerts, desk: str = "help") -> list[tuple[int, str, str]]:
    return [(one.id, one.cause, one.about) for one in alerts.untold(desk)]


HELD: dict[str, Any] = {"by": "sms", "reason": "refused for everybody: the token is not valid"}
FAILS: dict[str, Any] = {"by": "strict", "code": "error", "reason": "ValueError: no"}


@pytest.mark.parametrize(
    ("event", "cause", "about", "says"),
    [
        (stands("paused"), "standing", "+353 1 555 0100 (text)", "is paused, says strict: 2 lost"),
        (stands("flagged"), "standing", "+353 1 555 0100 (text)", "is flagged"),
        (stands("flagged", of=None), "standing", "+353 1 555 0100 (text)", "is flagged"),
        (line("standing", **SENDER, problem="gone"), "observer", "strict", "cannot be asked: gone"),
        (line("in_doubt", journey=4, reason="no answer"), "in doubt", "late-order.1",
         "attempt 17 was sent: no answer. Say what is true: tactful settle 17 sent|not-sent"),
        (line("held", **HELD), "held", "late-order.1", "sms: refused for everybody"),
        (line("refused", journey=4, **FAILS), "policy", "strict", "it fails"),
    ],
)  # fmt: skip
def test_what_is_bad_makes_an_alert(event: EventRow, cause: str, about: str, says: str) -> None:
    (alert,) = folded(event).untold("help")
    assert (alert.id, alert.cause, alert.about, alert.at) == (1, cause, about, NINE)
    assert says in alert.reason
    assert alert.launch == ("late-order.1" if event.launch else "")


@pytest.mark.parametrize(
    "event",
    [
        stands("slowed"),
        stands("healthy", before="paused"),
        stands("paused", before="paused"),
        stands("paused", of=3),
        line("in_doubt", of=3, journey=4),
        line("held", by="inbox", reason="8 conversations are open in the inbox"),
        line("held", journey=4, by="quiet hours", reason="quiet hours until 08:00"),
        line("refused", journey=4, by="strict", code="spam", reason="it sells"),
        line("sent", journey=4),
    ],
)
def test_what_is_not_bad_or_a_rehearsal_makes_none(event: EventRow) -> None:
    assert told(folded(event)) == []


def test_a_move_that_is_logged_for_several_launches_is_one_alert() -> None:
    assert len(told(folded(stands("paused"), stands("paused", of=2), stands("paused", of=3)))) == 1


def test_one_subject_makes_one_alert_an_hour_and_another_subject_its_own() -> None:
    again = [line("in_doubt", NINE + minute * MINUTE, journey=minute) for minute in (0, 30, 59)]
    later = line("in_doubt", NINE + QUIET, journey=9)
    other = line("in_doubt", NINE + MINUTE, of=2, journey=9)
    assert told(folded(*again)) == [(1, "in doubt", "late-order.1")]
    assert told(folded(*again, later)) == [(4, "in doubt", "late-order.1")]
    assert [number for number, *_ in told(folded(*again, other))] == [1, 4]


def test_a_sender_that_is_flagged_after_a_pause_is_told_at_once_and_not_the_other_way_round() -> (
    None
):
    flagged = stands("flagged", NINE + MINUTE, before="paused")
    paused = stands("paused", NINE + 2 * MINUTE, before="flagged")
    assert [number for number, *_ in told(folded(stands("paused"), flagged, paused))] == [2]


def test_each_desk_is_told_once_whatever_the_others_have() -> None:
    said = line("alert", alert=1, desk="help", cause="in doubt", about="late-order.1")
    alerts = folded(line("in_doubt", journey=4), said)
    assert told(alerts) == []
    assert told(alerts, "mail") == [(1, "in doubt", "late-order.1")]
    assert alerts.all()[0][1] == ("help",)


def test_who_was_told_of_a_later_one_is_not_told_of_an_earlier_one() -> None:
    """A restart reads a part of the log, and may take another line of the same hour."""
    said = line("alert", alert=2, desk="help", cause="in doubt", about="late-order.1")
    assert told(folded(line("in_doubt", journey=4), line("sent", journey=4), said)) == []


lines = st.builds(
    lambda kind, minutes, of: (kind(NINE + minutes * MINUTE, of), minutes),
    st.sampled_from([
        lambda at, of: stands("paused", at, of),
        lambda at, of: stands("flagged", at, of),
        lambda at, of: line("in_doubt", at, of, journey=4),
    ]),
    st.integers(0, 2 * KEPT // MINUTE),
    st.sampled_from([1, 2, 3, None]),
)  # fmt: skip


@given(st.lists(lines, max_size=30), st.integers(0, 29))
def test_a_restart_makes_nothing_new_of_what_was_told(
    many: list[tuple[EventRow, int]], cut: int
) -> None:
    events = [event for event, _ in sorted(many, key=lambda one: one[1])]
    alerts, log = Alerts(), list[EventRow]()
    for event in events:  # each alert is told at once, and its line follows
        log.append(event)
        alerts.add(len(log), event, LAUNCHES)
        for alert in [*alerts.untold("help")]:
            fields: dict[str, Any] = {"alert": alert.id, "cause": alert.cause, "about": alert.about}
            log.append(line("alert", event.at, desk="help", **fields))
            alerts.add(len(log), log[-1], LAUNCHES)
    again = Alerts()
    for number, event in enumerate(log, 1):
        if number > cut:
            again.add(number, event, LAUNCHES)
    # Only a line of the hour of an alert that the new engine does not know may be told once more.
    late = {one.id for one in again.untold("help")}
    assert all(not cut or log[number - 1].at < log[cut - 1].at + HOUR for number in late)
    assert late == set() or cut > 0
