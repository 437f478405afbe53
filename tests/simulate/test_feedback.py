"""A rehearsal plays what providers and people say of senders, and observers act on it."""

from typing import Any

import anyio
import msgspec
import pytest

from tactful.graph.model import Campaign
from tactful.guard.standing import Observed, Pause, SenderSignal
from tactful.guard.strategies import WINDOW
from tactful.plugins.config import Limits
from tactful.simulate.behaviour import parse_behaviour
from tactful.simulate.harm import Harm
from tactful.simulate.rehearsal import rehearse
from tactful.store.rows import EventRow
from tactful.values import HOUR, Instant
from tests.runtime.stage import NINE, compile_flow, person, rows_of
from tests.runtime.watched import Heard, Strict

TEXTS = 'journey:\n  send sms "Hello {{ first_name }}"\n'
MAILS = 'journey:\n  send email:\n    subject "Hello"\n    "Hello {{ first_name }}"\n'
CODE = 'outcome = "undelivered"\ncode = "30007"'


def play(campaign: Campaign, script: str, observer: Strict) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []

    async def run() -> None:
        await rehearse(
            campaign,
            rows_of([person(number, phone=f"+1202555{number:04d}") for number in range(1, 101)]),
            start=NINE,
            behaviour=parse_behaviour(f"[[behave]]\n{script}\n", name="a test"),
            strategies={"window": WINDOW},
            limits=Limits(),
            observers={observer.name: observer},
            line=lines.append,
        )

    anyio.run(run)
    return lines


class AtHome(Strict):
    media = frozenset({"sms", "email", "voice"})


@pytest.mark.parametrize(
    ("flow", "script", "kind", "code"),
    [
        (TEXTS, CODE, "undelivered", "30007"),
        (TEXTS, 'outcome = "rejected"\ncode = "21612"', "refused", "21612"),
        (MAILS, "complaint = true", "complaint", ""),
        (TEXTS, 'reply = "STOP"', "opt_out", ""),
    ],
)
def test_what_a_script_makes_happen_is_heard_at_its_rate(
    flow: str, script: str, kind: str, code: str
) -> None:
    observer = AtHome(("healthy", None))
    play(compile_flow(flow), f'share = "30%"\nmessage = 0\nafter = "1 minute"\n{script}', observer)
    heard = [signal.code for signal in observer.signals if signal.kind == kind]
    assert set(heard) == {code}
    assert 15 <= len(heard) <= 45


class Pausing(AtHome):
    """Pauses a sender for an hour when the tenth text of it is filtered."""

    def observe(self, state: Heard, signal: SenderSignal, now: Instant) -> tuple[Heard, Observed]:
        state = Heard((*state.kinds, signal.code))
        if signal.code and state.kinds.count("30007") == 10:
            return state, Observed("paused", Pause(now + HOUR), ("ten were filtered",))
        return state, Observed("healthy")


def test_observers_act_in_a_rehearsal_as_they_would_on_a_live_campaign() -> None:
    lines = play(compile_flow(TEXTS), f'after = "30 seconds"\n{CODE}', Pausing())
    moves = [line["standing"] for line in lines if line["event"] == "standing"]
    assert moves[:2] == ["paused", "slowed"]
    sent = sorted(line["at"] for line in lines if line["event"] == "sent")
    assert len(sent) == 100
    assert (sent[9], sent[10]) == ("2026-12-01T09:00:00.000Z", "2026-12-01T10:00:30.000Z")


def test_the_worst_that_is_said_of_a_sender_is_a_finding_of_a_plan() -> None:
    harm = Harm()
    for before, standing, reason in (
        ("healthy", "watched", "60 texts in a minute"),
        ("watched", "slowed", "2,000 texts a day"),
        ("slowed", "watched", "it is better"),
    ):
        told = {"by": "sms", "group": "text", "sender": "+353 1 555 0100", "before": before}
        data = msgspec.json.encode({**told, "standing": standing, "reason": reason}).decode()
        harm.watch(EventRow(NINE, 1, None, "standing", data=data))
    (finding,) = harm.findings()
    assert finding.code == "PL114"
    assert "(text) slowed, says sms: 2,000 texts a day" in finding.message
