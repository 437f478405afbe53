"""A stage for engine tests: a flow, its people, a store, a virtual clock, and what was logged."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from tactful.graph.compile import compile_source
from tactful.graph.model import Campaign
from tactful.guard.standing import Observer
from tactful.guard.strategies import WINDOW, Strategy
from tactful.guard.zones import candidate_zones
from tactful.language import Installed, Vocabulary
from tactful.language.sources import Takes
from tactful.language.words import CORE_WORDS
from tactful.plugins.config import Limits, Prices
from tactful.runtime.active import Active
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.audience.rereading import OpenAgain
from tactful.runtime.clock import JumpClock
from tactful.runtime.facts import House
from tactful.runtime.judging import NO_HOUSE
from tactful.runtime.loading import Loading, load_in_time
from tactful.runtime.logline import LogLines
from tactful.runtime.paces import PaceFor, no_pace
from tactful.runtime.ports import Channel, Message, Policy, SendOutcome
from tactful.runtime.recovery import recover
from tactful.runtime.session import Session, open_session
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.rows import OrderRow, SendRow, SignalRow
from tactful.testing import RecordingChannel
from tactful.values import Instant, Span, parse_instant

NINE = parse_instant("2026-12-01T09:00:00Z")
"""A morning in Dublin: outside the quiet hours of the people on stage."""

HEAD = """\
campaign "Late order"
owner "care@example.com"
purpose service

audience from csv "people.csv":
  key id
  phone mobile
  email email
  timezone tz
  column first_name text

senders:
  sms from "+353 1 555 0100" through outbox
  email from "Acme <care@example.com>" through outbox

"""


VOICE = HEAD.replace("  email from", '  voice from "+353 1 555 0100" through outbox\n  email from')
"""The same head for campaigns that call people, too."""


def compile_flow(text: str, head: str = HEAD) -> Campaign:
    """Compile a flow whose usual head may be left out."""
    compiled = compile_source(
        head + text,
        path="test.flow",
        vocabulary=Vocabulary({"core": tuple(CORE_WORDS)}),
        installed=Installed(
            audiences={"csv": Takes()},
            channels=frozenset({"outbox"}),
            prices={"sms": {"EUR"}, "email": {"EUR"}, "voice": {"EUR"}},
            policies={"fake", "gone"},
            throttles={"window", "strange", "gone"},
            observers={"strict", "odd", "gone"},
            gauges={"sms": {"undelivered_rate", "per_day"}},
        ),
    )
    assert compiled.campaign is not None, [d.message for d in compiled.diagnostics]
    return compiled.campaign


def person(number: int, **values: Any) -> Recipient:
    """Make one recipient of a row; keywords replace what it has."""
    phone = values.pop("phone", f"+1202555{100 + number % 100:04d}")
    zone = values.pop("zone", "Europe/Dublin")
    key = values.pop("key", f"P-{number}")
    return Recipient(
        key=key,
        row=number,
        phone=phone,
        email=values.pop("email", f"p{number}@example.com"),
        zones=candidate_zones(zone, phone, None),
        locale=values.pop("locale", "en"),
        country=None,
        values={"id": key, "first_name": f"Ana{number}", **values},
    )


class SlowChannel:
    """A channel whose calls take time on the virtual clock, after the message has arrived."""

    def __init__(
        self, inner: RecordingChannel, clock: JumpClock, latency: Callable[[Message], Span]
    ) -> None:
        self.name, self.media, self.limits = inner.name, inner.media, inner.limits
        self.confirms_opt_out = inner.confirms_opt_out
        self.reconcile, self.check_sender, self.cost = (
            inner.reconcile,
            inner.check_sender,
            inner.cost,
        )
        self._inner, self._clock, self._latency = inner, clock, latency

    async def send(self, message: Message) -> SendOutcome:
        outcome = await self._inner.send(message)
        await self._clock.sleep(self._latency(message))
        return outcome


def slow(latency: Callable[[Message], Span]) -> Callable[[RecordingChannel, JumpClock], Channel]:
    """Return what makes a channel slow, for `on_stage(wrap=…)`."""
    return lambda inner, clock: SlowChannel(inner, clock, latency)


class Stage:
    """One session on a virtual clock. `lines` is the event log so far."""

    def __init__(
        self,
        session: Session,
        clock: JumpClock,
        channel: RecordingChannel,
        policies: tuple[str, ...] = (),
    ) -> None:
        self.session = session
        self.engine = session.engine
        self.clock = clock
        self.channel = channel
        self._policies = policies

    async def begin(
        self, campaign: Campaign, people: Sequence[Recipient | OutRow], *, live: bool = False
    ) -> Active:
        """Begin a launch with these people, or go on with the one under way."""
        if self._policies:
            guards = campaign.guards.model_copy(update={"policies": self._policies})
            campaign = campaign.model_copy(update={"guards": guards})
        last = self.session.last_launch(campaign.graph.campaign)
        if last is not None and last.id in self.engine.actives:
            active = self.engine.actives[last.id]
            await self.session.adopt(active, campaign, self.clock.now())
        else:
            active = await self.session.begin(
                campaign, flow_path="", audience_path="", live=live, now=self.clock.now()
            )
        if active.row.state == "loading":

            async def load() -> None:
                if active.row.state == "loading":  # each `run` begins what stands beside it anew
                    await self.session.rereading.first(active, rows_of(people))

            load_in_time(self.engine, active, load)
        else:
            self.session.rereading.resume(active)
        return active

    async def join(self, active: Active, people: Sequence[Recipient | OutRow]) -> Loading:
        """Load rows into a launch; those it has already stay as they are."""
        loading = Loading(self.session, active, keep_outs=True)
        await loading.load(rows_of(people))
        return loading

    async def run(self, active: Active) -> None:
        """Run until the launch is finished."""
        await self.engine.run(
            lambda: active.row.state in ("finished", "stopped") and not active.open_sends
        )

    async def run_until(self, at: Instant) -> None:
        """Run up to a moment of the virtual clock, and make everything durable."""
        self.session.incoming.later(at, nothing(at))
        await self.engine.run(lambda: self.clock.now() >= at)

    def reply(self, at: Instant, number: int, text: str, channel: str = "sms") -> None:
        """Have a person's reply come in at a moment, by its address alone."""
        recipient = person(number)
        address = recipient.email if channel == "email" else recipient.phone
        data = msgspec.json.encode({"text": text}).decode()
        self.session.incoming.later(
            at,
            SignalRow(id=0, at=at, kind="reply", dedup=None, channel=channel, address=address,
                      data=data),
        )  # fmt: skip

    def raw(self, at: Instant, kind: Any, **fields: Any) -> None:
        """Have any signal come in at a moment."""
        self.session.incoming.later(at, SignalRow(id=0, at=at, kind=kind, dedup=None, **fields))

    def text_from(self, at: Instant, address: str, text: str, dedup: str | None = None) -> None:
        """Have a text message come in from a number."""
        data = msgspec.json.encode({"text": text}).decode()
        signal = SignalRow(
            id=0, at=at, kind="reply", dedup=dedup, channel="sms", address=address, data=data
        )
        self.session.incoming.later(at, signal)

    def event(self, at: Instant, key: str, name: str, **values: Any) -> None:
        """Have an event come in at a moment."""
        data = msgspec.json.encode(values).decode()
        self.session.incoming.later(
            at, SignalRow(id=0, at=at, kind="event", dedup=None, key=key, name=name, data=data)
        )

    def status(self, at: Instant, send: int, name: str, dedup: str | None = None) -> None:
        """Have a delivery status come in at a moment."""
        self.session.incoming.later(
            at, SignalRow(id=0, at=at, kind="status", dedup=dedup, send=send, name=name)
        )

    def order(self, at: Instant, kind: str, **fields: Any) -> None:
        """Have a person's order come in at a moment."""
        self.session.incoming.order_later(
            at, OrderRow(id=0, at=at, who="test", kind=kind, **fields)
        )

    async def lines(self, event: str | None = None, key: str | None = None) -> list[dict[str, Any]]:
        """Return the event log, or the lines of one event or recipient."""
        make = LogLines(
            self.session.launches, self.session.revisions, self.session.names, full=True
        )
        lines = [
            make.line(row, recipient, send)
            async for _, row, recipient, send in self.engine.store.events()
        ]
        return [
            line
            for line in lines
            if event in (None, line["event"]) and key in (None, line.get("recipient"))
        ]

    async def timeline(self, key: str) -> list[str]:
        """Return the events of one recipient, in order."""
        return [line["event"] for line in await self.lines(key=key)]

    async def ends(self) -> dict[str, str]:
        """Return the named state in which each recipient ended."""
        return {line["recipient"]: line["state"] for line in await self.lines("ended")}

    async def ledger(self) -> list[SendRow]:
        """Return every row of the ledger, by number."""
        numbers = range(1, self.engine.decider.ledger.number())
        return list(await self.engine.store.sends(numbers))


async def rows_of(people: Sequence[Recipient | OutRow]) -> AsyncIterator[Recipient | OutRow]:
    """Yield people as an audience does."""
    for one in people:
        yield one


def nothing(at: Instant) -> SignalRow:
    """Make a signal that reaches nobody: a reason for the clock to stop at a moment."""
    return SignalRow(id=0, at=at, kind="event", dedup=None, key="nobody", name="nothing")


@asynccontextmanager
async def on_stage(
    store: Store | None = None,
    *,
    start: Instant = NINE,
    channel: RecordingChannel | None = None,
    wrap: Callable[[RecordingChannel, JumpClock], Channel] | None = None,
    limits: Limits | None = None,
    prices: Prices | None = None,
    policies: tuple[Policy, ...] = (),
    house: House = NO_HOUSE,
    named: bool = True,
    strategies: Mapping[str, Strategy] | None = None,
    open_again: OpenAgain | None = None,
    pace_for: PaceFor = no_pace,
    observers: tuple[Observer, ...] = (),
) -> AsyncIterator[Stage]:
    """Open a session over a store (in memory unless given) on a clock that jumps.

    Every campaign on stage names all `policies`, unless they are not `named`.
    """
    clock = JumpClock(start)
    recording = channel if channel is not None else RecordingChannel()
    used: Channel = wrap(recording, clock) if wrap is not None else recording

    def clock_at(latest: Instant) -> JumpClock:
        clock.jump(max(latest, start))
        return clock

    session = await open_session(
        store if store is not None else MemoryStore(),
        clock_at,
        channel_for=lambda medium, through, live: used,
        strategies={"window": WINDOW, **(strategies or {})},
        limits=limits if limits is not None else Limits(),
        prices=prices,
        policies={policy.name: policy for policy in policies},
        house=house,
        look=False,
        open_again=open_again,
        pace_for=pace_for,
        observers={observer.name: observer for observer in observers},
    )
    await recover(session.engine, 30_000_000)
    try:
        names = tuple(policy.name for policy in policies) if named else ()
        yield Stage(session, clock, recording, names)
    finally:
        await session.engine.store.close()
