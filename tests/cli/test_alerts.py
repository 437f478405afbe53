"""`tactful status` shows the alerts of a store, for people and for programs."""

import time
from pathlib import Path

import anyio
import msgspec
import pytest
from click.testing import CliRunner

from tactful.cli.group import application
from tactful.runtime import alerting
from tactful.runtime.alerting import Alerting
from tactful.runtime.handoffs import Alert
from tactful.runtime.ports import Message, SendOutcome, Unknown
from tactful.store.sqlite import SqliteStore
from tactful.testing import RecordingChannel
from tactful.values import MINUTE
from tests.runtime.stage import compile_flow, on_stage, person

FLOW = 'quiet hours none because "a test"\njourney:\n  send sms "Hello {{ first_name }}"\n'


class Desk:
    async def tell(self, alert: Alert) -> None: ...


def lost(message: Message) -> SendOutcome | None:
    return Unknown("the line went dead")


@pytest.fixture(params=[False, True], ids=["nobody was told", "told"])
def told(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def status(path: Path, *words: str) -> str:
    answer = CliRunner().invoke(application, ["status", *words, "--store", f"sqlite:///{path}"])
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_alerts_of_the_last_day_are_shown_with_who_was_told(tmp_path: Path, told: bool) -> None:
    path, now = tmp_path / "store.db", time.time_ns() // 1_000
    store, campaign = SqliteStore(path), compile_flow(FLOW)

    async def make() -> None:
        async with on_stage(store, start=now, channel=RecordingChannel(lost)) as stage:
            await stage.begin(campaign, [person(1)], live=True)
            await stage.run_until(now + MINUTE)
            work = Alerting(stage.engine, alerting.beside(path), {"help": Desk()})
            await work.look()
            for alert in work.due("help") if told else ():
                await work.tell(alert, "help")
            await stage.run_until(now + 2 * MINUTE)

    anyio.run(make)
    (line,) = [one for one in status(path).splitlines() if one.startswith("alert")]
    assert "in doubt, late-order.1: nobody knows whether attempt 1 was sent" in line
    assert line.endswith("(told help)" if told else "(nobody was told)")
    (alert,) = msgspec.json.decode(status(path, "--format", "json"))["alerts"]
    assert (alert["cause"], alert["launch"], alert["campaign"]) == (
        "in doubt",
        "late-order.1",
        "late-order",
    )
    assert alert["told"] == ["help"] * told
    if told:
        log = CliRunner().invoke(application, ["log", "--store", f"sqlite:///{path}"])
        assert "help was told: in doubt, late-order.1" in log.output
