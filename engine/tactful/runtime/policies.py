"""Policies are asked before the decision, side by side and within a time; no answer refuses."""

import hashlib
from collections.abc import Mapping, Sequence

import anyio
import msgspec

from tactful.guard.judge import Reason, Verdict
from tactful.runtime.active import Live
from tactful.runtime.faults import fault_of
from tactful.runtime.ports import Message, Policy, PolicyVerdict
from tactful.runtime.workers import message_of
from tactful.store.rows import SendRow

LIMIT_SECONDS = 5.0
"""How long one policy may think about one message, in real time."""
MOST_TEXT = {"email": 100_000}
"""How many characters of a text policies see, by channel: a CPU-bound check cannot be cancelled."""
MOST_TEXT_ELSEWHERE = 1_600

DECISIONS = ("allow", "warn", "refuse")

Asked = tuple[Live, SendRow]


async def ask(asking: Sequence[Asked]) -> list[tuple[Live, SendRow, Verdict]]:
    """Return what all policies of each send's campaign say of it; deny wins, warnings are kept."""
    answers: list[Verdict | None] = [None] * len(asking)

    async def judge_one(place: int, live: Live, row: SendRow) -> None:
        answers[place] = await _judge(live, row)

    async with anyio.create_task_group() as tasks:
        for place, (live, row) in enumerate(asking):
            tasks.start_soon(judge_one, place, live, row)
    return [
        (live, row, verdict)
        for (live, row), verdict in zip(asking, answers, strict=True)
        if verdict is not None
    ]


async def _judge(live: Live, row: SendRow) -> Verdict:
    active = live.active
    said = await ask_each(active.policies, message_of(live, row), _facts(live))
    reasons = tuple(
        Reason(verdict.policy, verdict.rule or "policy", verdict.reason)
        for verdict in sorted(said, key=lambda verdict: verdict.decision != "refuse")
        if verdict.decision != "allow"
    )
    if any(verdict.decision == "refuse" for verdict in said):
        return Verdict("refuse", reasons)
    return Verdict("warn" if reasons else "allow", reasons, saw=print_of(live, row))


async def ask_each(
    policies: Sequence[Policy], message: Message, facts: Mapping[str, object]
) -> list[PolicyVerdict]:
    """Return what each policy says of a message; one without an answer in time refuses."""
    most = MOST_TEXT.get(message.channel, MOST_TEXT_ELSEWHERE)
    message = msgspec.structs.replace(message, text=message.text[:most])
    return [await _ask_one(policy, message, facts) for policy in policies]


def print_of(live: Live, row: SendRow) -> str:
    """Return a hash of what policies judge a send by: its text, its facts, and their versions."""
    versions = [(policy.name, policy.version) for policy in live.active.policies]
    seen = msgspec.json.encode(
        [row.text, row.subject, row.leave, _facts(live), versions], order="sorted"
    )
    return hashlib.sha256(seen).hexdigest()[:16]


def _facts(live: Live) -> dict[str, object]:
    purpose = live.active.guards.purpose
    return {"purpose": purpose, "locale": live.recipient.locale, **live.values}


async def _ask_one(policy: Policy, message: Message, facts: Mapping[str, object]) -> PolicyVerdict:
    try:
        with anyio.fail_after(LIMIT_SECONDS):
            verdict = await policy.check_message(message, facts)
    except TimeoutError:
        reason = f"no answer within {LIMIT_SECONDS:g} seconds"
        return PolicyVerdict("refuse", policy.name, "no answer", reason)
    except BaseException as error:
        return PolicyVerdict("refuse", policy.name, "error", fault_of(error))
    if not isinstance(verdict, PolicyVerdict) or verdict.decision not in DECISIONS:
        return PolicyVerdict("refuse", policy.name, "error", f"no verdict, but {verdict!r:.100}")
    return verdict
