"""Every message handed to the outbox arrives once, or the answer says that it did not."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest
from anyio import to_thread

from tactful.runtime.ports import (
    Accepted,
    Attachment,
    Message,
    Refused,
    Retry,
    SendOutcome,
    Unknown,
)
from tactful.values import Duration
from tactful_outbox import OutboxChannel, OutboxSettings, read
from tactful_outbox.mailbox import MOST_AT_ONCE, Mailbox

pytestmark = pytest.mark.anyio

Make = Callable[..., OutboxChannel]

PLAIN = Message(
    attempt="late.1/A-1/journey/send sms/1",
    token="late.1-A-1",
    campaign="late",
    launch="late.1",
    key="A-1",
    channel="sms",
    to="+353871234567",
    sender="+35315550100",
    text="Your order is late. Sorry!",
    subject=None,
    segments=1,
    permitted_at=1_800_000_000_000_000,
    expires_at=None,
)


def message(number: int, **changed: Any) -> Message:
    own = {"attempt": f"late.1/{number}", "token": f"t{number}", "key": f"K{number}"}
    return msgspec.structs.replace(PLAIN, **(own | changed))


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def channel(**settings: Any) -> OutboxChannel:
        made = OutboxSettings.model_validate({"files": False} | settings)
        return OutboxChannel(Mailbox(tmp_path / "outbox", files=made.files), made)

    return channel


async def arrived(folder: Path) -> list[str]:
    delivered = await to_thread.run_sync(read, folder / "outbox")
    assert all(one.calls == 1 for one in delivered)
    return [one.key for one in delivered]


async def test_a_message_arrives_as_it_is(make: Make, tmp_path: Path) -> None:
    channel = make()
    assert await channel.send(PLAIN) == Accepted(f"outbox-{PLAIN.attempt}", delivered=True)
    (delivered,) = await to_thread.run_sync(read, tmp_path / "outbox")
    assert delivered.message == PLAIN
    assert (delivered.key, delivered.at) == (PLAIN.key, PLAIN.permitted_at)
    await channel.aclose()


async def test_messages_that_come_together_all_arrive_once(make: Make, tmp_path: Path) -> None:
    channel = make()
    outcomes: list[SendOutcome] = []
    count = 2 * MOST_AT_ONCE + 500

    async def send(number: int) -> None:
        outcomes.append(await channel.send(message(number)))

    async with anyio.create_task_group() as group:
        for number in range(count):
            group.start_soon(send, number)
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert sorted(await arrived(tmp_path)) == sorted(f"K{number}" for number in range(count))
    await channel.aclose()


async def test_a_repeated_attempt_is_one_row_that_tells(make: Make, tmp_path: Path) -> None:
    channel = make()
    await channel.send(PLAIN)
    await channel.send(PLAIN)
    (delivered,) = await to_thread.run_sync(read, tmp_path / "outbox")
    assert delivered.calls == 2
    await channel.aclose()


@pytest.mark.parametrize("name", ["K1", "k1", "+353 87 000 0001"])
async def test_whom_it_rejects_gets_nothing(make: Make, tmp_path: Path, name: str) -> None:
    channel = make(reject=[name])
    to = "+353870000001"
    assert isinstance(await channel.send(message(1, to=to)), Refused)
    assert isinstance(await channel.send(message(2)), Accepted)
    assert await arrived(tmp_path) == ["K2"]
    await channel.aclose()


async def test_whom_it_fails_gets_the_message_after_some_attempts(
    make: Make, tmp_path: Path
) -> None:
    channel = make(fail=["K1"], fail_times=2, fail_after="5 seconds")
    outcomes = [await channel.send(message(1, attempt=f"attempt {number}")) for number in range(3)]
    assert [type(outcome) for outcome in outcomes] == [Retry, Retry, Accepted]
    assert isinstance(outcomes[0], Retry)
    assert outcomes[0].after == Duration.parse("5 seconds").span
    assert await arrived(tmp_path) == ["K1"]
    await channel.aclose()


@pytest.mark.promise("ONCE")
async def test_whom_it_leaves_hanging_gets_nothing_and_reconcile_says_so(
    make: Make, tmp_path: Path
) -> None:
    channel = make(hang=["K1"])
    answered = False
    with anyio.move_on_after(0):
        await channel.send(message(1))
        answered = True
    assert not answered
    assert isinstance(await channel.reconcile(message(1)), Refused)
    assert await arrived(tmp_path) == []
    await channel.aclose()


async def test_whom_it_serves_slowly_is_served(make: Make, tmp_path: Path) -> None:
    channel = make(slow={"K1": "0.001 seconds"})
    assert isinstance(await channel.send(message(1)), Accepted)
    assert await arrived(tmp_path) == ["K1"]
    await channel.aclose()


@pytest.mark.promise("ONCE")
async def test_a_lost_answer_is_found_by_reconcile(make: Make, tmp_path: Path) -> None:
    channel = make(lose=["K1"])
    assert isinstance(await channel.send(message(1)), Unknown)
    assert isinstance(await channel.reconcile(message(1)), Accepted)
    assert isinstance(await channel.reconcile(message(2)), Refused)
    assert await arrived(tmp_path) == ["K1"]
    await channel.aclose()


@pytest.mark.promise("ONCE")
async def test_after_a_restart_reconcile_still_knows(make: Make) -> None:
    before, after = make(), make()
    await before.send(message(1))
    await before.aclose()
    assert isinstance(await after.reconcile(message(1)), Accepted)
    assert isinstance(await after.reconcile(message(2)), Refused)
    await after.aclose()


class Held(Mailbox):
    """A mailbox that stores nothing before it is let go."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, files=False)
        self.let_go = threading.Event()

    def store(self, messages: Sequence[Message]) -> None:
        self.let_go.wait()
        super().store(messages)


@pytest.mark.promise("ONCE")
async def test_who_is_cancelled_while_waiting_is_not_stored_later(tmp_path: Path) -> None:
    mailbox = Held(tmp_path / "outbox")
    channel = OutboxChannel(mailbox, OutboxSettings())
    async with anyio.create_task_group() as group:
        group.start_soon(channel.send, message(0))
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(0):
            await channel.send(message(1))
        group.start_soon(channel.send, message(2))
        await anyio.wait_all_tasks_blocked()
        mailbox.let_go.set()
    assert isinstance(await channel.reconcile(message(1)), Refused)
    assert await arrived(tmp_path) == ["K0", "K2"]
    await channel.aclose()


@pytest.mark.promise("POISON")
async def test_a_text_that_cannot_be_stored_harms_nobody_else(make: Make, tmp_path: Path) -> None:
    channel = make()
    outcomes: list[SendOutcome] = []

    async def send(one: Message) -> None:
        outcomes.append(await channel.send(one))

    async with anyio.create_task_group() as group:
        group.start_soon(send, message(1))
        group.start_soon(send, message(2, text="half \ud83d"))
        group.start_soon(send, message(3))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "Accepted", "Accepted", "Refused",
    ]  # fmt: skip
    assert sorted(await arrived(tmp_path)) == ["K1", "K3"]
    await channel.aclose()


async def test_an_outbox_that_cannot_be_written_raises_for_all_who_wait(
    make: Make, tmp_path: Path
) -> None:
    channel = make()
    await to_thread.run_sync((tmp_path / "outbox").mkdir)
    await to_thread.run_sync((tmp_path / "outbox" / "outbox.db").mkdir)
    raised: list[Exception] = []

    async def send(number: int) -> None:
        try:
            await channel.send(message(number))
        except (OSError, sqlite3.Error) as error:
            raised.append(error)

    async with anyio.create_task_group() as group:
        for number in range(5):
            group.start_soon(send, number)
    assert len(raised) == 5


async def test_nothing_is_made_before_something_is_sent(make: Make, tmp_path: Path) -> None:
    channel = make()
    assert isinstance(await channel.reconcile(PLAIN), Refused)
    assert channel.check_sender("sms", "anything") == ()
    assert channel.cost("sms", "IE", 1) is None
    assert not await to_thread.run_sync((tmp_path / "outbox").exists)
    await channel.aclose()


async def test_a_message_whose_file_is_gone_does_not_leave(make: Make, tmp_path: Path) -> None:
    gone = (Attachment("map.png", str(tmp_path / "gone"), "image/png"),)
    outcome = await make().send(message(1, channel="mms", attachments=gone))
    assert outcome == Refused("a file that goes with it is gone", kind="configuration")
    assert await arrived(tmp_path) == []
