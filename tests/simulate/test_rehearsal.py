"""A rehearsal plays a whole campaign by script, and sends what a run over a real store sends."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tactful.graph.model import Campaign
from tactful.guard.strategies import WINDOW
from tactful.plugins.config import Limits
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.clock import JumpClock
from tactful.runtime.ports import Channel
from tactful.simulate.behaviour import Behaviour, parse_behaviour
from tactful.simulate.pretend import PretendChannel
from tactful.simulate.rehearsal import Rehearsed, rehearse
from tactful.store.sqlite import SqliteStore
from tactful.testing import RecordingChannel
from tactful.values import HOUR
from tests.runtime.stage import NINE, VOICE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

FLOW = """\
journey:
  send sms:
    "Hi {{ first_name }}, ready?"
    on not delivered within 30 minutes: go to by_email
  wait up to 2 hours:
    on reply "yes": send sms "Thank you."
    on event bell as bell: send sms "A bell by {{ bell.who }}."
    on timeout: go to by_email
stage by_email:
  send email:
    subject "Ready?"
    "By mail"
"""
SCRIPT = """
seed = 5

[[behave]]
key = "P-0"
reply = "yes"
after = "10 minutes"

[[behave]]
keys = ["P-1", "P-2"]
channel = "sms"
outcome = "undelivered"
after = "1 minute"

[[behave]]
key = "P-3"
outcome = "rejected"

[[behave]]
key = "P-4"
outcome = "retry"

[[behave]]
key = "P-5"
outcome = "lost"

[[behave]]
key = "P-6"
outcome = "hang"

[[behave]]
key = "P-7"
event = "bell"
values = { who = "Ann" }
after = "5 minutes"

[[behave]]
key = "P-8"
reply = "STOP"
after = "20 seconds"
latency = "9 seconds"

[[behave]]
key = "P-9"
outcome = "accepted"

[[behave]]
share = "40%"
reply = "yes"
after = "3 minutes"
latency = "2 seconds"
"""
Line = dict[str, Any]


async def rows(people: Sequence[Recipient | OutRow]) -> AsyncIterator[Recipient | OutRow]:
    for one in people:
        yield one


async def play(
    campaign: Campaign, people: Sequence[Recipient | OutRow], behaviour: Behaviour
) -> tuple[Rehearsed, list[Line]]:
    """Rehearse a campaign, and return its event log as well."""
    lines: list[Line] = []
    rehearsed = await rehearse(
        campaign,
        rows(people),
        start=NINE,
        behaviour=behaviour,
        strategies={"window": WINDOW},
        limits=Limits(),
        line=lines.append,
        full=True,
    )
    return rehearsed, lines


def events_of(lines: Sequence[Line], key: str) -> list[str]:
    """Return what happened to a person's messages, in order."""
    told = ("sent", "delivered", "undelivered", "failed", "held", "in_doubt", "reply", "opt_out")
    return [
        line["event"] for line in lines if line.get("recipient") == key and line["event"] in told
    ]


def sends(lines: Sequence[Line]) -> list[tuple[Any, ...]]:
    """Return what left: recipient, channel, text and moment."""
    return sorted(
        (line["recipient"], line["channel"], line["to"], line["text"], line["at"])
        for line in lines
        if line["event"] in ("sent", "in_doubt")
    )


@pytest.mark.promise("LOSS")
async def test_each_kind_of_behaviour_is_played() -> None:
    behaviour = parse_behaviour(SCRIPT, name="test.toml")
    _, lines = await play(compile_flow(FLOW), [person(n) for n in range(10)], behaviour)
    told = {f"P-{n}": events_of(lines, f"P-{n}") for n in range(10)}
    mail = ["sent", "delivered"]
    assert told == {
        "P-0": ["sent", "delivered", "reply", "sent", "delivered"],
        "P-1": ["sent", "undelivered", *mail],
        "P-2": ["sent", "undelivered", *mail],
        "P-3": ["failed", *mail],
        "P-4": ["held", "sent", "delivered", *mail],
        "P-5": ["in_doubt", *mail],
        "P-6": ["in_doubt", *mail],
        "P-7": ["sent", "delivered", "sent", "delivered"],
        "P-8": ["sent", "delivered", "opt_out", "sent", "delivered"],
        "P-9": ["sent", *mail],
    }
    ended = {line["recipient"]: line["state"] for line in lines if line["event"] == "ended"}
    assert ended == {key: "opted_out" if key == "P-8" else "finished" for key in told}


async def test_the_same_seed_plays_the_same_and_another_one_does_not() -> None:
    people = [person(n, key=f"X-{n}") for n in range(60)]
    played = [
        sends(
            (await play(compile_flow(FLOW), people, parse_behaviour(SCRIPT, name="t", seed=s)))[1]
        )
        for s in (1, 1, 2)
    ]
    assert played[0] == played[1] != played[2]


async def test_a_run_over_a_real_store_sends_the_same(tmp_path: Path) -> None:
    campaign, people = compile_flow(FLOW), [person(n) for n in range(60)]
    behaviour = parse_behaviour(SCRIPT, name="test.toml")
    _, told = await play(campaign, people, behaviour)
    made: list[PretendChannel] = []

    def wrap(inner: RecordingChannel, clock: JumpClock) -> Channel:
        made.append(PretendChannel(behaviour, clock))
        return made[0]

    async with on_stage(SqliteStore(tmp_path / "store.db"), wrap=wrap) as stage:
        made[0].attach(stage.session.incoming)
        await stage.run(await stage.begin(campaign, people))
        ran = await stage.lines()
    assert sends(ran) == sends(told)
    assert len(sends(told)) > 100


async def test_a_rehearsal_tells_who_is_out_and_when_it_ends() -> None:
    people = [person(1), person(2, key="P-1"), person(3, phone=None, email=None)]
    rehearsed, lines = await play(compile_flow(FLOW), people, Behaviour())
    assert (rehearsed.rows, rehearsed.joined) == (3, 1)
    assert [(out.row, out.code) for out in rehearsed.outs] == [
        (2, "duplicate_key"),
        (3, "no_address"),
    ]
    assert rehearsed.finished_at - NINE == 2 * HOUR
    assert lines[-1]["event"] == "ended"


@pytest.mark.promise("PACE")
async def test_latency_by_script_keeps_the_pace() -> None:
    script = '[[behave]]\nlatency = "20 seconds"\n'
    flow = 'journey:\n  send sms "One"\n'
    behaviour = parse_behaviour(script, name="t")
    _, lines = await play(compile_flow(flow), [person(n) for n in range(30)], behaviour)
    ended = sorted({line["at"] for line in lines if line["event"] == "sent"})
    assert ended == [
        "2026-12-01T09:00:20.000Z",
        "2026-12-01T09:05:40.000Z",
        "2026-12-01T09:11:00.000Z",
    ]


CALL = """\
journey:
  send voice "Press 1 to confirm.":
    on pressed 1: tag confirmed
    on other key: tag unsure
    on no answer: tag nobody
    on voicemail: tag machine
"""
CALLED = """\
[[behave]]
key = "P-0"
press = "1"
after = "1 minute"

[[behave]]
key = "P-1"
outcome = "no answer"

[[behave]]
key = "P-2"
outcome = "voicemail"
"""


async def test_people_press_keys_and_machines_pick_up_by_the_script() -> None:
    lines: list[dict[str, Any]] = []
    await rehearse(
        compile_flow(CALL, VOICE),
        rows([person(n) for n in range(4)]),
        start=NINE,
        behaviour=parse_behaviour(CALLED, name="behave.toml"),
        strategies={"window": WINDOW},
        limits=Limits(),
        line=lines.append,
    )
    tags = {line["recipient"]: line["tag"] for line in lines if line["event"] == "tag"}
    assert tags == {"P-0": "confirmed", "P-1": "nobody", "P-2": "machine", "P-3": "unsure"}
