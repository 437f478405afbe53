"""Words that do lines several times, or differently for different people."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, field_validator

from tactful.language.kinds import Count, Name, Percent
from tactful.language.vocabulary import At, Block, Key, Word
from tactful.language.words.settings import check_name_is_free
from tactful.language.words.steps import STEPS
from tactful.values import Duration

MOST_ROUNDS = 100
"""No more rounds than this: a journey may do only so much before it waits, and people bear less."""


class Repeat(Word):
    """Do the lines below several times; in there, `attempt` counts 1, 2, 3.
    repeat at most 3 times every 1 day:"""

    phrase = "repeat"
    block = STEPS
    times: Annotated[int, Key("at most"), Count, Field(le=MOST_ROUNDS)]
    every: Duration | None = None


class Split(Word):
    """Try several ways; the same person always gets the same one, whose name is remembered.
    split wording:"""

    phrase = "split"
    block = Block("split", required=True)
    name: Annotated[str, At(0), Name]

    @field_validator("name")
    @classmethod
    def _is_free(cls, name: str) -> str:
        check_name_is_free(name)
        return name


class Variant(Word):
    """Give the lines below to this share of the people.
    variant short 50%:"""

    phrase = "variant"
    place = "split"
    block = STEPS
    condition = "none"
    name: Annotated[str, At(0), Name]
    share: Annotated[Decimal, At(1), Percent]


BRANCHING: tuple[type[Word], ...] = (Repeat, Split, Variant)
