"""Each observer keeps what the contract says, in little space."""

from collections.abc import Iterable

from tactful.guard.standing import Observer, SenderSignal
from tactful.testing import ObserverContract
from tactful.values import MINUTE, SECOND
from tactful_observers import ObserverSettings, RepetitionWatcher, watchers

START = 1_800_000_000_000_000
SMS, EMAIL, VOICE, CHAT = watchers(ObserverSettings())


class _Small(ObserverContract):
    most_bytes = 20_000


class TestSms(_Small):
    def observer(self) -> Observer:
        return SMS

    def trouble(self) -> Iterable[SenderSignal]:
        for number in range(100):
            at = START + number * MINUTE
            yield SenderSignal("sent", at)
            yield SenderSignal("undelivered", at + SECOND, "30007")


class TestEmail(_Small):
    def observer(self) -> Observer:
        return EMAIL

    def trouble(self) -> Iterable[SenderSignal]:
        for number in range(300):
            yield SenderSignal("sent", START + number * MINUTE)
        for number in range(10):
            yield SenderSignal("complaint", START + (300 + number) * MINUTE)


class TestVoice(_Small):
    def observer(self) -> Observer:
        return VOICE

    def trouble(self) -> Iterable[SenderSignal]:
        for number in range(100):
            yield SenderSignal("sent", START + number * MINUTE)

    def calm(self) -> Iterable[SenderSignal]:
        for number in range(500):
            at = START + number * 30 * MINUTE
            yield SenderSignal("sent", at)
            yield SenderSignal("delivered" if number % 2 else "no answer", at + SECOND)


class TestChat(_Small):
    def observer(self) -> Observer:
        return CHAT

    def trouble(self) -> Iterable[SenderSignal]:
        for number in range(100):
            yield SenderSignal("sent", START + number * MINUTE)
            yield SenderSignal("opt_out", START + number * MINUTE)


class TestRepetition(_Small):
    def observer(self) -> Observer:
        from tactful_observers.settings import RepetitionSettings

        return RepetitionWatcher(RepetitionSettings())

    def trouble(self) -> Iterable[SenderSignal]:
        for number in range(300):
            at = START + number * SECOND
            yield SenderSignal("sent", at, text="same", sender=f"s{number % 3}")
