"""Attachments: at an address that nobody can guess, for a while, and only what was sent."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from tactful.runtime.ports import Accepted, Attachment, Message, Refused
from tactful.testing import HookServer, RecordingIntake, sample_message, serving_hooks
from tactful.values import HOUR, SECOND
from tests.servers.local_twilio import NUMBER, LocalTwilio
from tests.servers.sending import send

NOW = 1_800_000_000 * SECOND
PUBLIC = "https://care.example.com"
PICTURE = b"\x89PNG not really"


class Clock:
    now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def message(tmp_path: Path) -> Message:
    path = tmp_path / "1f00"
    path.write_bytes(PICTURE)
    return sample_message(
        "mms",
        7,
        sender=NUMBER,
        attachments=(Attachment("map & key ü.png", str(path), "image/png"),),
        expires_at=None,
    )


@pytest.fixture
def channel(make: Any, clock: Clock, twilio: LocalTwilio) -> Any:
    return make(twilio.url, public=PUBLIC, now=clock)


@pytest.fixture
def server(channel: Any, message: Message) -> Iterator[HookServer]:
    intake = RecordingIntake({"7": message})
    with serving_hooks({"twilio": channel}, intake, public_url=PUBLIC) as server:
        yield server


def urls(channel: Any, message: Message) -> list[str]:
    found = anyio.run(channel._media.urls, message, NOW)
    assert isinstance(found, list), found
    return found


def fetch(server: HookServer, url: str) -> httpx.Response:
    assert url.startswith(PUBLIC)
    return httpx.get(server.url + url.removeprefix(PUBLIC), timeout=30)


def test_twilio_finds_what_was_attached(channel: Any, server: HookServer, message: Message) -> None:
    (url,) = urls(channel, message)
    answer = fetch(server, url)
    assert answer.status_code == 200
    assert answer.content == PICTURE
    assert answer.headers["content-type"] == "image/png"


def test_an_address_works_after_a_restart(
    channel: Any, make: Any, clock: Clock, message: Message
) -> None:
    again = make("http://127.0.0.1:1", public=PUBLIC, now=clock)
    assert urls(channel, message) == urls(again, message)


def test_an_address_ends(channel: Any, server: HookServer, clock: Clock, message: Message) -> None:
    (url,) = urls(channel, message)
    clock.now += 12 * HOUR
    assert fetch(server, url).status_code == 200
    clock.now += SECOND
    assert fetch(server, url).status_code == 404


def test_no_other_address_is_one(channel: Any, server: HookServer, message: Message) -> None:
    (url,) = urls(channel, message)
    head, attempt, index, ends, signed, name = url.rsplit("/", 5)
    assert len(signed) == 32
    for parts in (
        ("8", index, ends, signed, name),
        (attempt, "1", ends, signed, name),
        (attempt, index, str(int(ends) + 1), signed, name),
        (attempt, index, ends, "0" * 32, name),
        (attempt, index, ends, "", name),
        (attempt, index, ends, "%C3%A4", name),
        (attempt, "-1", ends, signed, name),
        (attempt, "9" * 5_000, ends, signed, name),
        (attempt, index, ends, signed, name, name),
        ("..", "..", "..", "..", "etc"),
    ):
        assert fetch(server, "/".join((head, *parts))).status_code in (404, 414), parts


def test_a_file_that_is_gone_is_not_found(
    channel: Any, server: HookServer, message: Message
) -> None:
    (url,) = urls(channel, message)
    Path(message.attachments[0].path).unlink()
    assert fetch(server, url).status_code == 404


def test_a_picture_message_names_its_pictures(
    channel: Any, twilio: LocalTwilio, message: Message
) -> None:
    outcome = send(channel, message)
    assert isinstance(outcome, Accepted)
    assert outcome.id.startswith("MM")
    (left,) = (one for one in twilio.messages(To=message.to) if one["sid"] == outcome.id)
    assert left["num_media"] == "1"


def file(tmp_path: Path, size: int, media_type: str) -> Attachment:
    path = tmp_path / f"{size}"
    path.write_bytes(b"x" * size)
    return Attachment(f"a-{size}", str(path), media_type)


@pytest.mark.parametrize(
    ("size", "media_type", "taken"),
    [
        (5_000_000, "image/png", True),
        (5_000_001, "image/png", False),
        (500_000, "application/pdf", True),
        (500_001, "application/pdf", False),
    ],
)
def test_what_twilio_takes_of_a_kind_is_kept(
    size: int, media_type: str, taken: bool, tmp_path: Path, channel: Any
) -> None:
    sent = sample_message("mms", sender=NUMBER, attachments=(file(tmp_path, size, media_type),))
    found = anyio.run(channel._media.urls, sent, NOW)
    assert isinstance(found, Refused) is not taken


def test_pictures_that_cannot_go_say_why(
    make: Any, channel: Any, message: Message, tmp_path: Path
) -> None:
    one = message.attachments[0]
    cases = {
        "public_url": (make("http://127.0.0.1:1"), (one,)),
        "more than 10": (channel, (one,) * 11),
        "gone": (channel, (Attachment("a.png", str(tmp_path / "none"), "image/png"),)),
    }
    for told, (by, attachments) in cases.items():
        outcome = send(by, sample_message("mms", sender=NUMBER, attachments=attachments))
        assert isinstance(outcome, Refused), told
        assert outcome.kind == "configuration"
        assert told in outcome.reason
