"""Small plugins of each kind that keep what their contract says."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Struct

from tactful.errors import StoreInvalid
from tactful.guard.standing import Observed, SenderSignal, Watch
from tactful.language import Word
from tactful.language.vocabulary import At
from tactful.runtime.ports import (
    Finding,
    FlowView,
    HandOffCase,
    Message,
    PolicyVerdict,
)
from tactful.values import Instant


class NoShouting:
    """Refuses texts in capitals."""

    name = "no_shouting"
    version = "1"

    def check_flow(self, flow: FlowView) -> Sequence[Finding]:
        return [
            Finding("error", "shouting", "this text shouts", text.line)
            for text in flow.texts
            if text.text.isupper()
        ]

    async def check_message(self, message: Message, facts: Mapping[str, Any]) -> PolicyVerdict:
        if message.text.isupper():
            return PolicyVerdict("refuse", self.name, "shouting", "the text is all capitals")
        return PolicyVerdict("allow", self.name)


class Complaints(Struct, frozen=True):
    """How many complaints there were."""

    version: int = 1
    count: int = 0


class ComplaintWatch:
    """Watches a sender once somebody has complained."""

    name = "complaints"
    version = 1

    def start(self) -> Complaints:
        return Complaints()

    def load(self, text: bytes) -> Complaints:
        try:
            return msgspec.json.decode(text, type=Complaints)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StoreInvalid("these complaints cannot be read") from error

    def observe(
        self, state: Complaints, signal: SenderSignal, now: Instant
    ) -> tuple[Complaints, Observed]:
        if signal.kind == "complaint":
            state = msgspec.structs.replace(state, count=min(state.count + 1, 1_000))
        if state.count == 0:
            return state, Observed("healthy")
        return state, Observed("watched", Watch(), (f"{state.count} complaints",))


class ListDesk:
    """Keeps hand-offs in a list."""

    name = "list"

    def __init__(self) -> None:
        self.cases: list[HandOffCase] = []

    async def open(self, case: HandOffCase) -> None:
        self.cases.append(case)


class GrantPoints(Word):
    """Give loyalty points.
    grant points 50"""

    phrase = "grant points"
    points: Annotated[int, At(0)]
