"""A flow whose senders are watched, and a strict observer of them."""

from typing import Any

import msgspec

from tactful.errors import StoreInvalid
from tactful.graph.model import Campaign
from tactful.guard.standing import Advice, Observed, Pause, SenderSignal, Watch
from tactful.testing import RecordingChannel
from tactful.values import Instant
from tests.runtime.stage import HEAD, Stage, compile_flow

SENDER = "+353 1 555 0100"
FLOW = """\
watch using strict

journey:
  send sms "Hello {{ first_name }}"
"""
TWICE = FLOW + '  wait 1 hour\n  send sms "Once more"\n'
PLAIN = FLOW.replace("watch using strict\n", "")


class Heard(msgspec.Struct, frozen=True):
    """The kinds of the signals so far."""

    kinds: tuple[str, ...] = ()


class Strict:
    """Keeps what it hears, and thinks worse of a sender with every message that is lost."""

    name = "strict"
    version = 1

    def __init__(self, *said: tuple[str, Advice | None]) -> None:
        self.said = said or (("watched", Watch()), ("paused", Pause()))
        self.signals: list[SenderSignal] = []

    def start(self) -> Heard:
        return Heard()

    def load(self, text: bytes) -> Heard:
        try:
            return msgspec.json.decode(text, type=Heard)
        except msgspec.DecodeError as error:
            raise StoreInvalid("these signals cannot be read") from error

    def observe(self, state: Heard, signal: SenderSignal, now: Instant) -> tuple[Heard, Observed]:
        assert signal.at <= now
        self.signals.append(signal)
        state = Heard((*state.kinds, signal.kind))
        bad = sum(kind in ("undelivered", "complaint", "refused") for kind in state.kinds)
        if not bad:
            return state, Observed("healthy")
        standing, advice = self.said[min(bad, len(self.said)) - 1]
        return state, Observed(standing, advice, (f"{bad} lost",))  # type: ignore[arg-type]

    @property
    def kinds(self) -> list[str]:
        return [signal.kind for signal in self.signals]


def accepting() -> RecordingChannel:
    return RecordingChannel(delivered=False)


async def told(stage: Stage) -> list[tuple[Any, ...]]:
    names = ("before", "standing", "reason", "advice")
    return [tuple(line.get(name) for name in names) for line in await stage.lines("standing")]


def another(text: str) -> Campaign:
    """Compile a flow as another campaign than the usual one."""
    return compile_flow(text, HEAD.replace("Late order", "Another"))
