"""A journey's state as JSON: small, whole, and readable by later versions."""

from typing import Any

import msgspec
import pytest

from tactful.errors import StoreInvalid
from tactful.journey.inputs import Reply
from tactful.journey.state import VERSION, Frame, Journey, Late, Thread, decode, encode, migrate
from tests.journey.driving import START, Drive, listen, says, send


def test_a_common_journey_is_small() -> None:
    drive = Drive(send(1), listen(None, says("yes")))
    assert encode(drive.journey) == b'{"v":1,"at":[{"step":0,"is":"queued"}],"visits":{"0":1}}'
    drive.accept(0)
    assert len(encode(drive.journey)) < 100


def test_everything_a_journey_knows_survives_json() -> None:
    journey = Journey(
        version=VERSION,
        state="handed_off",
        threads=(
            Thread(1, "join"),
            Thread(
                step=3,
                phase="pause",
                due=START,
                visit=2,
                id=4,
                frames=(Frame(1, 2, START), Frame(2)),
                late=Late(7, (Frame(1, 2),)),
                parent=0,
                aside=True,
                answering=True,
            ),
        ),
        visits={3: 2},
        jumps={4: 1},
        taken={0: 1},
        values={"reply": "caf\u00e9 \x00", "score": 4, "ratio": 0.5, "vip": True, "gone": None},
        tags=("a", "b"),
        kept=(Reply("hm", "sms", "fr"),),
        sent=2,
        refused=1,
        replied=START,
    )
    assert decode(encode(journey)) == journey


def test_an_older_version_is_brought_up_step_by_step() -> None:
    def to_two(raw: dict[str, Any]) -> dict[str, Any]:
        return {**raw, "v": 2, "at": raw["threads"]}

    def to_three(raw: dict[str, Any]) -> dict[str, Any]:
        return {**raw, "v": 3}

    raw = migrate({"v": 1, "threads": []}, {1: to_two, 2: to_three}, version=3)
    assert raw == {"v": 3, "threads": [], "at": []}


def test_a_newer_version_is_told() -> None:
    with pytest.raises(StoreInvalid, match="version 99"):
        decode('{"v":99}')


def test_what_is_no_journey_is_told() -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode("{}")
