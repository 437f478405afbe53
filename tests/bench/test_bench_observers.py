"""What a signal costs: each observer of a busy day, beside the encoding of its state."""

from collections.abc import Iterator
from random import Random
from time import perf_counter

import msgspec
import pytest

from tactful.guard.standing import SenderSignal, SignalKind
from tactful.values import SECOND
from tactful_observers import ObserverSettings, watchers

START = 1_800_000_000_000_000
DAY_OF_MESSAGES = 10_000


def _day(medium: str) -> Iterator[SenderSignal]:
    chance = Random(5)
    for number in range(DAY_OF_MESSAGES):
        at = START + number * 8 * SECOND
        is_lost = chance.random() < 0.02
        end: SignalKind = "undelivered" if is_lost else "delivered"
        for kind in ("sent", end):
            yield SenderSignal(
                kind, at, "30007" if kind == "undelivered" else "", medium=medium,
                recipient=f"r{number}", domain="gmail.com", text=f"t{number % 40}", sent_at=at,
            )  # fmt: skip


@pytest.mark.bench
def test_signals_a_second_of_each_observer() -> None:
    for watcher in watchers(ObserverSettings()):
        signals = [*_day(watcher.name)]
        state = watcher.start()
        started = perf_counter()
        for signal in signals:
            state, _ = watcher.observe(state, signal, signal.at)
        each = (perf_counter() - started) / len(signals)
        started = perf_counter()
        for _ in range(1_000):
            stored = msgspec.json.encode(state)
        encoded = (perf_counter() - started) / 1_000
        print(
            f"{watcher.name:6}: {each * 1e6:5.0f} µs a signal; {len(stored):,} bytes of state, "
            f"{encoded * 1e6:.0f} µs to encode"
        )
