"""Words of scenarios: what happens to one person in virtual time, and what is expected of it."""

from typing import Annotated, ClassVar, Literal

from tactful.language.conditions import Condition
from tactful.language.kinds import Count, Name
from tactful.language.scenes import (
    Cell,
    CellKind,
    MomentKind,
    Occasion,
    OccasionKind,
    TelephoneKey,
    Test,
)
from tactful.language.vocabulary import At, Block, Key, Word
from tactful.values import Duration

FateName = Literal["is delivered", "is not delivered", "fails", "bounces", "is refused"]
CallFateName = Literal["is answered", "is not answered", "is voicemail", "fails", "is refused"]
INBOX = "inbox"
"""The queue of replies that no line takes."""


class Scenario(Word):
    """Prove what happens to one person, in virtual time. A scenario is no part of the campaign.
    scenario "a refund":"""

    phrase = "scenario"
    place = "top"
    block = Block("scenario", required=True)
    condition = "none"
    name: Annotated[str, At(0)]


class InScenario(Word):
    """Base of the lines of a scenario."""

    place = "scenario"
    condition = "none"


# ---- what happens -------------------------------------------------------------------------------


class ClockIs(InScenario):
    """Say when the scenario begins, on the person's own clock unless a zone is written.
    clock 2026-12-01 23:30"""

    phrase = "clock"
    moment: Annotated[Occasion, At(0), MomentKind]


class Given(InScenario):
    """Let the person enter, with these values. What is not given is missing, but for addresses.
    given:"""

    phrase = "given"
    block = Block("given")


class AlsoGiven(InScenario):
    """Let the same person enter once more. What is not given here is as in the `given` before.
    also given:"""

    phrase = "also given"
    block = Block("given", required=True)


class GivenValue(InScenario):
    """Give the value of one column as its cell would hold it; `missing` for an empty one.
    order_total 42"""

    phrase = "a value"
    place = "given"
    names_beside = "scenario"
    name: Annotated[str, At(0), Name]
    value: Annotated[Cell, At(1), CellKind]


class PersonReplies(InScenario):
    """Let the person write; to the message before, and so on its channel unless one is named.
    reply "Refund please" after 2 hours"""

    phrase = "reply"
    text: Annotated[str, At(0)]
    after: Duration | None = None
    channel: Annotated[str | None, Key("on"), Name] = None


class EventComes(InScenario):
    """Report an event. It carries the values of the last `given`, and those below it.
    event order.shipped after 3 days"""

    phrase = "event"
    block = Block("given")
    name: Annotated[str, At(0), Name]
    after: Duration | None = None


class OptsOut(InScenario):
    """Let the person opt out without a word, as by the link in a mail.
    opt out after 1 hour"""

    phrase = "opt out"
    after: Duration | None = None
    channel: Annotated[str | None, Key("on"), Name] = None


class PressesKey(InScenario):
    """Let the person press a key in the call; that answers it, too.
    press 1 after 10 seconds"""

    phrase = "press"
    key: Annotated[str, At(0), TelephoneKey]
    after: Duration | None = None


class Fate(InScenario):
    """Base of the lines that say what becomes of messages, one class for each channel."""

    channel: ClassVar[str]
    outcome: Annotated[FateName, At(0)]
    after: Duration | None = None


class CallFate(Fate):
    """Base of the lines that say what becomes of calls."""

    outcome: Annotated[CallFateName, At(0)]  # type: ignore[assignment]


# ---- what is expected ---------------------------------------------------------------------------


class Expect(InScenario):
    """Base of the lines that look at what happened."""


class ExpectMessage(Expect):
    """Base of the lines that expect a message, one class for each channel."""

    channel: ClassVar[str]
    containing: str | None = None
    exactly: Annotated[int | None, Count] = None
    within: Duration | None = None
    at: Annotated[Occasion | None, Key("at"), OccasionKind] = None


class ExpectNoMessage(Expect):
    """Base of the lines that expect no message, one class for each channel."""

    channel: ClassVar[str]
    containing: str | None = None
    within: Duration | None = None


class ExpectHandOff(Expect):
    """Expect that the conversation is given to a person. `inbox` has replies that no line takes.
    expect hand off to refunds_team"""

    phrase = "expect hand off"
    to: Annotated[str | None, Key("to"), Name] = None
    within: Duration | None = None


class ExpectNoHandOff(Expect):
    """Expect that the conversation is given to no person; with `within`, that time passes.
    expect no hand off within 1 hour"""

    phrase = "expect no hand off"
    to: Annotated[str | None, Key("to"), Name] = None
    within: Duration | None = None


class ExpectNote(Expect):
    """Expect a note for the person who takes over.
    expect note containing "refund" """

    phrase = "expect note"
    containing: str | None = None
    within: Duration | None = None


class ExpectTag(Expect):
    """Expect that the person has a tag, now or later.
    expect tag refund"""

    phrase = "expect tag"
    name: Annotated[str, At(0), Name]
    within: Duration | None = None


class ExpectNoTag(Expect):
    """Expect that the person has not got a tag; with `within`, that time passes.
    expect no tag vip"""

    phrase = "expect no tag"
    name: Annotated[str, At(0), Name]
    within: Duration | None = None


class ExpectStage(Expect):
    """Expect that the journey comes into a stage.
    expect stage by_email"""

    phrase = "expect stage"
    name: Annotated[str, At(0), Name]
    within: Duration | None = None


class ExpectEnd(Expect):
    """Expect that the journey of the last `given` is over.
    expect end within 1 minute"""

    phrase = "expect end"
    within: Duration | None = None


class ExpectThat(Expect):
    """Expect that a condition holds, now or later.
    expect refund_status is "requested" """

    phrase = "expect"
    test: Annotated[Condition, At(0), Test]
    within: Duration | None = None


def scenario_words(channel: str, *, calls: bool = False) -> tuple[type[Word], ...]:
    """Return the words by which scenarios speak of a channel; `calls`: a person picks up."""
    name = channel.title().replace("_", "")
    fate, example = (CallFate, "is not answered") if calls else (Fate, "fails after 1 minute")
    declared: tuple[tuple[str, type[Word], str, str], ...] = (
        (f"{name}Fate", fate, channel, f"Say what becomes of each.\n{channel} {example}"),
        (
            f"Expect{name}",
            ExpectMessage,
            f"expect {channel}",
            f'Expect a message.\nexpect {channel} containing "late" within 1 hour',
        ),
        (
            f"ExpectNo{name}",
            ExpectNoMessage,
            f"expect no {channel}",
            f"Expect no message, now or within a time.\nexpect no {channel} within 1 day",
        ),
    )
    return tuple(
        type(
            title,
            (base,),
            {"__module__": __name__, "__doc__": doc, "phrase": phrase, "channel": channel},
        )
        for title, base, phrase, doc in declared
    )


SCENARIOS: tuple[type[Word], ...] = (
    Scenario,
    ClockIs,
    Given,
    AlsoGiven,
    GivenValue,
    PersonReplies,
    EventComes,
    OptsOut,
    PressesKey,
    ExpectHandOff,
    ExpectNoHandOff,
    ExpectNote,
    ExpectTag,
    ExpectNoTag,
    ExpectStage,
    ExpectEnd,
    ExpectThat,
)
