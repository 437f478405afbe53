"""The contract suites hold for what we ship, and for small plugins of each kind."""

from collections.abc import Iterable

from tactful.guard.standing import Observer, SenderSignal
from tactful.guard.strategies import WINDOW, Strategy
from tactful.language import Word
from tactful.plugins import kinds
from tactful.runtime.ports import (
    Channel,
    Desk,
    Message,
    Policy,
)
from tactful.testing import (
    ChannelContract,
    DeskContract,
    ObserverContract,
    PolicyContract,
    RecordingChannel,
    ThrottleContract,
    WordsContract,
    contracts,
    sample_message,
)
from tests.testing.kept import ComplaintWatch, GrantPoints, ListDesk, NoShouting


class TestRecordingChannel(ChannelContract):
    def channel(self) -> Channel:
        return RecordingChannel()


class TestWindow(ThrottleContract):
    remembers = True

    def strategy(self) -> Strategy:
        return WINDOW


class TestNoShouting(PolicyContract):
    def policy(self) -> Policy:
        return NoShouting()

    def refused(self) -> Message:
        return sample_message(text="YOUR ORDER IS LATE")


class TestComplaintWatch(ObserverContract):
    def observer(self) -> Observer:
        return ComplaintWatch()

    def trouble(self) -> Iterable[SenderSignal]:
        return [SenderSignal("complaint", 1_800_000_000_000_000)]


class TestListDesk(DeskContract):
    def desk(self) -> Desk:
        return ListDesk()


class TestGrantPoints(WordsContract):
    plugin = "loyalty"

    def words(self) -> Iterable[type[Word]]:
        return [GrantPoints]


def test_every_kind_that_runs_on_one_machine_has_a_suite() -> None:
    nouns = {kind.noun for kind in (*kinds.NAMED, kinds.WORDS)} - {"runtime"}
    suites = {name.removesuffix("Contract").lower() for name in contracts.__all__}
    assert suites == {"words" if noun == "word" else noun for noun in nouns}
