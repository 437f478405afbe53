"""Words that choose among the rows of an audience."""

from typing import Annotated, Self

from pydantic import model_validator

from tactful.language.kinds import Name
from tactful.language.vocabulary import At, Key, Word
from tactful.language.words.later import OneName


class OnePer(Word):
    """Keep one row per person: the first one, or the newest or oldest by another column.
    one per customer_id newest ordered_on"""

    phrase = "one per"
    place = "audience"
    condition = "none"
    column: Annotated[str, At(0), OneName]
    newest: Annotated[str | None, Key("newest"), Name] = None
    oldest: Annotated[str | None, Key("oldest"), Name] = None

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if self.newest and self.oldest:
            raise ValueError("a row cannot be both the newest and the oldest")
        return self


class RowRule(Word):
    """Base of the lines that let a row in or not."""

    place = "audience"
    condition = "required"


class KeepWhen(RowRule):
    """Let only rows in for which the condition holds; what several lines say must all hold.
    keep when order_total at least 5 EUR"""

    phrase = "keep"


class SkipWhen(RowRule):
    """Leave rows out for which the condition holds.
    skip when status is "paid" """

    phrase = "skip"


CHOOSING: tuple[type[Word], ...] = (OnePer, KeepWhen, SkipWhen)
