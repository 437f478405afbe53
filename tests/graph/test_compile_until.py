"""What `wait until` compiles to: its moment, its lines, and where they lead."""

from datetime import date, time

import pytest

from tactful.graph.model import StepGraph, WaitUntil
from tactful.graph.moments import ClockMoment, DayMoment, UntilMoment, ValueMoment
from tactful.values import DAY
from tests.graph.sources import campaign
from tests.graph.test_compile import step_at, where

DUBLIN = "Europe/Dublin"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("10:00", ClockMoment(at=time(10))),
        ("10:00 recipient time", ClockMoment(at=time(10))),
        ("Monday at 9:00 europe/dublin", ClockMoment(at=time(9), weekday=0, zone=DUBLIN)),
        (
            "2026-12-01 09:30 Europe/Dublin",
            DayMoment(day=date(2026, 12, 1), at=time(9, 30), zone=DUBLIN),
        ),
        ("news.at", ValueMoment(name="news.at")),
        ("24h before news.at", ValueMoment(name="news.at", offset=-DAY)),
        ("2 days after news.at at 10:00", ValueMoment(name="news.at", offset=2 * DAY, at=time(10))),
        ("news.at at 10:00 Europe/Dublin", ValueMoment(name="news.at", at=time(10), zone=DUBLIN)),
    ],
)
def test_every_moment_that_can_be_waited_for(written: str, moment: UntilMoment) -> None:
    body = f"journey:\n  wait up to 1 day:\n    on event a as news: tag x\n  wait until {written}\n"
    made = campaign(body, "expires after 30 days\n")
    until = step_at(made, "journey/wait until/1", WaitUntil)
    assert until.moment == moment
    assert StepGraph.model_validate_json(made.graph.model_dump_json()) == made.graph


def test_a_moment_that_comes_too_late_has_its_line_and_others_beside_it() -> None:
    made = campaign(
        "journey:\n  wait until 10:00 when vip:\n    on reply yes: tag yes\n"
        "    on event moved as news: tag moved\n    on too late: tag late\n  tag after\n"
    )
    until = step_at(made, "journey/wait until/1", WaitUntil)
    assert where(made, made.graph.entry) == "journey/wait until/1/when"
    assert where(made, until.too_late) == "journey/wait until/1/on too late/1/tag/1"
    assert [where(made, arm.to) for arm in until.arms] == [
        "journey/wait until/1/on reply/1/tag/1",
        "journey/wait until/1/on event/1/tag/1",
    ]
    assert where(made, until.next) == "journey/tag/1"
    plain = campaign("journey:\n  wait until 10:00\n  tag after\n")
    until = step_at(plain, "journey/wait until/1", WaitUntil)
    assert until.too_late == until.next
