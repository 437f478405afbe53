"""The journeys in hand: those of which something is open, each once, with shared address facts."""

from collections import deque
from collections.abc import Mapping

from tactful.guard.folding import fold
from tactful.journey.state import decode
from tactful.runtime.active import Active, Address, Live, Revision
from tactful.store.rows import Loaded


class Hand:
    """Keeps a journey in memory from its first change until all of it is durable and at rest.

    A row that a read brings is older than what is in hand; so what is in hand wins.
    """

    def __init__(self, actives: Mapping[int, Active], revisions: Mapping[int, Revision]) -> None:
        self._actives = actives
        self._revisions = revisions
        self._lives: dict[int, Live] = {}
        self._addresses: dict[str, Address] = {}
        self._submitted: deque[tuple[int, list[Live]]] = deque()
        self._idle: list[Live] = []

    def __len__(self) -> int:
        return len(self._lives)

    def take(self, loaded: Loaded) -> Live | None:
        """Return the journey of a row; None when its launch is not run by this engine."""
        recipient = loaded.recipient
        live = self._lives.get(recipient.id)
        if live is not None:
            return live
        live = self.make(loaded)
        if live is None:
            return None
        if recipient.phone:
            live.addresses["phone"] = self._address(
                recipient.phone, loaded.suppressed_phone, loaded.recent_phone
            )
        if recipient.email:
            live.addresses["email"] = self._address(
                recipient.email, loaded.suppressed_email, loaded.recent_email
            )
        self._lives[live.id] = live
        self._idle.append(live)
        return live

    def make(self, loaded: Loaded) -> Live | None:
        """Return a journey to look at, not in hand; None when its launch is not run here."""
        recipient = loaded.recipient
        active = self._actives.get(recipient.launch)
        if active is None:
            return None
        state = loaded.journey.state
        return Live(
            active,
            self._revisions[recipient.revision],
            recipient,
            loaded.journey,
            decode(state) if state is not None else None,
            loaded.open,
        )

    def _address(self, text: str, suppressed: tuple[str, ...], recent: int) -> Address:
        """Return the facts of an address; all its spellings share them."""
        folded = fold(text)
        known = self._addresses.get(folded)
        if known is None:
            known = self._addresses[folded] = Address(suppressed, recent)
        known.uses += 1
        return known

    def suppress(self, address: str, group: str) -> None:
        """An opt-out reaches what is in hand at once, also what is about to be sent."""
        known = self._addresses.get(fold(address))
        if known is not None:
            known.suppressed.add(group)

    def lift(self, address: str, group: str) -> None:
        """An opt-out has ended."""
        known = self._addresses.get(fold(address))
        if known is not None:
            known.suppressed.discard(group)

    def settle(self, lives: list[Live], seq: int) -> None:
        """Note that a group with these journeys was submitted."""
        self._submitted.append((seq, lives))

    def claim(self, live: Live) -> None:
        """Keep a journey until it is released: it was found due, and its turn is still to come."""
        live.claimed = True

    def release(self, live: Live) -> None:
        """Its turn has come; what is at rest now may be let go."""
        live.claimed = False
        self._idle.append(live)

    def let_go(self, durable: int) -> None:
        """Forget what is at rest and durable. Called only when no read is under way."""
        idle, self._idle = self._idle, []
        while self._submitted and self._submitted[0][0] <= durable:
            idle += self._submitted.popleft()[1]
        for live in idle:
            if live.claimed or live.flights or live.seq > durable:
                continue
            if self._lives.pop(live.recipient.id, None) is None:
                continue
            for kind, address in live.addresses.items():
                address.uses -= 1
                if not address.uses:
                    self._addresses.pop(fold(getattr(live.recipient, kind)), None)
