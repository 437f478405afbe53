"""What every desk keeps, as tests that a plugin's author derives from."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable

import anyio

from tactful.plugins.kinds import can_be_named
from tactful.runtime.ports import Desk, HandOffCase
from tactful.testing.samples import ODD_TEXTS, sample_case


class DeskContract(ABC):
    """Derive a class whose name begins with `Test`, and give it a desk that takes hand-offs.

    A desk that needs a server gets a real one, on 127.0.0.1, from a fixture of the derived class.
    `longest` is how many seconds anything may take here.
    """

    longest: float = 20.0

    @abstractmethod
    def desk(self) -> Desk:
        """Return a new desk, ready to take hand-offs. Called inside a running event loop."""

    def case(self, number: int = 1, note: str = "Wants a call back.") -> HandOffCase:
        """Return an ordinary hand-off."""
        return sample_case(number, note=note)

    def test_it_has_a_name(self) -> None:
        async def ask(desk: Desk) -> None:
            assert can_be_named(desk.name), f"`{desk.name}` is no name"

        self._with(ask)

    def test_a_hand_off_is_passed_on(self) -> None:
        self._with(self._opening(self.case()))

    def test_the_same_hand_off_may_come_again(self) -> None:
        """After a crash the engine does not know whether it was passed on."""
        self._with(self._opening(self.case(), self.case()))

    def test_many_at_once_are_passed_on(self) -> None:
        async def all_at_once(desk: Desk) -> None:
            async with anyio.create_task_group() as tasks:
                for number in range(1, 21):
                    tasks.start_soon(desk.open, self.case(number))

        self._with(all_at_once)

    def test_an_odd_note_is_passed_on(self) -> None:
        for what, text in ODD_TEXTS.items():
            try:
                self._with(self._opening(self.case(note=text)))
            except Exception as error:
                raise AssertionError(f"{what}: it raised {error!r}") from error

    def test_one_that_is_cut_off_ends_and_the_next_is_passed_on(self) -> None:
        async def cut_off(desk: Desk) -> None:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(desk.open, self.case(1))
                await anyio.lowlevel.checkpoint()
                tasks.cancel_scope.cancel()
            await desk.open(self.case(2))

        self._with(cut_off)

    def test_it_can_be_closed_unused_and_twice(self) -> None:
        async def close(desk: Desk) -> None:
            await _close(desk)
            await _close(desk)

        self._with(close)

    # ---- how it is done -------------------------------------------------------------------------

    def _with(self, work: Callable[[Desk], Awaitable[None]]) -> None:
        async def whole() -> None:
            with anyio.fail_after(self.longest):
                desk = self.desk()
                try:
                    await work(desk)
                finally:
                    await _close(desk)

        anyio.run(whole)

    def _opening(self, *cases: HandOffCase) -> Callable[[Desk], Awaitable[None]]:
        async def open_all(desk: Desk) -> None:
            for case in cases:
                await desk.open(case)

        return open_all


async def _close(desk: Desk) -> None:
    close = getattr(desk, "aclose", None)
    if close is not None:
        await close()
