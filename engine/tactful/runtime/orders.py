"""Orders: what people ask of the engine. Durable, applied once, each with its result."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import msgspec

from tactful.errors import TactfulError
from tactful.graph.approvals import carried
from tactful.graph.model import Campaign
from tactful.journey.inputs import Drop
from tactful.journey.lifecycle import LAUNCH, move
from tactful.runtime.active import Active, Live
from tactful.runtime.cases import Cases
from tactful.runtime.claims import RECENT
from tactful.runtime.engine import Engine
from tactful.runtime.finding import Finding, Reopen
from tactful.runtime.lane import Lane
from tactful.runtime.ports import Accepted, Refused, Retry
from tactful.runtime.signals import active_of
from tactful.store.rows import OrderRow
from tactful.values import Instant

_replace = msgspec.structs.replace
_data = msgspec.json.Decoder(dict[str, Any]).decode

BATCH = 500
"""How many journeys are ended in one go when a campaign is stopped."""

Start = Callable[[OrderRow], Awaitable[str]]
Adopt = Callable[[Active, Campaign, Instant], Awaitable[bool]]


class Orders:
    """Applies orders to launches and journeys.

    `adopt` lets a launch take a newer form, `reopen` opens one that is over, `start` begins a
    launch of the file it names.
    """

    def __init__(
        self, engine: Engine, adopt: Adopt, reopen: Reopen, start: Start | None = None
    ) -> None:
        self._engine = engine
        self._cases = Cases(engine, Finding(engine, reopen))
        self._adopt = adopt
        self._start_launch = start
        self._about: list[Active] = []

    async def apply(self, order: OrderRow, now: Instant) -> str:
        """Carry one order out, and log it; returns what was done. Mistakes become the result."""
        self._about = []
        result = await self._carry_out(order, now)
        told = {"order": order.kind, "who": order.who, "key": order.key, "result": result}
        told["because"] = order.because or None
        for active in self._about or (None,):
            self._engine.group.log_launch(active, "order", now, **told)
        return result

    async def _carry_out(self, order: OrderRow, now: Instant) -> str:
        act = _APPLY.get(order.kind)
        if act is None:
            return f"not known: `{order.kind}`"
        try:
            return await act(self, order, now)
        except TactfulError as error:
            return f"not done: {error}"
        except (msgspec.MsgspecError, KeyError, ValueError) as error:
            return f"not done: the order cannot be read ({type(error).__name__}: {error})"

    # ---- campaigns ------------------------------------------------------------------------------

    def _actives(self, order: OrderRow) -> list[Active]:
        if order.campaign is None:
            self._about = active_of_all(self._engine)
        else:
            self._about = active_of(self._engine, order.campaign)
            if not self._about:
                raise TactfulError(f"no campaign `{order.campaign}` is under way")
        return list(self._about)

    def _move(self, active: Active, event: str) -> None:
        state = move(LAUNCH, active.row.state, event)
        active.row = _replace(active.row, state=state)
        self._engine.group.rows.launches[active.row.id] = active.row

    async def _pause(self, order: OrderRow, now: Instant) -> str:
        for active in self._actives(order):
            self._move(active, "pause")
            for lane in _lanes(active):
                lane.paused = True
        return "paused"

    async def _resume(self, order: OrderRow, now: Instant) -> str:
        for active in self._actives(order):
            if active.row.state != "loading" or not active.row.is_held:
                self._move(active, "resume")
            self._engine.misconfigured.resumed(active)
            self._engine.group.rows.launches[active.row.id] = active.row
            for lane in _lanes(active):
                lane.paused = False
        return "resumed"

    async def _stop(self, order: OrderRow, now: Instant) -> str:
        ended = 0
        for active in self._actives(order):
            active.stopping = True
            ended += await self._end_all(active, order.because, now)
            active.close(now)  # only now: after a crash before this, the order is applied again
            self._engine.group.rows.launches[active.row.id] = active.row
        return f"stopped; {ended} journeys cancelled"

    async def _end_all(
        self, active: Active, because: str, now: Instant, spared: str | None = None
    ) -> int:
        """End all journeys, but those of a spared revision; return how many that were."""
        engine, after, ended = self._engine, 0, 0
        while True:
            engine.submit(now)
            numbers = await engine.store.live_journeys(active.row.id, after, BATCH)
            if not numbers:
                return ended
            for live in await self._load(numbers, now):
                if spared is not None and live.revision.graph.revision == spared:
                    continue
                engine.decider.give(live, Drop("cancelled", because or "stopped"), now)
                ended += 1
            after = numbers[-1]

    async def _apply(self, order: OrderRow, now: Instant) -> str:
        """Let launches take the form that the order brings, as it was when the order was given.

        An engine that has read the file itself since then knows better. What is stopped is told by
        the revisions alone, so an order that is applied again after a crash spares the new ones.
        """
        data = _data(order.data or "{}")
        campaign = Campaign.model_validate(data["campaign"])
        told = []
        for active in self._actives(order):
            newer = active.read_at > order.at
            form = carried(active.campaign, campaign)
            changed = not newer and await self._adopt(active, form, now)
            revision = active.campaign.graph.revision
            if newer:
                told.append(f"its file was read later than that, at revision {revision}")
            else:
                told.append(f"revision {revision}" if changed else "nothing is new")
            if data["journeys"] == "stop":
                spared = revision if revision != data["before"] else None
                ended = await self._end_all(active, order.because or "a new form", now, spared)
                told.append(f"{ended} journeys cancelled")
        return "applied: " + "; ".join(told)

    async def _start(self, order: OrderRow, now: Instant) -> str:
        if self._start_launch is None:
            return "not done: this engine starts nothing by order"
        return await self._start_launch(order)

    # ---- journeys and sends ---------------------------------------------------------------------

    async def _load(self, numbers: tuple[int, ...] | list[int], now: Instant) -> list[Live]:
        engine = self._engine
        engine.submit(now)
        engine.let_go()
        rows = await engine.store.load(numbers, now - RECENT)
        lives = [live for row in rows if (live := engine.hand.take(row)) is not None]
        self._about = self._about or [live.active for live in lives[:1]]
        return lives

    async def _drop(self, order: OrderRow, now: Instant) -> str:
        for active in self._actives(order):
            number = await self._engine.store.journey_of(active.row.id, order.key or "")
            for live in await self._load([number] if number is not None else [], now):
                if live.journey is not None and live.journey.ended:
                    return f"{order.key} had ended already"
                self._engine.decider.give(live, Drop("dropped", order.because), now)
                return f"dropped {order.key}"
        raise TactfulError(f"{order.campaign} has no recipient `{order.key}`")

    async def _settle(self, order: OrderRow, now: Instant) -> str:
        data = _data(order.data or "{}")
        self._engine.submit(now)  # an order before this one may have settled it
        rows = await self._engine.store.sends([int(str(data["attempt"]))])
        if not rows:
            raise TactfulError(f"there is no attempt {data['attempt']}")
        if rows[0].state != "in doubt":
            raise TactfulError(f"attempt {rows[0].id} is not in doubt, but {rows[0].state}")
        lives = await self._load([rows[0].journey], now)
        if not lives:
            raise TactfulError(
                "its campaign is not under way", help="Run the campaign's file, then settle."
            )
        live, row = lives[0], rows[0]
        row = live.sends.setdefault((row.index, row.visit), row)
        outcomes = self._engine.outcomes
        if data["outcome"] == "sent":
            outcomes.resolve(live, row, Accepted(row.provider_id or ""), now)
            return f"attempt {row.id} counts as sent"
        if data.get("resend"):
            if live.expires_at(row) <= now:
                raise TactfulError(f"the time of {live.recipient.key} is over; nothing is resent")
            outcomes.resolve(live, row, Retry(0, f"settled by {order.who}"), now)
            return f"attempt {row.id} counts as not sent; another attempt follows"
        outcomes.resolve(live, row, Refused(f"settled by {order.who}"), now)
        return f"attempt {row.id} counts as not sent"

    # ---- cases ----------------------------------------------------------------------------------

    async def _hand_back(self, order: OrderRow, now: Instant) -> str:
        return self._told(await self._cases.close(_item(order), "given back", now))

    async def _close(self, order: OrderRow, now: Instant) -> str:
        return self._told(await self._cases.close(_item(order), "closed", now))

    async def _take(self, order: OrderRow, now: Instant) -> str:
        who = str(_data(order.data or "{}").get("who", order.who))
        return self._told(await self._cases.take(_item(order), who, now))

    async def _answer(self, order: OrderRow, now: Instant) -> str:
        data = _data(order.data or "{}")
        return self._told(
            await self._cases.answer(
                _item(order), str(data["text"]), order.who, now, data.get("channel")
            )
        )

    def _told(self, done: tuple[str, list[Live]]) -> str:
        result, lives = done
        self._about = [live.active for live in lives[:1]]
        return result

    # ---- senders --------------------------------------------------------------------------------

    async def _flag(self, order: OrderRow, now: Instant) -> str:
        data = _data(order.data or "{}")
        flag = self._engine.watching.flag
        done = flag(str(data["sender"]), _group(data), order.who, order.because, now)
        return f"flagged {', '.join(done)}"

    async def _clear(self, order: OrderRow, now: Instant) -> str:
        data = _data(order.data or "{}")
        clear = self._engine.watching.clear
        done = clear(str(data["sender"]), _group(data), order.who, order.because, now)
        return f"cleared {', '.join(done)}"

    # ---- consent --------------------------------------------------------------------------------

    async def _consent(self, order: OrderRow, now: Instant) -> str:
        """The rows are in the store already; what is in hand must learn of it."""
        data = _data(order.data or "{}")
        address = data["address"]
        await self._renew(address)
        for group in data.get("groups", ()):
            if data.get("given"):
                await self._lift(address, group)
            else:
                self._engine.hand.suppress(address, group)
        return "noted"

    async def _consents(self, order: OrderRow, now: Instant) -> str:
        """Records of many people, as `_consent`."""
        data = _data(order.data or "{}")
        for address in data["addresses"]:
            await self._renew(address)
        for address, group in data["lifted"]:
            await self._lift(address, group)
        for address, group in data["suppressed"]:
            self._engine.hand.suppress(address, group)
        return "noted"

    async def _renew(self, address: str) -> None:
        records = await self._engine.store.consents(address)
        self._engine.decider.book.renew(address, records)

    async def _lift(self, address: str, group: str) -> None:
        """An opt-out has ended, unless there has been another since."""
        left = await self._engine.store.suppressions(address)
        if all(row.group != group for row in left):
            self._engine.hand.lift(address, group)


def active_of_all(engine: Engine) -> list[Active]:
    """Return every launch under way."""
    return [active for active in engine.actives.values() if active.row.state in _UNDER_WAY]


_UNDER_WAY = ("loading", "running", "paused")

_APPLY: dict[str, Callable[[Orders, OrderRow, Instant], Coroutine[Any, Any, str]]] = {
    "pause": Orders._pause,
    "resume": Orders._resume,
    "stop": Orders._stop,
    "apply": Orders._apply,
    "start": Orders._start,
    "drop": Orders._drop,
    "settle": Orders._settle,
    "give back": Orders._hand_back,
    "close": Orders._close,
    "take": Orders._take,
    "answer": Orders._answer,
    "consent": Orders._consent,
    "flag sender": Orders._flag,
    "clear sender": Orders._clear,
    "consents": Orders._consents,
}


def _group(data: dict[str, Any]) -> str:
    """Return the group of channels that an order about a sender names; empty: all."""
    return str(data.get("group", ""))


def _item(order: OrderRow) -> int:
    return int(str(_data(order.data or "{}")["item"]))


def _lanes(active: Active) -> list[Lane]:
    return [lane for lanes in active.lanes.values() for lane in lanes]
