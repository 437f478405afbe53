"""What every observer of senders keeps, as tests that a plugin's author derives from."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, get_args

import msgspec

from tactful.errors import StoreInvalid
from tactful.guard.standing import (
    STANDINGS,
    Advice,
    Observed,
    Observer,
    SenderSignal,
    SignalKind,
)
from tactful.plugins.kinds import can_be_named
from tactful.values import DAY, MINUTE, SECOND, Instant

START: Instant = 1_800_000_000_000_000
_KINDS: tuple[SignalKind, ...] = get_args(SignalKind)


class ObserverContract(ABC):
    """Derive a class whose name begins with `Test`: say what trouble the observer must see.

    `most_bytes` is how large the stored state of one sender may get.
    """

    most_bytes: int = 64 << 10

    @abstractmethod
    def observer(self) -> Observer:
        """Return the observer that is tested."""

    @abstractmethod
    def trouble(self) -> Iterable[SenderSignal]:
        """Return signals after which a sender is no longer `healthy`."""

    def calm(self) -> Iterable[SenderSignal]:
        """Return signals after which a sender is still `healthy`."""
        for number in range(1_000):
            at = START + number * MINUTE
            yield SenderSignal("sent", at)
            yield SenderSignal("delivered", at + SECOND)

    # ---- what it says of itself -----------------------------------------------------------------

    def test_a_flow_can_name_it_and_its_state_has_a_version(self) -> None:
        observer = self.observer()
        assert can_be_named(observer.name), f"`{observer.name}` cannot stand in a flow"
        assert isinstance(observer.version, int)
        assert observer.version >= 1

    # ---- what it makes of senders ---------------------------------------------------------------

    def test_a_sender_without_trouble_stays_healthy(self) -> None:
        _, observed = self._all_of(self.calm())
        assert observed.standing == "healthy", observed
        assert observed.advice is None, observed

    def test_a_sender_in_trouble_does_not_and_people_are_told_why(self) -> None:
        _, observed = self._all_of(self.trouble())
        assert observed.standing != "healthy", observed
        assert observed.reasons, "people are shown the reasons beside the standing"

    def test_whatever_happens_it_gives_a_standing(self) -> None:
        """Signals come again, late, in any order, with codes that nobody has seen before."""
        for seed in range(5):
            chance = random.Random(seed)
            signals: list[SenderSignal] = []
            for _ in range(400):
                late = chance.choice((0, 0, SECOND, 3 * DAY))
                at = START + chance.randrange(2 * DAY) - late
                code = chance.choice(("", "30007", "5.7.1", "?", "x" * 200))
                signals.append(SenderSignal(chance.choice(_KINDS), at, code))
                signals += signals[-1:] * chance.randint(0, 2)
            state = self.observer().start()
            now = START
            for signal in signals:
                now += chance.choice((0, SECOND, MINUTE))
                state, observed = self.observer().observe(state, signal, now)
                _is_sane(observed)

    # ---- the state ------------------------------------------------------------------------------

    def test_it_is_pure(self) -> None:
        observer = self.observer()
        state = observer.start()
        for signal in self.trouble():
            before = _stored(state)
            first, again = (observer.observe(state, signal, signal.at) for _ in range(2))
            assert _stored(first[0]) == _stored(again[0])
            assert first[1] == again[1]
            assert _stored(state) == before, "observe changed the state that it was given"
            state = first[0]

    def test_the_state_survives_being_stored(self) -> None:
        observer = self.observer()
        state = observer.start()
        for signal in (*self.trouble(), *self.calm()):
            stored = _stored(state)
            assert _stored(observer.load(stored)) == stored
            state, _ = observer.observe(observer.load(stored), signal, signal.at)

    def test_a_state_that_cannot_be_read_is_told(self) -> None:
        for text in (b"", b"nonsense", b"[1, 2]", b'{"version": "new"}', b"\xff"):
            try:
                self.observer().load(text)
            except StoreInvalid:
                continue
            raise AssertionError(f"{text!r} was read as a state")

    def test_the_state_does_not_grow_for_ever(self) -> None:
        observer = self.observer()
        state = observer.start()
        for number in range(5_000):
            at = START + number * MINUTE
            kind = _KINDS[number % len(_KINDS)]
            state, _ = observer.observe(state, SenderSignal(kind, at, f"c{number}"), at)
        size = len(_stored(state))
        assert size <= self.most_bytes, f"{size:,} bytes after 5,000 signals"

    # ---- how it is done -------------------------------------------------------------------------

    def _all_of(self, signals: Iterable[SenderSignal]) -> tuple[Any, Observed]:
        observer = self.observer()
        state, observed = observer.start(), Observed("healthy")
        for signal in signals:
            state, observed = observer.observe(state, signal, signal.at)
        return state, observed


def _stored(state: Any) -> bytes:
    return msgspec.json.encode(state)


def _is_sane(observed: Observed) -> None:
    assert isinstance(observed, Observed), f"no standing, but {observed!r}"
    assert observed.standing in STANDINGS, observed
    assert observed.advice is None or isinstance(observed.advice, Advice), observed
    assert all(isinstance(reason, str) for reason in observed.reasons), observed
