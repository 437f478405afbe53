"""Why an expectation did not come true, in words: what nearly fitted, and what happened instead."""

from collections.abc import Iterable

from tactful.language.vocabulary import Word
from tactful.language.words import scenarios as words
from tactful.simulate.scenarios.looks import MESSAGE, flat, text_of
from tactful.simulate.scenarios.record import Happening, Record
from tactful.simulate.scenarios.zoned import WallClock
from tactful.values import Instant

_SHOWN_TEXT = 160


class Unmet(Exception):
    """A line did not come true. `hints` say what nearly fitted."""

    def __init__(self, message: str, *hints: str) -> None:
        super().__init__(message)
        self.message = message
        self.hints = hints


class Explainer:
    """Words for what the record of one scenario holds."""

    def __init__(self, record: Record, clock: WallClock) -> None:
        self._record = record
        self._clock = clock

    def one_too_many(self, one: Happening, message: str) -> Unmet:
        """Return the mistake of something that came and should not have."""
        return Unmet(f"{message}, at {self._clock.shown(one.at)}", *_said(one))

    def no_message(self, word: words.ExpectMessage, found: int, since: Instant) -> Unmet:
        """Return the mistake of a message that did not come, or not often enough."""
        channel = word.channel
        if found:
            times = "time" if found == 1 else "times"
            return Unmet(f"an {channel} came {found} {times}, not {word.exactly}", *self._end())
        of_channel = [one for one in self._events("sent") if one.line.get("channel") == channel]
        hints: list[str] = []
        for one in of_channel:
            hints += self._nearly(one, word, since)
        if not of_channel:
            hints += self._held_back(channel)
        return Unmet(f"{_article(channel)} {channel} like this did not come", *hints, *self._end())

    def no_hand_off(self, queue: str | None, since: Instant) -> Unmet:
        """Return the mistake of a conversation that was given to nobody, or to somebody else."""
        hints = []
        for one in self._events("hand_off"):
            if queue in (None, one.line.get("queue")):
                hints.append(self._too_early(one, since))
            else:
                hints.append(f"it went to `{one.line.get('queue')}`")
        return Unmet("the conversation was not given to a person", *hints, *self._end())

    def no_note(self) -> Unmet:
        """Return the mistake of a note that did not come, or said something else."""
        hints = [
            f"a note said “{_short(str(one.line['note']))}”"
            for one in self._events("hand_off")
            if one.line.get("note")
        ]
        return Unmet("no note like this came", *hints, *self._end())

    def not_so(self, word: Word, state: str) -> Unmet:
        """Return the mistake of something that did not become true."""
        match word:
            case words.ExpectTag(name=name):
                return Unmet(f"the person did not get the tag `{name}`", state, *self._end())
            case words.ExpectStage(name=name):
                return Unmet(f"the journey did not come into `{name}`", state, *self._end())
            case words.ExpectEnd():
                return Unmet("the journey is not over", state)
        return Unmet("this does not hold", state, *self._end())

    # ---- parts ----------------------------------------------------------------------------------

    def _events(self, *names: str) -> Iterable[Happening]:
        return [one for one in self._record.happenings if one.event in names]

    def _nearly(self, one: Happening, word: words.ExpectMessage, since: Instant) -> Iterable[str]:
        """Say what keeps a message of the right channel from being the one expected."""
        at = self._clock.shown(one.at)
        if word.containing is not None and flat(word.containing) not in flat(text_of(one)):
            if not self._record.is_claimed(one, MESSAGE):
                yield f"one came at {at}, but it said “{_short(text_of(one))}”"
        elif self._record.is_claimed(one, MESSAGE):
            yield f"the one that came at {at} was seen by an `expect` above"
        elif one.at < since:
            yield self._too_early(one, since)
        elif word.at is not None:
            yield f"one came at {at}, not at {word.at}"
        else:
            yield f"one came at {at}, which is too late"

    def _too_early(self, one: Happening, since: Instant) -> str:
        at = self._clock.shown(one.at)
        if one.at >= since:
            return f"one came at {at}"
        return f"one came at {at}, before the `expect` above was settled"

    def _held_back(self, channel: str) -> Iterable[str]:
        """Say what kept messages of a channel from leaving."""
        for one in self._events("refused", "expired", "held"):
            if one.line.get("channel") == channel:
                why = one.line.get("reason", "")
                named = {"held": "waited", "refused": "was refused", "expired": "came too late"}
                yield f"one {named[one.event]} at {self._clock.shown(one.at)}: {why}"

    def _end(self) -> Iterable[str]:
        for one in self._events("ended"):
            state = str(one.line.get("state", "")).replace("_", " ")
            because = f": {one.line['because']}" if one.line.get("because") else ""
            yield f"the journey ended at {self._clock.shown(one.at)} ({state}{because})"


def _said(one: Happening) -> tuple[str, ...]:
    said = text_of(one) or str(one.line.get("note") or "")
    if one.event == "hand_off":
        return (f"it went to `{one.line.get('queue')}`",)
    return (f"it said “{_short(said)}”",) if said else ()


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_TEXT else text[: _SHOWN_TEXT - 1] + "…"


def _article(channel: str) -> str:
    return "an" if channel[0] in "aeiou" or channel in ("sms", "mms") else "a"
