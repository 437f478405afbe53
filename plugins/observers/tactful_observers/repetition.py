"""Sees the same text going out from many senders, which carriers call snowshoeing.

It looks at all senders of texts at once: its state is one for all of them.
"""

import msgspec

from tactful.errors import StoreInvalid
from tactful.guard.standing import Gauge, Observed, SenderSignal, Watch
from tactful.values import HOUR, Instant
from tactful_observers.settings import RepetitionSettings
from tactful_observers.sketches import Heard, printed

VERSION = 1
_MOST_PAIRS = 120
_TURN = 12 * HOUR

Pairs = dict[str, int]  # print of the text, and print of the sender → how often


class RepetitionState(msgspec.Struct, frozen=True):
    """How often the commonest texts left from which sender, in this half of a day and the last."""

    version: int = VERSION
    turn: int = -1
    now: Pairs = {}
    before: Pairs = {}
    heard: Heard = Heard()


class RepetitionWatcher:
    """Tells people of a text that several senders repeat; it stops none of them.

    Counted after Misra and Gries over pairs of text and sender: never too many.
    """

    name = "repetition"
    version = VERSION
    media = frozenset({"sms", "mms"})
    across = True

    def __init__(self, settings: RepetitionSettings) -> None:
        self._settings = settings

    def start(self) -> RepetitionState:
        """Return the state when nothing was sent."""
        return RepetitionState()

    def load(self, text: bytes) -> RepetitionState:
        """Read a stored state. Raises `StoreInvalid`."""
        try:
            state = msgspec.json.decode(text, type=RepetitionState)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StoreInvalid(f"the state of `repetition` cannot be read: {error}") from error
        if state.version != VERSION:
            raise StoreInvalid(f"the state of `repetition` has version {state.version}")
        return state

    def observe(
        self, state: RepetitionState, signal: SenderSignal, now: Instant
    ) -> tuple[RepetitionState, Observed]:
        """Take in a text that was sent; other signals say nothing here."""
        turn = now // _TURN
        if turn > state.turn:
            before = state.now if turn == state.turn + 1 else {}
            state = msgspec.structs.replace(state, turn=turn, now={}, before=before)
        at = signal.at if signal.sent_at is None else signal.sent_at
        is_now = at // _TURN >= state.turn
        if signal.kind == "sent" and signal.text and signal.sender and is_now:
            heard = state.heard.add(signal)
            if heard is not None:
                name = printed(signal.text) + printed(signal.sender)
                state = msgspec.structs.replace(state, now=_counted(state.now, name), heard=heard)
        return state, self._judged(state)

    def _judged(self, state: RepetitionState) -> Observed:
        pairs = dict(state.before)
        for name, count in state.now.items():
            pairs[name] = pairs.get(name, 0) + count
        senders: dict[str, int] = {}
        texts: dict[str, int] = {}
        for name, count in pairs.items():
            if count >= self._settings.texts:
                senders[name[:8]] = senders.get(name[:8], 0) + 1
                texts[name[:8]] = texts.get(name[:8], 0) + count
        most = max(senders, key=lambda text: (senders[text], texts[text]), default="")
        many = senders.get(most, 0)
        gauges = (Gauge("senders_of_one_text", many, 0, self._settings.senders, "count"),)
        if many < self._settings.senders:
            return Observed("healthy", gauges=gauges)
        reason = (
            f"{many} senders have sent the same text, {texts[most]:,} times in a day; carriers "
            "take that for spam that hides. Send it from one number, or say it differently"
        )
        return Observed("watched", Watch(), (reason,), gauges)


def _counted(pairs: Pairs, name: str) -> Pairs:
    if name in pairs or len(pairs) < _MOST_PAIRS:
        return {**pairs, name: pairs.get(name, 0) + 1}
    return {other: count - 1 for other, count in pairs.items() if count > 1}
