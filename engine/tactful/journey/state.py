"""A journey's state: versioned data that the store keeps as JSON, and reads again years later."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from tactful.errors import StoreInvalid
from tactful.journey.inputs import Instant, Reply, Value
from tactful.journey.lifecycle import ENDED, JourneyState, Phase

VERSION = 1


class Frame(Struct, frozen=True, omit_defaults=True):
    """A block that a thread is inside of and will come back to: a repetition, or a stage's run.

    `round` counts a repetition's rounds from 1, `since` is when this one began; a run has neither.
    """

    step: int
    round: int = 0
    since: Instant = 0


class Late(Struct, frozen=True, omit_defaults=True):
    """A wait whose time is over, but which the journey's next send has not closed yet."""

    step: int
    frames: tuple[Frame, ...] = ()


class Thread(Struct, frozen=True, omit_defaults=True, rename={"phase": "is"}):
    """One position in the graph. A journey has one, and more only side by side.

    `visit` is that of the send it waits for. `due` is when time takes it on; a wait without one
    has not begun, because a person has the conversation. `parent` is the thread that waits for
    this branch. `aside` marks the lines of `at any time`, which leave the others where they are.
    `answering` says that it took a line for a reply and has not waited since, `proven` that a
    reply came while its send was on the way.
    """

    step: int
    phase: Phase
    due: Instant | None = None
    visit: int = 1
    id: int = 0
    frames: tuple[Frame, ...] = ()
    late: Late | None = None
    parent: int | None = None
    aside: bool = False
    answering: bool = False
    proven: bool = False


class Journey(
    Struct,
    frozen=True,
    omit_defaults=True,
    rename={"version": "v", "threads": "at", "reached": "on"},
):
    """One recipient's way through one launch.

    `visits` counts per step, `jumps` per limited `go to`, `taken` per line of `at any time`.
    `values` are those remembered, `kept` the replies that came while a send was on its way, `sent`
    and `refused` count sends, `reached` has the steps that were the first to send something on
    their group of channels, `replied` is when the person last wrote.
    """

    version: int
    state: JourneyState = "running"
    threads: tuple[Thread, ...] = ()
    visits: dict[int, int] = {}
    jumps: dict[int, int] = {}
    taken: dict[int, int] = {}
    values: dict[str, Value] = {}
    tags: tuple[str, ...] = ()
    kept: tuple[Reply, ...] = ()
    sent: int = 0
    refused: int = 0
    reached: tuple[int, ...] = ()
    replied: Instant | None = None

    @property
    def ended(self) -> bool:
        """Whether it is over; then nothing changes it any more."""
        return self.state in ENDED

    @property
    def due(self) -> Instant | None:
        """When it next needs a `Tick`; None when only a signal or an outcome can move it."""
        first = None
        for thread in self.threads:
            if thread.due is not None and (first is None or thread.due < first):
                first = thread.due
        return first

    def wants(self, step: int, visit: int) -> bool:
        """Whether a send of it is still wanted; if not, no attempt for it may leave any more."""
        return any(
            thread.step == step and thread.visit == visit and thread.phase in ("queued", "sending")
            for thread in self.threads
        )


# ---- JSON ---------------------------------------------------------------------------------------


class _Head(Struct):
    v: int


Migration = Callable[[dict[str, Any]], dict[str, Any]]

# From each old version to the next, on the plain JSON.
MIGRATIONS: dict[int, Migration] = {}

_encoder = msgspec.json.Encoder()
_head = msgspec.json.Decoder(_Head)
_decoder = msgspec.json.Decoder(Journey)


def encode(journey: Journey) -> bytes:
    """Return the journey as JSON."""
    return _encoder.encode(journey)


def decode(data: bytes | str) -> Journey:
    """Return the journey that JSON holds, of this version or an older one.

    Raises `StoreInvalid` on a newer version, and `msgspec.MsgspecError` on what is no journey.
    """
    if _head.decode(data).v == VERSION:
        return _decoder.decode(data)
    return msgspec.convert(migrate(msgspec.json.decode(data)), Journey, str_keys=True)


def migrate(
    raw: dict[str, Any],
    migrations: Mapping[int, Migration] = MIGRATIONS,
    version: int = VERSION,
) -> dict[str, Any]:
    """Bring a journey's plain JSON to a version, one step at a time. Raises `StoreInvalid`."""
    while raw["v"] != version:
        step = migrations.get(raw["v"])
        if step is None:
            raise StoreInvalid(
                f"a journey's state has version {raw['v']}, and this Tactful reads up to {version}",
                help="Run the Tactful that wrote this store, or a newer one.",
            )
        raw = step(raw)
    return raw
