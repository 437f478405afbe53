"""The `expect` lines of a scenario: what each waits for, and when it is settled or unmet.

An `expect` sees what happened from the moment at which the one before it was settled, that moment
included; and no message, hand-off or note twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tactful.language.tree import Node
from tactful.language.vocabulary import Word
from tactful.language.words import scenarios as words
from tactful.simulate.scenarios import looks
from tactful.simulate.scenarios.near import Explainer, Unmet
from tactful.simulate.scenarios.passage import Passage, Turns
from tactful.simulate.scenarios.record import Happening, Record
from tactful.simulate.scenarios.standing import Standing
from tactful.simulate.scenarios.zoned import WallClock
from tactful.values import MINUTE, Duration, Instant


@dataclass(frozen=True, slots=True)
class Guard:
    """An `exactly … within …` that is settled, and broken by one more message before its end."""

    line: Node
    look: looks.Look
    since: Instant
    until: Instant


class Expectations:
    """Plays the `expect` lines of one scenario. `guards` are those that still watch."""

    def __init__(
        self, passage: Passage, record: Record, standing: Standing, clock: WallClock
    ) -> None:
        self.guards: list[Guard] = []
        self._passage = passage
        self._record = record
        self._standing = standing
        self._clock = clock
        self._explain = Explainer(record, clock)
        self._since = passage.now

    def play(self, line: Node) -> Turns:
        """Play one line. Raises `Unmet`."""
        yield from self._one(line, line.word)
        self._since = self._passage.now

    def _one(self, line: Node, word: Word) -> Turns:
        match word:
            case words.ExpectMessage():
                yield from self._message(line, word)
            case words.ExpectNoMessage(channel=channel, containing=containing, within=within):
                yield from self._none([looks.message(channel, containing)], within)
            case words.ExpectHandOff(to=queue, within=within):
                unmet = lambda: self._explain.no_hand_off(queue, self._since)  # noqa: E731
                yield from self._some(looks.hand_offs(queue), within, unmet)
            case words.ExpectNoHandOff(to=queue, within=within):
                yield from self._none(looks.hand_offs(queue), within)
            case words.ExpectNote(containing=containing, within=within):
                yield from self._some([looks.note(containing)], within, self._explain.no_note)
            case words.ExpectTag(name=name, within=within):
                yield from self._so(lambda: name in self._standing.tags, word, within)
            case words.ExpectNoTag(name=name, within=within):
                yield from self._passage.wait(within)
                if name in self._standing.tags:
                    raise Unmet(f"the person has the tag `{name}`")
            case words.ExpectStage(name=name, within=within):
                since = self._since
                yield from self._so(lambda: self._standing.was_in(name, since), word, within)
            case words.ExpectEnd(within=within):
                yield from self._so(lambda: self._standing.is_over, word, within)
            case words.ExpectThat(within=within):
                holds = looks.condition(word)
                is_so = lambda: holds(self._standing.names, self._passage.now)  # noqa: E731
                yield from self._so(is_so, word, within)

    # ---- messages and hand-offs -----------------------------------------------------------------

    def _message(self, line: Node, word: words.ExpectMessage) -> Turns:
        look = looks.message(word.channel, word.containing)
        count, since = word.exactly or 1, self._since
        deadline = self._passage.deadline(word.within)
        if word.at is not None and word.at.day is not None:
            deadline = max(self._passage.now, self._clock.moment(word.at) + MINUTE - 1)

        def found() -> list[Happening]:
            some = look.find(self._record, since)
            return [one for one in some if word.at is None or self._clock.is_at(one.at, word.at)]

        yield from self._passage.until_so(lambda: len(found()) >= count, deadline)
        some = found()
        if len(some) < count:
            raise self._explain.no_message(word, len(some), since)
        if word.exactly is not None and len(some) > count:
            raise self._explain.one_too_many(some[count], f"there were {len(some)}, the last one")
        self._record.claim(some[:count], look.kind)
        if word.exactly is not None and deadline is not None:
            self.guards.append(Guard(line, look, since, deadline))

    def _some(
        self, some: Sequence[looks.Look], within: Duration | None, unmet: Callable[[], Unmet]
    ) -> Turns:
        found = self._finder(some)
        yield from self._passage.until_so(lambda: bool(found()), self._passage.deadline(within))
        if not found():
            raise unmet()
        self._record.claim(found()[:1], some[0].kind)

    def _none(self, some: Sequence[looks.Look], within: Duration | None) -> Turns:
        found = self._finder(some)
        deadline = self._passage.deadline(within)
        yield from self._passage.until_so(
            lambda: bool(found()), self._passage.now if deadline is None else deadline
        )
        if found():
            raise self._explain.one_too_many(found()[0], "one came")

    def _finder(self, some: Sequence[looks.Look]) -> Callable[[], list[Happening]]:
        since = self._since
        return lambda: [one for look in some for one in look.find(self._record, since)]

    # ---- what is so -----------------------------------------------------------------------------

    def _so(self, is_so: Callable[[], bool], word: Word, within: Duration | None) -> Turns:
        yield from self._passage.until_so(is_so, self._passage.deadline(within))
        if not is_so():
            raise self._explain.not_so(word, self._standing.words)

    # ---- guards ---------------------------------------------------------------------------------

    def broken(self) -> tuple[Node, Unmet] | None:
        """Return the first guard that one more message breaks; let go those whose time is over."""
        for guard in list(self.guards):
            later = guard.look.find(self._record, guard.since)
            more = [one for one in later if one.at <= guard.until]
            if more:
                return guard.line, self._explain.one_too_many(more[0], "one more came")
            if self._passage.now >= guard.until:
                self.guards.remove(guard)
        return None
