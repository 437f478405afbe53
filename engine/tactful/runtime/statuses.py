"""Statuses: what became of messages, as providers tell it: repeated, late and in any order."""

from collections.abc import Sequence

import msgspec

from tactful.journey.lifecycle import RANKS, SIGNALS
from tactful.runtime.active import Live
from tactful.runtime.engine import Engine
from tactful.runtime.finding import Finding, in_hand
from tactful.runtime.told import StatusTold, status_told
from tactful.store.rows import SendRow, SignalRow
from tactful.values import Instant


class Statuses:
    """Brings delivery statuses to their sends (promise SIGNAL)."""

    def __init__(self, engine: Engine, finding: Finding) -> None:
        self._engine = engine
        self._finding = finding

    async def take(self, signals: Sequence[SignalRow], now: Instant) -> list[str]:
        """Work statuses in, in their order; return for each what was done with it.

        All are read for at once. Nothing is awaited between the first and the last of them, so that
        what they do becomes durable together.
        """
        numbers = [*dict.fromkeys(one.send for one in signals if one.send is not None)]
        rows = {row.id: row for row in await self._finding.sends(numbers, now)}
        lives = await self._finding.of_sends([*rows.values()], now)
        results = []
        for signal in signals:
            row = rows.get(signal.send or 0)
            live = lives.get(row.journey) if row is not None else None
            try:
                results.append(self._take(signal, row, live, now))
            except msgspec.MsgspecError as error:
                results.append(f"cannot be read ({error})")
        return results

    def _take(self, signal: SignalRow, row: SendRow | None, live: Live | None, now: Instant) -> str:
        if row is None:
            return "no such attempt"
        if live is None:
            return "no channel here carries its campaign"
        told = status_told(signal.data)
        if told.gone:
            self._engine.gone.suppress(live, row, told.reason, now)
        mine = in_hand(live, row)
        if mine is None:
            return "a later attempt has taken its place"
        if signal.name not in SIGNALS:
            return f"`{signal.name}` says nothing new"
        self._engine.outcomes.status(live, self._name(live, mine, told), signal.name, now, told)
        return f"is {signal.name}"

    def _name(self, live: Live, row: SendRow, told: StatusTold) -> SendRow:
        """Note how the provider calls a message, when that was not known."""
        if told.provider_id is None or row.provider_id is not None or row.state not in RANKS:
            return row
        return self._engine.outcomes.name(live, row, told.provider_id)
