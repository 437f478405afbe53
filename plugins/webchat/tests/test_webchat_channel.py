"""The chat is a channel as the engine needs it: durable queue, one copy, honest answers."""

import sqlite3
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio import to_thread

from tactful.plugins import Secret
from tactful.runtime.inbound import DeliveryStatus, OptedOut
from tactful.runtime.ports import Accepted, Message, Refused
from tactful.testing import ChannelContract, RecordingIntake, sample_message
from tactful.values import DAY, HOUR, SECOND
from tactful_webchat.channel import WebchatChannel
from tactful_webchat.conversations import GRACE
from tactful_webchat.house import House
from tactful_webchat.settings import WebchatSettings

pytestmark = pytest.mark.anyio

NOW = 1_800_000_000_000_000


class At:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


def made(folder: Path, clock: At, **settings: Any) -> tuple[WebchatChannel, House]:
    plain = {"key": Secret("k" * 32, "the test")}
    house = House(folder, WebchatSettings.model_validate(plain | settings), None, clock)
    return WebchatChannel(house), house


def message(number: int = 1, **changes: Any) -> Message:
    return sample_message("chat", number, **({"to": "A-1", "expires_at": None} | changes))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> At:
    return At()


class TestContract(ChannelContract):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self._folder = tmp_path / "webchat"

    def channel(self) -> WebchatChannel:
        return made(self._folder, At())[0]


# ---- the queue ----------------------------------------------------------------------------------


async def heard(channel: WebchatChannel, house: House, enough: int) -> RecordingIntake:
    """Let the channel tell what it has, until it has told enough and knows that it was heard."""
    intake = RecordingIntake()
    all_told = anyio.Event()

    async def wait(longest: float) -> None:
        if len(intake.signals) >= enough:
            all_told.set()
            await anyio.sleep_forever()

    with pytest.MonkeyPatch.context() as patch, anyio.fail_after(30):
        patch.setattr(house, "reports", wait)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(channel.listen, intake)
            await all_told.wait()
            tasks.cancel_scope.cancel()
    return intake


@pytest.mark.promise("ONCE")
async def test_a_second_attempt_of_a_send_leaves_one_message(tmp_path: Path, clock: At) -> None:
    channel, house = made(tmp_path, clock)
    first = await channel.send(message(attempt="1"))
    second = await channel.send(message(attempt="2"))
    assert isinstance(first, Accepted)
    assert first == second
    assert len((await house.feed(("A-1",), 0)).items) == 1
    assert isinstance(await channel.reconcile(message(attempt="2")), Accepted)
    await channel.aclose()


async def test_what_was_accepted_is_there_after_a_restart(tmp_path: Path, clock: At) -> None:
    channel, _ = made(tmp_path, clock)
    await channel.send(message())
    await channel.aclose()
    channel, house = made(tmp_path, clock)
    (item,) = (await house.feed(("A-1",), 0)).items
    assert (item.text, item.by, item.mine, item.seen) == (
        message().text,
        message().sender,
        False,
        False,
    )
    await channel.aclose()


@pytest.mark.promise("LATE")
@pytest.mark.parametrize(
    ("changes", "settings", "lasts"),
    [
        ({"expires_at": NOW + HOUR}, {}, HOUR),
        ({"expires_at": NOW + 9 * DAY}, {}, 7 * DAY),
        ({}, {"keep_for": "2 hours"}, 2 * HOUR),
    ],
)
async def test_nothing_is_shown_after_its_expiry_and_the_engine_hears_of_it(
    tmp_path: Path, clock: At, changes: dict[str, Any], settings: dict[str, Any], lasts: int
) -> None:
    channel, house = made(tmp_path, clock, **settings)
    await channel.send(message(**changes))
    clock.now = NOW + lasts - 1
    assert len((await house.feed(("A-1",), 0)).items) == 1
    clock.now = NOW + lasts
    assert (await house.feed(("A-1",), 0)).items == []
    assert (await house.feed(("A-1",), 1)).items == []
    clock.now += GRACE
    (signal,) = (await heard(channel, house, 1)).signals
    assert isinstance(signal, DeliveryStatus)
    assert (signal.attempt, signal.status) == ("1", "undelivered")
    await channel.aclose()


async def test_a_page_may_say_a_little_late_that_it_has_shown_a_message(
    tmp_path: Path, clock: At
) -> None:
    channel, house = made(tmp_path, clock)
    await channel.send(message(expires_at=NOW + HOUR))
    (item,) = (await house.feed(("A-1",), 0)).items
    clock.now = NOW + HOUR + GRACE - SECOND
    await house.run(house.conversations.shown, ["A-1"], [item.id], seen=True, now=clock.now)
    clock.now += DAY
    assert [s.dedup for s in (await heard(channel, house, 1)).signals] == ["1:delivered"]
    await channel.aclose()


@pytest.mark.parametrize(
    ("when", "seen", "told"),
    [("seen", False, []), ("seen", True, ["1"]), ("received", False, ["1"])],
)
async def test_the_settings_say_when_a_message_counts_as_delivered(
    tmp_path: Path, clock: At, when: str, seen: bool, told: list[str]
) -> None:
    channel, house = made(tmp_path, clock, delivered_when=when)
    await channel.send(message())
    (item,) = (await house.feed(("A-1",), 0)).items
    for _ in range(3):
        await house.run(house.conversations.shown, ["A-1"], [item.id], seen=seen, now=NOW)
    untold = await house.run(house.conversations.untold, 10)
    assert [s.attempt for _, s in untold if isinstance(s, DeliveryStatus)] == told
    await channel.aclose()


async def test_nobody_can_say_that_anothers_message_was_shown(tmp_path: Path, clock: At) -> None:
    channel, house = made(tmp_path, clock)
    await channel.send(message())
    (item,) = (await house.feed(("A-1",), 0)).items
    assert not await house.run(house.conversations.shown, ["B-2"], [item.id], seen=True, now=NOW)
    assert (await house.feed(("B-2",), 0)).items == []
    await channel.aclose()


@pytest.mark.promise("STOP")
async def test_a_mute_is_told_before_what_becomes_of_the_messages_it_stops(
    tmp_path: Path, clock: At
) -> None:
    channel, house = made(tmp_path, clock)
    await channel.send(message())
    await house.run(house.conversations.mute, ["A-1"], on=True, now=NOW)
    feed = await house.feed(("A-1",), 0)
    assert (feed.items, feed.muted) == ([], True)
    opted_out, undelivered = (await heard(channel, house, 2)).signals
    assert isinstance(opted_out, OptedOut)
    assert isinstance(undelivered, DeliveryStatus)
    assert undelivered.status == "undelivered"
    assert isinstance(await channel.send(message(2)), Refused)
    await channel.aclose()


async def test_signals_that_the_engine_could_not_keep_are_told_again(
    tmp_path: Path, clock: At
) -> None:
    channel, house = made(tmp_path, clock)
    await house.run(house.conversations.reply, ["A-1"], "reply-01", "Yes", "", NOW)
    full = RecordingIntake(error=RuntimeError("the store is full"))
    with pytest.raises(RuntimeError):
        await channel.listen(full)
    assert [s.dedup for s in (await heard(channel, house, 1)).signals] == ["reply:A-1:reply-01"]
    assert await house.run(house.conversations.untold, 10) == []
    await channel.aclose()


# ---- replies ------------------------------------------------------------------------------------


async def answers(house: House, last: str, keys: tuple[str, ...] = ("C-7", "A-1")) -> Any:
    await house.run(house.conversations.reply, keys, "reply-01", "Yes", last, NOW)
    return (await house.run(house.conversations.untold, 10))[-1][1]


async def test_a_reply_goes_to_whom_the_last_message_was_for(tmp_path: Path, clock: At) -> None:
    channel, house = made(tmp_path, clock)
    await channel.send(message())
    (item,) = (await house.feed(("C-7", "A-1"), 0)).items
    reply = await answers(house, item.id)
    assert (reply.address, reply.to, reply.attempt) == ("A-1", message().sender, None)
    await channel.aclose()


async def test_a_reply_to_what_was_not_the_last_message_sent_names_its_attempt(
    tmp_path: Path, clock: At
) -> None:
    channel, house = made(tmp_path, clock)
    await channel.send(message(1))
    (item,) = (await house.feed(("A-1",), 0)).items
    await channel.send(message(2))  # the visitor has no connection, and does not see it
    assert (await answers(house, item.id)).attempt == "1"
    await channel.aclose()


async def test_a_reply_without_a_message_is_from_the_visitors_first_key(
    tmp_path: Path, clock: At
) -> None:
    channel, house = made(tmp_path, clock)
    assert (await answers(house, "")).address == "C-7"
    await channel.aclose()


# ---- what is kept -------------------------------------------------------------------------------


async def test_who_comes_back_sees_the_last_messages_and_all_that_wait(
    tmp_path: Path, clock: At
) -> None:
    channel, house = made(tmp_path, clock, history=2)
    for number in range(1, 6):
        clock.now += SECOND
        await channel.send(message(number, text=f"Message {number}"))
    items = (await house.feed(("A-1",), 0)).items
    ids = {item.text[-1]: item.id for item in items}
    seen = [ids[number] for number in "134"]
    await house.run(house.conversations.shown, ["A-1"], seen, seen=True, now=clock.now)
    again = (await house.feed(("A-1",), 0)).items
    assert sorted(item.text[-1] for item in again) == ["2", "3", "4", "5"]
    await channel.aclose()


async def test_what_is_old_and_over_is_deleted(tmp_path: Path, clock: At) -> None:
    channel, house = made(tmp_path, clock)
    await house.run(house.conversations.reply, ["A-1"], "reply-01", "An old secret", "", NOW)
    await heard(channel, house, 1)
    clock.now += 31 * DAY
    await house.run(house.conversations.reply, ["A-1"], "reply-02", "A new one", "", clock.now)
    await heard(channel, house, 1)
    await channel.aclose()
    (texts,) = await to_thread.run_sync(_texts, tmp_path)
    assert texts == ("A new one",)


def _texts(folder: Path) -> list[tuple[str]]:
    connection = sqlite3.connect(folder / "webchat.db")
    try:
        return connection.execute("select text from message").fetchall()
    finally:
        connection.close()


async def test_its_files_are_for_their_owner_only(tmp_path: Path, clock: At) -> None:
    channel, _ = made(tmp_path / "webchat", clock)
    await channel.send(message())
    modes = [path.stat().st_mode & 0o077 for path in (tmp_path / "webchat").rglob("*")]
    assert modes
    assert set(modes) == {0}
    await channel.aclose()


async def test_without_a_key_nothing_is_accepted(tmp_path: Path, clock: At) -> None:
    channel, _ = made(tmp_path, clock, key=None)
    outcome = await channel.send(message())
    assert isinstance(outcome, Refused)
    assert outcome.kind == "configuration"
    assert [finding.code for finding in await channel.examine()] == [
        "webchat_key",
        "webchat_origins",
    ]
    assert await to_thread.run_sync(lambda: list(tmp_path.iterdir())) == []
