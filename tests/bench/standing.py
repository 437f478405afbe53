"""How soon a rate of trouble pauses a sender, and how often it does so for nothing.

A sender of 10 messages in 5 minutes, whose messages cause trouble with a known chance, and what the
rules of `tactful-observers` make of it, beside the rule that everybody thinks of first: the share
alone. `python -m tests.bench.standing` (`make standing-report`) writes the table and the pictures
of docs/explanation/standing.md anew; the seed is fixed, so they come out the same.
"""

import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from random import Random
from statistics import median

from tactful.values import DAY, HOUR, SECOND, Instant, Span
from tactful_observers import ObserverSettings, watchers
from tactful_observers.rules import Proof, Rule
from tests.bench.curves import Curve, picture

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "explanation" / "standing.md"
SEED = 20_261_124
RUNS = 1_000
EACH: Span = 30 * SECOND
CHUNK = 120
"""So many messages are counted at once: an hour of them."""


@dataclass(frozen=True, slots=True)
class Question:
    """A rule that is tried at several true rates.

    `delay` is the mean time until trouble is heard of, `before` how many messages with the first
    of the rates have left already. `name` is what the place in the page is called.
    """

    name: str
    rule: str
    title: str
    rates: tuple[float, ...]
    messages: int
    delay: Span
    window: Span
    picture: str
    before: int = 0


QUESTIONS = (
    Question("complaints", "complaint_rate", "Complaints", (0.0005, 0.001, 0.003, 0.01), 100_000,
             60 * SECOND, 7 * DAY, "standing-complaints.svg"),
    Question("late-complaints", "complaint_rate", "Complaints, heard of after 6 hours",
             (0.0005, 0.001, 0.003, 0.01), 100_000, 6 * HOUR, 7 * DAY, "standing-late.svg"),
    Question("turn", "complaint_rate", "Complaints after 20,000 good mails",
             (0.0005, 0.001, 0.003, 0.01), 50_000, 6 * HOUR, 7 * DAY, "standing-turn.svg", 20_000),
    Question("opt-outs", "opt_out_rate", "Opt-outs", (0.005, 0.01, 0.03, 0.06), 20_000,
             HOUR, DAY, "standing-opt-outs.svg"),
    Question("filtered", "filtered_rate", "Filtered texts (30007)",
             (0.002, 0.005, 0.03, 0.10), 20_000, 60 * SECOND, DAY, "standing-filtered.svg"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """After how many messages each pause came (from `before` on), of how many that were sent."""

    pauses: tuple[int, ...]
    messages: int

    @property
    def first(self) -> int | None:
        """The messages until the first pause."""
        return self.pauses[0] if self.pauses else None


class Judge(ABC):
    """Takes in messages that were sent, and trouble; says until when to rest."""

    @abstractmethod
    def sent(self, many: int, at: Instant) -> None:
        """So many messages left, about then."""

    @abstractmethod
    def trouble(self, sent_at: Instant, now: Instant) -> Instant:
        """Trouble with a message; return the end of the pause, or 0."""


class ByRule(Judge):
    """A rule of ours."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._proof = Proof()

    def sent(self, many: int, at: Instant) -> None:
        self._proof = self._rule.take(self._proof, at, at, of=many)

    def trouble(self, sent_at: Instant, now: Instant) -> Instant:
        self._proof = self._rule.take(self._proof, sent_at, now, events=1)
        return self._proof.until


class ByShare(Judge):
    """The share alone: trouble over messages, of a window, after at least `least` messages."""

    def __init__(self, limit: float, window: Span, least: int) -> None:
        self._limit = limit
        self._least = least
        self._window = window
        self._since: Instant = 0
        self._sent: list[tuple[Instant, int]] = []
        self._trouble: list[Instant] = []

    def sent(self, many: int, at: Instant) -> None:
        self._sent.append((at, many))

    def trouble(self, sent_at: Instant, now: Instant) -> Instant:
        if sent_at < self._since:
            return 0
        self._trouble.append(sent_at)
        oldest = max(self._since, now - self._window)
        self._trouble = [at for at in self._trouble if at >= oldest]
        self._sent = [one for one in self._sent if one[0] >= oldest]
        sent = sum(many for _, many in self._sent)
        if sent < self._least or len(self._trouble) <= self._limit * sent:
            return 0
        self._since = now + DAY
        self._sent, self._trouble = [], []
        return self._since


def run(question: Question, judge: Judge, rate: float, chance: Random, *, once: bool) -> Run:
    """Send until all messages are sent, or (`once`) to the first pause after those `before`.

    Which messages cause trouble, and when it is heard of, is known beforehand.
    """
    before, messages = question.before, question.before + question.messages
    numbers = [
        *_troubling(question.rates[0], 0, before, chance),
        *_troubling(rate, before, messages, chance),
    ]
    waits = {number: int(-log(1 - chance.random()) * question.delay) for number in numbers}
    heard: list[tuple[Instant, Instant]] = []  # when it will be heard of, and when it left
    pauses: list[int] = []
    now, done, place = DAY, 0, 0
    while done < messages:
        many = min(CHUNK, messages - done)
        while place < len(numbers) and numbers[place] < done + many:
            left = now + (numbers[place] - done) * EACH
            heard.append((left + waits[numbers[place]], left))
            place += 1
        counted, rests_until = _hour(judge, heard, now, many)
        done += counted
        now += counted * EACH
        if rests_until:
            if done > before:
                pauses.append(done - before)
            if once and pauses:
                break
            # What would have left in the rest of this hour leaves after the pause.
            heard = [one for one in heard if one[1] < now]
            while place and numbers[place - 1] >= done:
                place -= 1
            for at, left in sorted(one for one in heard if one[0] < rests_until):
                heard.remove((at, left))
                judge.trouble(left, at)
            now = rests_until
    return Run(tuple(pauses), max(0, done - before))


def _hour(
    judge: Judge, heard: list[tuple[Instant, Instant]], now: Instant, many: int
) -> tuple[int, Instant]:
    """Send for an hour; return how many have left, and the end of the pause, or 0."""
    counted = 0
    for at, left in sorted(one for one in heard if one[0] < now + many * EACH):
        so_far = min(many, (max(at, now) - now) // EACH + 1)
        if so_far > counted:
            judge.sent(so_far - counted, now + counted * EACH)
            counted = so_far
        heard.remove((at, left))
        rests_until = judge.trouble(left, max(at, now))
        if rests_until:
            return counted, rests_until
    if many > counted:
        judge.sent(many - counted, now + counted * EACH)
    return many, 0


def _troubling(rate: float, start: int, end: int, chance: Random) -> Iterator[int]:
    number = start - 1
    while True:
        number += 1 + int(log(1 - chance.random()) / log(1 - rate))
        if number >= end:
            return
        yield number


# ---- what came out ------------------------------------------------------------------------------


OURS, SHARE, LATE_SHARE = "Tactful", "the share alone", "the share, after 100"


def measured(
    question: Question, rule: Rule, *, runs: int = RUNS, seed: int = SEED
) -> dict[tuple[str, float], list[Run]]:
    """Return the runs of all rules at each rate."""
    stop = rule.stop or rule.watch
    judges: dict[str, Callable[[], Judge]] = {
        OURS: lambda: ByRule(rule),
        SHARE: lambda: ByShare(stop, question.window, 1),
        LATE_SHARE: lambda: ByShare(stop, question.window, 100),
    }
    return {
        (name, rate): [
            run(question, make(), rate, Random(f"{seed}/{rate}/{number}"), once=rate >= stop)
            for number in range(runs)
        ]
        for rate in question.rates
        for name, make in judges.items()
    }


def table(question: Question, stop: float, found: dict[tuple[str, float], list[Run]]) -> str:
    """Write the figures as a table; a pause is false below the limit `stop`."""
    lines = [
        f"| true rate | | {OURS} | {SHARE} | {LATE_SHARE} |",
        "| --- | --- | --- | --- | --- |",
    ]
    for rate in question.rates:
        is_bad = rate >= stop
        said = (
            "messages until the pause: median (9 of 10 runs)"
            if is_bad
            else "false pauses in 100,000 messages"
        )
        figures = " | ".join(
            _until(found[name, rate], question) if is_bad else _pauses(found[name, rate])
            for name in (OURS, SHARE, LATE_SHARE)
        )
        lines.append(f"| {rate * 100:g} % | {said} | {figures} |")
    return "\n".join(lines)


def _pauses(runs: Sequence[Run]) -> str:
    per = sum(len(one.pauses) for one in runs) / sum(one.messages for one in runs) * 100_000
    return f"{per:,.2f}" if per < 10 else f"{per:,.0f}"


def _until(runs: Sequence[Run], question: Question) -> str:
    firsts = [one.first or question.messages + 1 for one in runs]
    ninth = sorted(firsts)[int(len(firsts) * 0.9)]
    late = f"{ninth:,}" if ninth <= question.messages else f"over {question.messages:,}"
    return f"{median(firsts):,.0f} ({late})"


def curves(question: Question, found: dict[tuple[str, float], list[Run]]) -> str:
    """Draw how many of the runs are paused after so many messages."""
    lines = []
    for (name, rate), runs in found.items():
        if name == LATE_SHARE:
            continue
        firsts = sorted(one.first for one in runs if one.first is not None)
        points = [(float(first), (n + 1) / len(runs)) for n, first in enumerate(firsts)]
        lines.append(Curve(f"{rate * 100:g} %", points, dashed=name == SHARE))
    return picture(
        f"{question.title}: share of {RUNS:,} runs that were paused",
        "messages sent",
        lines,
        (10.0, float(question.messages)),
    )


def with_table(page: str, name: str, said: str) -> str:
    """Return the page with a table in its place, instead of the one that stood there."""
    place = re.compile(rf"(<!-- {name} -->\n)(?:.*?\n)??(<!-- end -->)", re.DOTALL)
    page, found = place.subn(lambda match: f"{match[1]}\n{said}\n\n{match[2]}", page, count=1)
    if not found:
        raise ValueError(f"the page has no place `{name}`")
    return page


def main() -> None:
    """Write the tables and the pictures of the page anew."""
    rules = {rule.name: rule for one in watchers(ObserverSettings()) for rule in one.rules}
    page = PAGE.read_text(encoding="utf-8")
    for question in QUESTIONS:
        rule = rules[question.rule]
        found = measured(question, rule)
        said = table(question, rule.stop or rule.watch, found)
        sys.stdout.write(f"{question.title}\n\n{said}\n\n")
        page = with_table(page, question.name, said)
        (DOCS / "pictures" / question.picture).write_text(curves(question, found), encoding="utf-8")
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
