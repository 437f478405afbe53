"""The contract suites bite: what breaks a rule fails the test of that rule."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any

import anyio
import msgspec
import pytest
from msgspec import Struct

from tactful.errors import PluginInvalid, ValueUnreadable
from tactful.guard.standing import Observed, Observer, SenderSignal
from tactful.language import Word
from tactful.language.vocabulary import At
from tactful.runtime.ports import (
    Accepted,
    Channel,
    Desk,
    Finding,
    HandOffCase,
    Message,
    Policy,
    PolicyVerdict,
    Refused,
    SendOutcome,
)
from tactful.testing import (
    ChannelContract,
    DeskContract,
    ObserverContract,
    PolicyContract,
    RecordingChannel,
    WordsContract,
    sample_message,
)
from tactful.values import MINUTE, Instant
from tests.testing.kept import ListDesk, NoShouting


def channel_suite(made: Callable[[], Any]) -> Any:
    class Suite(ChannelContract):
        longest = 0.2

        def channel(self) -> Channel:
            return made()  # type: ignore[no-any-return]

    return Suite()


class Raising(RecordingChannel):
    async def send(self, message: Message) -> SendOutcome:
        message.text.encode()
        return await super().send(message)


class SameId(RecordingChannel):
    async def send(self, message: Message) -> SendOutcome:
        return Accepted("ok")


class SaysNotSent(RecordingChannel):
    async def reconcile(self, message: Message) -> SendOutcome | None:
        return Refused("it is not in the list")


class SaysSent(RecordingChannel):
    async def reconcile(self, message: Message) -> SendOutcome | None:
        return Accepted("probably")


class Locks(RecordingChannel):
    """Holds a lock that a call which is cut off never gives back."""

    taken = False

    async def send(self, message: Message) -> SendOutcome:
        if self.taken:
            await anyio.sleep_forever()
        self.taken = True
        await anyio.lowlevel.checkpoint()
        self.taken = False
        return await super().send(message)


class ClosesOnce(RecordingChannel):
    open = True

    async def aclose(self) -> None:
        if not self.open:
            raise RuntimeError("it is closed already")
        self.open = False


class LooksUp(RecordingChannel):
    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        import socket

        socket.getaddrinfo("localhost", 25)
        return ()


class NoCurrency(RecordingChannel):
    def cost(self, medium: str, country: str | None, segments: int) -> str | None:
        return "0.05"


class Nameless(RecordingChannel):
    name = "the post office"


BROKEN_CHANNELS: list[tuple[type[RecordingChannel], str]] = [
    (Raising, "test_an_odd_text_gets_an_outcome_and_the_next_message_goes_on"),
    (SameId, "test_each_message_gets_an_id_of_its_own"),
    (SaysNotSent, "test_what_was_accepted_is_never_said_to_be_not_sent"),
    (SaysSent, "test_what_was_never_sent_is_never_said_to_be_accepted"),
    (Locks, "test_a_call_that_is_cut_off_ends_and_the_next_message_goes_on"),
    (ClosesOnce, "test_it_can_be_closed_unused_and_twice"),
    (NoCurrency, "test_costs_can_be_read_and_grow_with_the_segments"),
    (LooksUp, "test_senders_are_judged_without_any_network"),
    (Nameless, "test_a_flow_can_name_it"),
]


@pytest.mark.parametrize(("made", "test"), BROKEN_CHANNELS)
def test_a_channel_that_breaks_a_rule_fails_that_test(
    made: type[RecordingChannel], test: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = {"monkeypatch": monkeypatch} if test in _PATCHING else {}
    with pytest.raises((AssertionError, RuntimeError, TimeoutError, ValueUnreadable)):
        getattr(channel_suite(made), test)(**needs)


_PATCHING = {
    "test_costs_can_be_read_and_grow_with_the_segments",
    "test_senders_are_judged_without_any_network",
}


class Moody(NoShouting):
    """Gives another verdict every time."""

    calls = 0

    async def check_message(self, message: Message, facts: Mapping[str, Any]) -> PolicyVerdict:
        self.calls += 1
        return PolicyVerdict("warn", self.name, "mood", f"the {self.calls}th time")


class Wordless(NoShouting):
    async def check_message(self, message: Message, facts: Mapping[str, Any]) -> PolicyVerdict:
        return PolicyVerdict("refuse" if message.text.isupper() else "allow", "no_shouting")


class Demanding(NoShouting):
    async def check_message(self, message: Message, facts: Mapping[str, Any]) -> PolicyVerdict:
        return PolicyVerdict("allow", facts["first_name"] and self.name)


BROKEN_POLICIES: list[tuple[type[NoShouting], str]] = [
    (Moody, "test_the_same_message_gets_the_same_verdict_again"),
    (Moody, "test_it_allows_what_it_should"),
    (Wordless, "test_it_refuses_what_it_should_and_says_why"),
    (Demanding, "test_a_person_of_whom_little_is_known_gets_a_verdict"),
]


@pytest.mark.parametrize(("made", "test"), BROKEN_POLICIES)
def test_a_policy_that_breaks_a_rule_fails_that_test(made: type[NoShouting], test: str) -> None:
    class Suite(PolicyContract):
        def policy(self) -> Policy:
            return made()

        def refused(self) -> Message:
            return sample_message(text="YOUR ORDER IS LATE")

    with pytest.raises((AssertionError, KeyError)):
        getattr(Suite(), test)()


class Growing(Struct, frozen=True):
    signals: tuple[SenderSignal, ...] = ()


class Hoarder:
    """Keeps every signal for ever, and never sees trouble."""

    name = "hoarder"
    version = 1

    def start(self) -> Growing:
        return Growing()

    def load(self, text: bytes) -> Growing:
        return msgspec.json.decode(text or b"{}", type=Growing)

    def observe(
        self, state: Growing, signal: SenderSignal, now: Instant
    ) -> tuple[Growing, Observed]:
        return Growing((*state.signals, signal)), Observed("healthy")


@pytest.mark.parametrize(
    "test",
    [
        "test_the_state_does_not_grow_for_ever",
        "test_a_sender_in_trouble_does_not_and_people_are_told_why",
        "test_a_state_that_cannot_be_read_is_told",
    ],
)
def test_an_observer_that_breaks_a_rule_fails_that_test(test: str) -> None:
    class Suite(ObserverContract):
        most_bytes = 10_000

        def observer(self) -> Observer:
            return Hoarder()

        def trouble(self) -> Iterable[SenderSignal]:
            return [SenderSignal("complaint", MINUTE)]

    with pytest.raises((AssertionError, msgspec.DecodeError)):
        getattr(Suite(), test)()


class Fussy(ListDesk):
    async def open(self, case: HandOffCase) -> None:
        if any(case.key == known.key for known in self.cases):
            raise ValueError("it has this one already")
        case.note.encode()
        self.cases.append(case)


@pytest.mark.parametrize(
    "test", ["test_the_same_hand_off_may_come_again", "test_an_odd_note_is_passed_on"]
)
def test_a_desk_that_breaks_a_rule_fails_that_test(test: str) -> None:
    class Suite(DeskContract):
        def desk(self) -> Desk:
            return Fussy()

    with pytest.raises((AssertionError, ValueError)):
        getattr(Suite(), test)()


class NoExample(Word):
    """Give loyalty points."""

    phrase = "grant points"
    points: Annotated[int, At(0)]


class WrongExample(Word):
    """Give loyalty points.
    grant points lots"""

    phrase = "grant points"
    points: Annotated[int, At(0)]


class Taken(Word):
    """Wait in another way.
    wait"""

    phrase = "wait"


BROKEN_WORDS: list[tuple[type[Word], str]] = [
    (NoExample, "test_each_has_a_sentence_and_an_example_that_begins_with_its_phrase"),
    (WrongExample, "test_each_example_can_be_read_where_its_word_may_stand"),
    (Taken, "test_none_has_a_phrase_of_the_core_or_of_another"),
]


@pytest.mark.parametrize(("word", "test"), BROKEN_WORDS)
def test_a_word_that_breaks_a_rule_fails_that_test(word: type[Word], test: str) -> None:
    class Suite(WordsContract):
        plugin = "loyalty"

        def words(self) -> Iterable[type[Word]]:
            return [word]

    with pytest.raises((AssertionError, PluginInvalid)):
        getattr(Suite(), test)()
