"""What the pages of the hooks say that is not in the code: examples, and what a failure does."""

NOW = {
    "tactful_channels": "used: `through NAME` in a flow, with `tactful run --live`",
    "tactful_policies": "used: `policy NAME` in a flow, or by default on channels that the policy "
    "names; at `check` and before every send",
    "tactful_throttles": "used: `throttle … using NAME` in a flow",
    "tactful_observers": (
        "used: `watch using NAME` in a flow, for live messages; nothing leaves from senders that "
        "are `paused` or `flagged`; advice is written to the log, and not acted on"
    ),
    "tactful_audiences": "used: `audience from NAME` in a flow",
    "tactful_words": "read and explained by `check`; flows with them cannot run yet (TF209)",
    "tactful_desks": "used: `[desks]` and `[alerts]` in `tactful.toml`, for live campaigns",
    "tactful_runtimes": "loaded, checked and listed; everything runs on one machine",
}
"""What this version does with what a hook supplies."""

FAILS = {
    "tactful_channels": """\
What `send` does wrong concerns its message only. Raising, ending the program, answering something
that is no outcome, or nothing within `call_timeout`: the message is in doubt, and is never
repeated blindly. So return `Retry` or `Refused` wherever you *know* that it was not sent.
`reconcile` has 30 seconds after a crash; when it fails, the message stays in doubt.""",
    "tactful_policies": """\
It fails closed. A policy that raises, gives no proper verdict or takes longer than five seconds
refuses the message. One whose `check_flow` fails is an error of every flow that names it. When it
is no longer installed, nothing more leaves of campaigns that name it, and `tactful status` says
so.""",
    "tactful_throttles": """\
The pace that it keeps is held: its sends wait, expire in their time, and `tactful status` says
what is wrong. All other paces go on. It counts as wrong to raise, to give permits that are none,
more than were asked for or one twice, to let some wait without a `Wait`, to wait for a moment
that is over, or to return a state that JSON cannot hold. The lane keeps the last state that was
well.""",
    "tactful_observers": """\
It touches no message. Raising, ending the program, an answer that is no `Observed`, and a state
that JSON cannot hold, that is longer than 200,000 characters or that `load` cannot read are the
same: the state and the standing in the store stay as they were, the signal is lost to the observer,
the event log tells it once, and `tactful status` until the observer works again. The next signal is
tried anew, with the state that is stored. One that is no longer installed is told in the same way;
one that is not installed when a flow is checked is a mistake of the flow (TF410).""",
    "tactful_audiences": """\
Whatever `columns` or `rows` raise, the launch is told that the audience cannot be read, by whom
and why; one that is read again (`every`) is tried again in its time. A row whose cells are no
texts is out, and the others go on. A reader that hangs holds up its own launch only.""",
    "tactful_words": """\
A word that cannot be used (a field that nobody can read, a phrase of the core) switches its own
plugin off. A `ValueError` of a validator is told at the value it is about.""",
    "tactful_desks": """\
A hand-off that could not be passed on stays in the built-in inbox, where it always is, and the desk
is asked again later. Raising, ending the program and 30 seconds without an end are the same. Other
desks wait for none of it. The same holds for alerts, which the event log keeps.""",
    "tactful_runtimes": """\
Nothing is asked of a runtime yet.""",
}
"""What holds when an object of a hook misbehaves."""

MINIMAL = {
    "tactful_channels": """
from tactful.plugins import hookimpl
from tactful.runtime.ports import Accepted, ChannelLimits, Message


class Paper:
    name = "paper"
    media = ("sms",)
    limits = ChannelLimits(at_once=4)
    confirms_opt_out = False

    async def send(self, message: Message) -> Accepted:
        print(f"{message.to}: {message.text}")
        return Accepted(f"paper-{message.attempt}")

    async def reconcile(self, message: Message) -> None:
        return None

    def check_sender(self, medium: str, sender: str) -> tuple[()]:
        return ()

    def cost(self, medium: str, country: str | None, segments: int) -> None:
        return None


@hookimpl
def tactful_channels() -> list[Paper]:
    return [Paper()]
""",
    "tactful_policies": """
from collections.abc import Mapping
from typing import Any

from tactful.plugins import hookimpl
from tactful.runtime.ports import Finding, FlowView, Message, PolicyVerdict


class NoShouting:
    name = "no_shouting"
    version = "1"

    def check_flow(self, flow: FlowView) -> list[Finding]:
        return [
            Finding("error", "shouting", "this text shouts", text.line)
            for text in flow.texts
            if text.text.isupper()
        ]

    async def check_message(self, message: Message, facts: Mapping[str, Any]) -> PolicyVerdict:
        if message.text.isupper():
            return PolicyVerdict("refuse", self.name, "shouting", "the text is all capitals")
        return PolicyVerdict("allow", self.name)


@hookimpl
def tactful_policies() -> list[NoShouting]:
    return [NoShouting()]
""",
    "tactful_throttles": '''
from tactful.guard.pace import WindowThrottle
from tactful.guard.strategies import Strategy
from tactful.plugins import hookimpl
from tactful.values import Rate


def half(rate: Rate) -> WindowThrottle:
    """Keep half of what the flow allows."""
    return WindowThrottle(Rate(max(rate.count // 2, 1), rate.per))


@hookimpl
def tactful_throttles() -> list[Strategy]:
    return [Strategy("half", 1, half)]
''',
    "tactful_observers": """
import msgspec
from tactful.errors import StoreInvalid
from tactful.guard.standing import Observed, SenderSignal, Watch
from tactful.plugins import hookimpl
from tactful.values import Instant


class Complaints(msgspec.Struct, frozen=True):
    count: int = 0


class ComplaintWatch:
    name = "complaints"
    version = 1

    def start(self) -> Complaints:
        return Complaints()

    def load(self, text: bytes) -> Complaints:
        try:
            return msgspec.json.decode(text, type=Complaints)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StoreInvalid("these complaints cannot be read") from error

    def observe(
        self, state: Complaints, signal: SenderSignal, now: Instant
    ) -> tuple[Complaints, Observed]:
        if signal.kind == "complaint":
            state = Complaints(state.count + 1)
        if state.count == 0:
            return state, Observed("healthy")
        return state, Observed("watched", Watch(), (f"{state.count} complaints",))


@hookimpl
def tactful_observers() -> list[ComplaintWatch]:
    return [ComplaintWatch()]
""",
    "tactful_audiences": """
from collections.abc import AsyncIterator

from tactful.language.sources import Takes
from tactful.plugins import hookimpl
from tactful.runtime.ports import AudienceSource, Row


class Nobody:
    name = "nobody"
    takes = Takes("file")

    def columns(self, source: AudienceSource) -> list[str]:
        return ["id", "phone"]

    async def rows(self, source: AudienceSource) -> AsyncIterator[Row]:
        for number in range(1, 1):
            yield Row(number, {"id": "A", "phone": "+353871234567"})


@hookimpl
def tactful_audiences() -> list[Nobody]:
    return [Nobody()]
""",
    "tactful_words": '''
from typing import Annotated

from tactful.language.vocabulary import At, Word
from tactful.plugins import hookimpl


class GrantPoints(Word):
    """Give loyalty points.
    grant points 50"""

    phrase = "grant points"
    points: Annotated[int, At(0)]


@hookimpl
def tactful_words() -> list[type[Word]]:
    return [GrantPoints]
''',
    "tactful_desks": """
from tactful.plugins import hookimpl
from tactful.runtime.ports import HandOffCase


class Printed:
    name = "printed"

    async def open(self, case: HandOffCase) -> None:
        print(f"{case.queue}: {case.key}, {case.note}")


@hookimpl
def tactful_desks() -> list[Printed]:
    return [Printed()]
""",
    "tactful_runtimes": """
from tactful.plugins import hookimpl


class Nowhere:
    name = "nowhere"

    async def begin(self, launch: str, key: str) -> None: ...

    async def deliver(self, launch: str, key: str, signal: bytes, dedup: str) -> None: ...


@hookimpl
def tactful_runtimes() -> list[Nowhere]:
    return [Nowhere()]
""",
}
"""The smallest whole plugin of each kind."""
