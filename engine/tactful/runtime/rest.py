"""Rest: how the engine's loop waits, in real time or on a virtual clock, which then jumps."""

from collections.abc import Callable, Iterable

import anyio

from tactful.runtime.clock import Clock, JumpClock
from tactful.values import MILLISECOND, SECOND, Instant, Span

POLL: Span = 50 * MILLISECOND
"""How long a rest lasts at most, in real time: so often other processes' writes are looked for."""


async def rest_really(clock: Clock, awake: anyio.Event, until: Instant | None) -> None:
    """Wait until something wakes the loop, a moment comes, or it is time to look around."""
    soon = POLL / SECOND
    if until is not None:
        soon = min(soon, clock.real_seconds(until))
    with anyio.move_on_after(soon):
        await awake.wait()


async def rest_virtually(
    clock: JumpClock,
    awake: anyio.Event,
    under_way: Callable[[], bool],
    moments: Callable[[], Iterable[Instant | None]],
) -> None:
    """Wait for what is really under way; with nothing under way, jump to what comes next."""
    await anyio.lowlevel.checkpoint()
    if awake.is_set():
        return
    until = None if under_way() else min((at for at in moments() if at is not None), default=None)
    if until is not None:
        clock.jump(until)
        return
    with anyio.move_on_after(POLL / SECOND):
        await awake.wait()
