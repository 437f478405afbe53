"""What is measured, and how: a campaign of one chat, a channel that takes all, an open store."""

from collections.abc import AsyncIterator
from pathlib import Path

from tactful.guard.strategies import WINDOW
from tactful.journey.inputs import Value
from tactful.plugins.config import Limits
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.clock import WallClock
from tactful.runtime.ports import Accepted, Channel, Message, SendOutcome
from tactful.runtime.session import Session, open_session
from tactful.store.sqlite import SqliteStore
from tactful.testing import RecordingChannel

HEAD = """\
campaign "Bench"
owner "care@example.com"
purpose service

audience from csv "people.csv":
  key id
  phone mobile
  column first_name text

senders:
  chat from "desk" through outbox

"""


class NullChannel(RecordingChannel):
    """Takes everything at once and keeps nothing."""

    async def send(self, message: Message) -> SendOutcome:
        return Accepted("")


async def people(number: int) -> AsyncIterator[Recipient | OutRow]:
    """Give so many recipients, with keys K-1, K-2, …"""
    for row in range(1, number + 1):
        values: dict[str, Value] = {"id": f"K-{row}", "first_name": "Ana"}
        yield Recipient(f"K-{row}", row, f"+1202555{row % 10_000:04d}", None,
                        ("Europe/Dublin",), "en", None, values)  # fmt: skip


async def open_store(path: Path, channel: Channel) -> Session:
    """Open a session over a store on disk, in real time, with one channel for everything."""
    return await open_session(
        SqliteStore(path),
        lambda latest: WallClock(),
        channel_for=lambda medium, through, live: channel,
        strategies={"window": WINDOW},
        limits=Limits(max_open=1_000),
        look=False,
    )
