"""Words that order the steps of a journey."""

from typing import Annotated, Literal

from tactful.language.kinds import Count, Name
from tactful.language.labels import NameOrText, NamesOrTexts
from tactful.language.reading import Cursor
from tactful.language.templates import Template
from tactful.language.vocabulary import At, Block, Key, Word
from tactful.language.words.later import refuse_several

STEPS = Block("steps", required=True)
Priority = Literal["low", "normal", "high", "urgent"]


class Journey(Word):
    """Say what happens to everyone.
    journey:"""

    phrase = "journey"
    place = "top"
    block = STEPS
    condition = "none"


class Stage(Word):
    """Name a part of the journey; only `go to` leads there.
    stage refund:"""

    phrase = "stage"
    place = "top"
    block = STEPS
    condition = "none"
    name: Annotated[str, At(0), Name]


class GoTo(Word):
    """Go on with a stage; after the limit, with the next line.
    go to refund at most 2 times"""

    phrase = "go to"
    stage: Annotated[str, At(0), Name]
    times: Annotated[int | None, Key("at most"), Count] = None

    def is_last(self) -> bool:
        """A jump without a limit is always taken."""
        return self.times is None


class When(Word):
    """Do the lines below only when the condition holds.
    when order_total above 100:"""

    phrase = "when"
    block = STEPS
    condition = "required"


class Otherwise(Word):
    """Do the lines below when no condition above held.
    otherwise:"""

    phrase = "otherwise"
    block = STEPS


class Tag(Word):
    """Remember one or more tags for the person.
    tag vip, late_order"""

    phrase = "tag"
    names: Annotated[tuple[str | Template, ...], At(0), NamesOrTexts]


class Queue(NameOrText):
    """One queue; several, one after the other, will be possible."""

    def read(self, cursor: Cursor) -> str | Template:
        refuse_several(cursor)
        return super().read(cursor)


class HandOff(Word):
    """Give the conversation to a person.
    hand off to care_queue priority high"""

    phrase = "hand off to"
    block = Block("handoff")
    queue: Annotated[str | Template, At(0), Queue]
    priority: Priority = "normal"


class Note(Word):
    """Tell the person who takes over what has happened.
    note "Late order {{ order_id }}." """

    phrase = "note"
    place = "handoff"
    text: Annotated[Template, At(0)]


class Stop(Word):
    """End the person's journey.
    stop because "paid" """

    phrase = "stop"
    ends = True
    because: str | None = None


JOURNEY: tuple[type[Word], ...] = (
    Journey,
    Stage,
    GoTo,
    When,
    Otherwise,
    Tag,
    HandOff,
    Note,
    Stop,
)
