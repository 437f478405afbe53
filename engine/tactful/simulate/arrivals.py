"""What comes in from outside in virtual time: statuses, replies, keys, events, opt-outs."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from tactful.runtime.ports import Message
from tactful.runtime.told import StatusTold, write_told
from tactful.store.rows import SignalRow
from tactful.values import Instant

_json = msgspec.json.Encoder()


def status(
    message: Message, name: str, at: Instant, code: str = "", seconds: float | None = None
) -> SignalRow:
    """Return what a provider reports of a message: `delivered`, `failed`, `bounced` …"""
    told = StatusTold(code=code, seconds=seconds)
    return msgspec.structs.replace(_about(message, "status", name, at), data=write_told(told))


def complaint(message: Message, at: Instant) -> SignalRow:
    """Return that a person told their provider that a message was unwanted."""
    return _about(message, "complaint", "", at)


def reply(
    text: str, channel: str, address: str, at: Instant, dedup: str, key: str | None = None
) -> SignalRow:
    """Return what a person writes. Without a `key`, the engine finds out who it is by address."""
    return SignalRow(
        id=0,
        at=at,
        kind="reply",
        dedup=dedup,
        key=key,
        channel=channel,
        address=address,
        data=_text({"text": text}),
    )


def press(message: Message, key: str, at: Instant) -> SignalRow:
    """Return a key that a person presses in a call; an empty one is none."""
    return _about(message, "press", key, at)


def event(
    name: str, launch: str, key: str, values: Mapping[str, Any], at: Instant, dedup: str
) -> SignalRow:
    """Return a named event for one recipient of a launch."""
    return SignalRow(
        id=0,
        at=at,
        kind="event",
        dedup=dedup,
        campaign=launch,
        key=key,
        name=name,
        data=_text(values),
    )


def opt_out(channel: str, address: str, at: Instant, dedup: str) -> SignalRow:
    """Return an opt-out without words."""
    return SignalRow(id=0, at=at, kind="opt_out", dedup=dedup, channel=channel, address=address)


def _about(
    message: Message, kind: Literal["status", "press", "complaint"], name: str, at: Instant
) -> SignalRow:
    return SignalRow(
        id=0,
        at=at,
        kind=kind,
        dedup=f"{message.launch}/{message.attempt}/{kind}",
        campaign=message.launch,
        key=message.key,
        channel=message.channel,
        address=message.to,
        send=int(message.attempt),
        name=name,
    )


def _text(values: Mapping[str, Any]) -> str:
    return _json.encode(values).decode()
