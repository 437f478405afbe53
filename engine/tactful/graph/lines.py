"""The `on …` lines of waits and of `at any time`, as data."""

from typing import Annotated, Literal

from pydantic import Field

from tactful.graph.expressions import Condition, Data

StepIndex = int


class ReplyArm(Data):
    """`on reply …:`; among several, the first that fits wins. No test at all is `on other reply`.

    Where its `condition` does not hold, it is as if the line were not there.
    `words` match as whole words anywhere, `exactly` the whole reply; both without regard to
    capitals and accents. `yes` and `no` know the usual words. `low` to `high` is a whole number.
    """

    kind: Literal["reply"] = "reply"
    words: tuple[str, ...] = ()
    exactly: tuple[str, ...] = ()
    pattern: str | None = None
    low: int | None = None
    high: int | None = None
    yes: bool = False
    no: bool = False
    save_as: str | None = None
    condition: Condition | None = None
    to: StepIndex | None

    @property
    def catches_all(self) -> bool:
        """Whether this is `on other reply`."""
        tests = (self.words, self.exactly, self.pattern, self.low, self.yes, self.no)
        return not any(test not in ((), None, False) for test in tests)


class EventArm(Data):
    """`on event a, b as news with same region:`.

    Without `same`, only an event for the person's own key fits. With it, one that carries the value
    of this column fits, too. Where its `condition` does not hold, it is as if it were not there.
    """

    kind: Literal["event"] = "event"
    names: tuple[str, ...]
    same: str | None = None
    save_as: str | None = None
    condition: Condition | None = None
    to: StepIndex | None


Arm = Annotated[ReplyArm | EventArm, Field(discriminator="kind")]


class OptOutArm(Data):
    """`on opt out:`, done for a person who opts out, just before the journey ends."""

    kind: Literal["opt_out"] = "opt_out"
    to: StepIndex | None


class AnyTimeArm(Data):
    """One line of `at any time:`, taken at most `at_most` times wherever the person is.

    Where its `condition` does not hold, it is as if the line were not there.
    """

    when: Annotated[ReplyArm | EventArm | OptOutArm, Field(discriminator="kind")]
    at_most: int = 1
    condition: Condition | None = None
