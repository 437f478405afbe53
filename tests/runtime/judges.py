"""Policies for tests: they say what they are told to say, and keep what they saw."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import anyio

from tactful.runtime.ports import Finding, FlowView, Message, PolicyVerdict

Facts = Mapping[str, Any]
Check = Callable[[Message, Facts], Awaitable[Any]]


class FakePolicy:
    """A policy that says what it is told to say, and keeps what it saw."""

    name = "fake"

    def __init__(self, check: Check, version: str = "1", findings: Sequence[Finding] = ()) -> None:
        self.version = version
        self.seen: list[Message] = []
        self.facts: list[dict[str, Any]] = []
        self.flows: list[FlowView] = []
        self._check = check
        self._findings = findings

    def check_flow(self, flow: FlowView) -> Sequence[Finding]:
        self.flows.append(flow)
        return self._findings

    async def check_message(self, message: Message, facts: Facts) -> PolicyVerdict:
        self.seen.append(message)
        self.facts.append(dict(facts))
        return await self._check(message, facts)  # type: ignore[no-any-return]


class HousePolicy(FakePolicy):
    """One that judges every campaign on text channels."""

    applies_to = frozenset({"sms", "mms"})


class PatientPolicy(FakePolicy):
    """One that waits for something before it answers."""


def says(decision: str, until: int | None = None) -> Check:
    async def check(message: Message, facts: Facts) -> PolicyVerdict:
        return PolicyVerdict(decision, "fake", "rule", "because", until=until)  # type: ignore[arg-type]

    return check


def after_a_while(decision: str, seconds: float = 0) -> Check:
    async def check(message: Message, facts: Facts) -> PolicyVerdict:
        await anyio.sleep(seconds)
        return PolicyVerdict(decision, "fake", "rule", "because")  # type: ignore[arg-type]

    return check
