"""Policies are asked before the decision, many messages at a time; no answer in time refuses.

Most policies answer without waiting for anything: they are asked one after the other, and cost no
task. One that has waited once is asked in tasks of its own from then on.
"""

import hashlib
import math
from collections import deque
from collections.abc import Coroutine, Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any

import anyio
import msgspec
from msgspec import Struct

from tactful.graph.approvals import approved, print_of_all, print_of_texts
from tactful.graph.channels import group_of
from tactful.graph.model import Send
from tactful.graph.texts import LOCALE
from tactful.guard.judge import Reason, Verdict
from tactful.runtime.active import Active, Live
from tactful.runtime.consents import ConsentBook
from tactful.runtime.costs import region
from tactful.runtime.facts import House
from tactful.runtime.faults import fault_of, storable
from tactful.runtime.judging import defaults_of
from tactful.runtime.lanes import ANSWER, URGENT
from tactful.runtime.ports import Message, Policy, PolicyVerdict
from tactful.runtime.workers import message_of
from tactful.store.rows import SendRow
from tactful.values import Instant

LIMIT_SECONDS = 5.0
"""How long one policy may think about one message, in real time."""
MOST_TEXT = {"email": 100_000}
"""How many characters of a text policies see, by channel: a CPU-bound check cannot be cancelled."""
MOST_TEXT_ELSEWHERE = 1_600
BREATH = 32
"""After so many messages that were judged at once others get their turn."""

DECISIONS = ("allow", "warn", "hold", "refuse")

Asked = tuple[Live, SendRow]
_replace = msgspec.structs.replace
_encode = msgspec.json.Encoder().encode


class Policies:
    """All policies that are installed, and the house of which they learn."""

    def __init__(self, policies: Mapping[str, Policy], house: House, book: ConsentBook) -> None:
        self._policies = dict(sorted(policies.items()))
        self._house = house
        self._book = book

    def seat(self, active: Active, media: Iterable[str]) -> str:
        """Give a launch the policies that judge it; returns why nothing of it may leave, if so."""
        guards, house = active.guards, self._house
        active.judges = {
            medium: tuple(
                policy
                for name, policy in self._policies.items()
                if name in guards.policies or medium in defaults_of(policy)
            )
            for medium in media
        }
        active.book = self._book
        active.facts = {
            "purpose": guards.purpose,
            "owner": guards.owner,
            "campaign": active.campaign.graph.name,
            "house": house.name,
            "business": house.business,
            "brands": house.brands,
            "domains": house.domains,
        }
        pinned = (*guards.policies, *guards.house_policies)
        gone = next((name for name in pinned if name not in self._policies), None)
        return f"the policy `{gone}` is not installed" if gone is not None else ""


class Question(Struct, frozen=True):
    """One message for one policy; `place` says whose answer it is."""

    place: int
    policy: Policy
    message: Message
    facts: Mapping[str, object]


async def ask(asking: Sequence[Asked], now: Instant) -> list[tuple[Live, SendRow, Verdict]]:
    """Return what all policies of each send's campaign say of it; deny wins, warnings are kept."""
    questions: list[Question] = []
    prints: list[str] = []
    for place, (live, row) in enumerate(asking):
        message = _seen(_replace(message_of(live, row), permitted_at=now))
        facts = facts_of(live, row)
        prints.append(print_of(live, row, facts))
        judges = live.active.judges.get(row.channel, ())
        questions += [Question(place, policy, message, facts) for policy in judges]
    said: list[list[PolicyVerdict]] = [[] for _ in asking]
    for question, verdict in await _answers(questions):
        said[question.place].append(_sound(verdict, question.policy, now))
    return [
        (live, row, approving(live, row, _in_all(verdicts, seen)))
        for (live, row), verdicts, seen in zip(asking, said, prints, strict=True)
    ]


async def ask_each(
    policies: Sequence[Policy], message: Message, facts: Mapping[str, object]
) -> list[PolicyVerdict]:
    """Return what each policy says of a message; one without an answer in time refuses."""
    seen = _seen(message)
    questions = [Question(0, policy, seen, facts) for policy in policies]
    answers = await _answers(questions)
    return [_sound(verdict, question.policy, message.permitted_at) for question, verdict in answers]


def _seen(message: Message) -> Message:
    most = MOST_TEXT.get(message.channel, MOST_TEXT_ELSEWHERE)
    return message if len(message.text) <= most else _replace(message, text=message.text[:most])


def _in_all(said: Sequence[PolicyVerdict], saw: str) -> Verdict:
    """Return what several policies say together."""
    weights = {decision: weight for weight, decision in enumerate(DECISIONS)}
    said = sorted(said, key=lambda verdict: -weights[verdict.decision])
    reasons = tuple(reason for verdict in said for reason in _reasons(verdict))
    decision = said[0].decision if said else "allow"
    if decision == "refuse":
        return Verdict("refuse", reasons)
    if decision == "hold":
        until = max(verdict.until or 0 for verdict in said if verdict.decision == "hold")
        return Verdict("hold", reasons, until, saw=saw)
    good = [verdict.until for verdict in said if verdict.until is not None]
    return Verdict(decision, reasons, min(good, default=None), saw=saw)


def _reasons(verdict: PolicyVerdict) -> Iterator[Reason]:
    """Yield why a policy does not simply allow: its main reason, and every other rule's."""
    if verdict.decision == "allow":
        return
    rules = {verdict.rule or "policy": verdict.reason}
    for finding in verdict.findings:
        rules.setdefault(storable(finding.rule) or "policy", storable(finding.message))
    for rule, reason in rules.items():
        yield Reason(verdict.policy, rule, reason)


def approving(live: Live, row: SendRow, verdict: Verdict) -> Verdict:
    """Return a warning as approved, when every rule that gives it is, for the text of its step."""
    step = live.revision.graph.steps[row.index] if row.index >= 0 else None
    campaign = live.active.campaign
    if verdict.decision != "warn" or not campaign.approvals or not isinstance(step, Send):
        return verdict
    texts = {print_of_texts([step]), print_of_all(live.revision.graph)}
    reasons = []
    for reason in verdict.reasons:
        found = [one for text in texts for one in approved(campaign, reason.by, reason.code, text)]
        if not found:
            return verdict
        by = " and ".join(f"{one.by}: {one.because}" for one in found)
        reasons.append(_replace(reason, text=f"{reason.text} (approved by {by})"))
    return _replace(verdict, decision="approved", reasons=tuple(reasons))


# ---- what they see ------------------------------------------------------------------------------


def print_of(live: Live, row: SendRow, facts: Mapping[str, object] | None = None) -> str:
    """Return a hash of what policies judge a send by: its text, its facts, and their versions."""
    facts = facts_of(live, row) if facts is None else facts
    judges = live.active.judges.get(row.channel, ())
    versions = [(policy.name, policy.version) for policy in judges]
    seen = _encode([row.text, row.subject, row.leave, facts, versions])
    return hashlib.blake2b(seen, digest_size=8).hexdigest()


def facts_of(live: Live, row: SendRow) -> dict[str, object]:
    """Return what policies learn of a message beside it; our own facts cover columns."""
    active = live.active
    return {
        **live.values,
        **active.facts,
        "locale": live.values[LOCALE],
        "country": live.recipient.country or region(row.to) or region(live.recipient.phone),
        "sender": row.sender,
        "first": not reached(live, group_of(row.channel)),
        "answering": row.prio == ANSWER,
        "urgent": row.prio == URGENT,
        "zones": live.zones,
        "consents": active.book.of(row.to, row.channel),
    }


def reached(live: Live, group: str) -> bool:
    """Return whether a journey has sent anything on a group of channels."""
    steps = live.revision.graph.steps
    sends = (steps[index] for index in (live.journey.reached if live.journey else ()))
    return any(isinstance(step, Send) and group_of(step.channel) == group for step in sends)


# ---- asking -------------------------------------------------------------------------------------

_patient: set[type] = set()
"""The kinds of policies that have waited for something before they answered."""

Answered = tuple[Question, object]


async def _answers(questions: Sequence[Question]) -> list[Answered]:
    """Return the answer to each question, in no order."""
    answers: list[Answered] = []
    at_once = deque(one for one in questions if type(one.policy) not in _patient)
    while at_once:
        await _ask_at_once(at_once, answers)
        await anyio.lowlevel.checkpoint()
    known = {id(question) for question, _ in answers}
    rest = [one for one in questions if id(one) not in known]
    if rest:
        async with anyio.create_task_group() as tasks:
            for question in rest:
                tasks.start_soon(_ask_in_time, question, answers)
    return answers


async def _ask_at_once(questions: deque[Question], answers: list[Answered]) -> None:
    """Ask policies that need not wait, a breath of them; one that does is waited for, once."""
    question = None
    with anyio.CancelScope() as scope:
        for _ in range(min(BREATH, len(questions))):
            question = questions.popleft()
            if type(question.policy) in _patient:
                continue
            answer: object
            try:
                work = question.policy.check_message(question.message, question.facts)
                answer = _first_step(work)
                if isinstance(answer, _Waits):
                    _patient.add(type(question.policy))
                    scope.deadline = anyio.current_time() + LIMIT_SECONDS
                    answer = await answer
                    scope.deadline = math.inf
            except BaseException as error:
                answer = PolicyVerdict("refuse", question.policy.name, "error", fault_of(error))
            answers.append((question, answer))
    if scope.cancelled_caught and question is not None:
        answers.append((question, _late(question.policy)))


async def _ask_in_time(question: Question, answers: list[Answered]) -> None:
    policy = question.policy
    try:
        with anyio.fail_after(LIMIT_SECONDS):
            answer = await policy.check_message(question.message, question.facts)
    except TimeoutError:
        answer = _late(policy)
    except BaseException as error:
        answer = PolicyVerdict("refuse", policy.name, "error", fault_of(error))
    answers.append((question, answer))


def _late(policy: Policy) -> PolicyVerdict:
    return PolicyVerdict(
        "refuse", policy.name, "no answer", f"no answer within {LIMIT_SECONDS:g} seconds"
    )


class _Waits:
    """Work that has begun and now waits: awaiting it goes on where it is."""

    def __init__(self, work: Coroutine[Any, Any, Any], waits_for: Any) -> None:
        self._work = work
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, object]:
        waits_for = self._waits_for
        while True:
            try:
                try:
                    heard = yield waits_for
                except BaseException as error:
                    waits_for = self._work.throw(error)
                else:
                    waits_for = self._work.send(heard)
            except StopIteration as done:
                return done.value


def _first_step(work: Coroutine[Any, Any, Any]) -> object:
    """Do work up to where it waits for something; return its result, or the rest of it."""
    try:
        waits_for = work.send(None)
    except StopIteration as done:
        return done.value
    return _Waits(work, waits_for)


def _sound(verdict: object, policy: Policy, now: Instant) -> PolicyVerdict:
    """Return a verdict as it can be kept; what is none refuses."""

    def unfit(reason: str) -> PolicyVerdict:
        return PolicyVerdict("refuse", policy.name, "error", storable(reason))

    if not isinstance(verdict, PolicyVerdict) or verdict.decision not in DECISIONS:
        return unfit(f"no verdict, but {verdict!r:.100}")
    said = (verdict.policy, verdict.rule, verdict.reason)
    if not all(isinstance(text, str) for text in said):
        return unfit(f"no verdict, but {verdict!r:.100}")
    until = verdict.until
    if until is None:
        if verdict.decision == "hold":
            return unfit("it holds the message and does not say until when")
    elif not isinstance(until, int) or (until <= now and verdict.decision != "refuse"):
        return unfit("it names a moment that is over")
    if len(verdict.reason) > 0 or len(verdict.rule) > 0:
        return _replace(verdict, rule=storable(verdict.rule), reason=storable(verdict.reason))
    return verdict
