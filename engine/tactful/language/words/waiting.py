"""Words about waiting, and what ends a wait."""

from typing import Annotated

from pydantic import model_validator

from tactful.language.kinds import Column, Count, Name, Names, Pattern, Range, Words
from tactful.language.moments import ClockTime, DataTime, DayTime, Until
from tactful.language.vocabulary import At, Block, Key, Word
from tactful.values import Duration

STEPS = Block("steps", required=True)


class Wait(Word):
    """Wait so long.
    wait 2 days"""

    phrase = "wait"
    length: Annotated[Duration, At(0)]


class WaitUpTo(Word):
    """Wait for an answer or an event, but not longer than this.
    wait up to 24 hours:"""

    phrase = "wait up to"
    block = Block("wait", required=True)
    length: Annotated[Duration, At(0)]


class WaitUntil(Word):
    """Wait for a moment. When a date in the data changes, the wait changes with it.
    wait until 24 hours before starts_at"""

    phrase = "wait until"
    block = Block("wait")
    moment: Annotated[ClockTime | DayTime | DataTime, At(0), Until]


class OnReply(Word):
    """Go on here when the person answers so. Quoted words match anywhere in the reply.
    on reply "refund", "money back": go to refund"""

    phrase = "on reply"
    place = "wait anytime"
    block = STEPS
    words: Annotated[tuple[str, ...] | None, At(0), Words] = None
    exactly: tuple[str, ...] | None = None
    yes: bool = False
    no: bool = False
    number: Range | None = None
    like: Annotated[str | None, Key("like"), Pattern] = None
    as_: Annotated[str | None, Key("as"), Name] = None
    times: Annotated[int | None, Key("at most"), Count] = None

    @model_validator(mode="after")
    def _one_way(self) -> "OnReply":
        ways = (self.words, self.exactly, self.yes, self.no, self.number, self.like)
        given = sum(way is not None and way is not False for way in ways)
        if given == 0 and self.as_ is None:
            raise ValueError("which reply? Give words in quotes, or `on other reply` for any")
        if given > 1:
            raise ValueError("one line takes one kind of reply; write a second `on reply` line")
        return self

    @property
    def takes_any(self) -> bool:
        """Whether there is no test: `on reply as words` takes whatever comes."""
        tests = (self.words, self.exactly, self.number, self.like)
        return not (self.yes or self.no or any(test is not None for test in tests))


class OnOtherReply(Word):
    """Go on here when the person answers anything else.
    on other reply as words: go to agent"""

    phrase = "on other reply"
    place = "wait"
    block = STEPS
    as_: Annotated[str | None, Key("as"), Name] = None


class OnEvent(Word):
    """Go on here when one of these events comes in for the person.
    on event order.shipped, order.delivered as news: stop"""

    phrase = "on event"
    place = "wait anytime"
    block = STEPS
    events: Annotated[tuple[str, ...], At(0), Names]
    as_: Annotated[str | None, Key("as"), Name] = None
    same: Annotated[str | None, Key("with same"), Column] = None
    times: Annotated[int | None, Key("at most"), Count] = None


class OnTimeout(Word):
    """Go on here when nothing else has come in time.
    on timeout: go to by_email"""

    phrase = "on timeout"
    place = "wait"
    block = STEPS
    condition = "none"


class OnTooLate(Word):
    """Go on here when the moment of a `wait until` was over before the wait began.
    on too late: go to day_before"""

    phrase = "on too late"
    place = "wait"
    block = STEPS
    condition = "none"


WAITING: tuple[type[Word], ...] = (
    Wait,
    WaitUpTo,
    WaitUntil,
    OnReply,
    OnOtherReply,
    OnEvent,
    OnTimeout,
    OnTooLate,
)
