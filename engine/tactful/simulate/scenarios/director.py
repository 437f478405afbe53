"""The director: plays the lines of a scenario from the top, whenever the engine is at rest."""

from collections.abc import Callable, Generator

from tactful.graph.channels import ADDRESSED_BY
from tactful.language.tree import Node
from tactful.language.words import scenarios as words
from tactful.runtime.audience.recipients import Recipient
from tactful.runtime.incoming import Incoming
from tactful.simulate import arrivals
from tactful.simulate.scenarios.expectations import Expectations
from tactful.simulate.scenarios.near import Unmet
from tactful.simulate.scenarios.passage import Passage, Turns
from tactful.simulate.scenarios.record import Happening, Record
from tactful.simulate.scenarios.script import Script
from tactful.simulate.scenarios.stage import StageChannel
from tactful.simulate.scenarios.standing import Standing
from tactful.store.rows import SignalRow
from tactful.values import Duration, Instant

VOICE = "voice"
Join = Callable[[Recipient], None]


class Director:
    """Plays one scenario; `over` says that it is settled, and `unmet` why it failed, at `line`.

    Set `incoming`, `launch` and `join` (which lets a recipient enter) before it begins, and
    `joining` while somebody is about to.
    """

    def __init__(
        self,
        script: Script,
        passage: Passage,
        channel: StageChannel,
        record: Record,
        standing: Standing,
        expectations: Expectations,
    ) -> None:
        self.over = False
        self.unmet: Unmet | None = None
        self.line = script.node
        self.incoming: Incoming | None = None
        self.launch = ""
        self.join: Join | None = None
        self.joining = False
        self._script = script
        self._passage = passage
        self._channel = channel
        self._record = record
        self._standing = standing
        self._expectations = expectations
        self._signals = 0
        self._played = self._play()

    def at_rest(self, now: Instant, due: Instant | None) -> Instant:
        """Go on with the lines, all that is due being done; return how far time may move."""
        self._passage.now, self._passage.due = now, due
        if self.joining or self.over:
            return now
        broken = self._expectations.broken()
        if broken is not None:
            self.line, self.unmet = broken
        else:
            try:
                return next(self._played)
            except Unmet as unmet:
                self.unmet = unmet
            except StopIteration:
                pass
        self.over = True
        return now

    def _play(self) -> Turns:
        first = self._script.first
        for place, line in enumerate(self._script.lines):
            if first is not None and not isinstance(line.word, words.Fate):
                yield from self._enter(first)
                first = None
            self.line = line
            yield from self._one(place, line)
        for guard in list(self._expectations.guards):
            self.line = guard.line
            yield from self._passage.until(guard.until)

    def _one(self, place: int, line: Node) -> Turns:
        match line.word:
            case words.Given() | words.AlsoGiven():
                yield from self._enter(self._script.people[place])
            case words.Fate(channel=channel, outcome=outcome, after=after):
                self._channel.decide(channel, outcome, after.span if after else None)
            case words.Expect():
                yield from self._expectations.play(line)
            case words.PersonReplies(text=text, after=after, channel=channel):
                channel = yield from self._reached(channel)
                yield from self._after(after)
                tag, address, now = self._tag(), self._address(channel), self._passage.now
                yield from self._arrive(arrivals.reply(text, channel, address, now, tag))
            case words.PressesKey(key=key, after=after):
                channel = yield from self._reached(VOICE)
                yield from self._passage.wait(after)
                self._expectations.guards.clear()
                call, now = self._channel.last[channel], self._passage.now
                yield from self._arrive(arrivals.press(call, key, now))
            case words.OptsOut(after=after, channel=channel):
                channel = yield from self._reached(channel)
                yield from self._after(after)
                tag, address, now = self._tag(), self._address(channel), self._passage.now
                yield from self._arrive(arrivals.opt_out(channel, address, now, tag))
            case words.EventComes(name=name, after=after):
                yield from self._after(after)
                carried = self._script.carried[place]
                tag, now = self._tag(), self._passage.now
                yield from self._arrive(
                    arrivals.event(name, self.launch, carried.key, carried.values, now, tag)
                )

    # ---- what happens ---------------------------------------------------------------------------

    def _enter(self, person: Recipient) -> Turns:
        assert self.join is not None
        self._standing.person = person
        self.join(person)
        yield self._passage.now

    def _after(self, after: Duration | None) -> Turns:
        """Let time pass before something happens; then counting `exactly` is over."""
        yield from self._passage.wait(after)
        yield from self._passage.settle()
        self._expectations.guards.clear()

    def _arrive(self, signal: SignalRow) -> Turns:
        assert self.incoming is not None
        self.incoming.later(self._passage.now, signal)
        yield self._passage.now

    def _tag(self) -> str:
        self._signals += 1
        return f"scenario/{self._signals}"

    # ---- on which channel -----------------------------------------------------------------------

    def _reached(self, channel: str | None) -> Generator[Instant, None, str]:
        """Wait for the first message, for nobody answers what has not come; return its channel."""
        yield from self._passage.until_so(lambda: self._last(channel) is not None, None)
        last = self._last(channel)
        if last is None:
            raise Unmet("no message came that the person could answer")
        return str(last.line["channel"])

    def _last(self, channel: str | None) -> Happening | None:
        sent = (one for one in reversed(self._record.happenings) if one.event == "sent")
        return next((one for one in sent if channel in (None, one.line.get("channel"))), None)

    def _address(self, channel: str) -> str:
        person = self._standing.person
        return str(getattr(person, ADDRESSED_BY.get(channel, "key")))
