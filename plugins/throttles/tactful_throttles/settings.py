"""The settings of the throttles: `[plugins.throttles]`, with paces that have names of their own."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from tactful.errors import TactfulError, ValueUnreadable
from tactful.guard.pace import Throttle
from tactful.guard.strategies import Strategy
from tactful.values import DAY, Duration, Rate
from tactful.zones import zone
from tactful_throttles.adaptive import WHOLE, AdaptiveThrottle, Course
from tactful_throttles.alarms import DEFAULT, alarms
from tactful_throttles.bucket import smooth, token_bucket
from tactful_throttles.calendar import CalendarThrottle
from tactful_throttles.ramp import PUBLISHED, Climb, RampThrottle
from tactful_throttles.stored import VERSION

_MOST_STEPS = 1_000
Many = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, le=1)]


class _Pace(BaseModel, ABC):
    """What every pace with a name has: the strategy it is of."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @abstractmethod
    def at(self) -> Callable[[Rate], Throttle]:
        """Return what makes the throttle of a limit."""


def _known_zone(name: str) -> str:
    zone(name)
    return name


def _known_signals(names: tuple[str, ...]) -> tuple[str, ...]:
    alarms(names)
    return names


class Smooth(_Pace):
    """Messages leave evenly, and `burst` of them at once after a rest."""

    strategy: Literal["smooth"] = "smooth"
    burst: Many = 1

    def at(self) -> Callable[[Rate], Throttle]:
        return partial(smooth, burst=self.burst)


class TokenBucket(_Pace):
    """`burst` messages leave at once, the others evenly. Without it: half of the limit."""

    strategy: Literal["token_bucket"] = "token_bucket"
    burst: Many | None = None

    def at(self) -> Callable[[Rate], Throttle]:
        return partial(token_bucket, burst=self.burst)


class CalendarDay(_Pace):
    """So many on each day of the calendar of `zone`."""

    strategy: Literal["calendar_day"] = "calendar_day"
    zone: str = "UTC"

    _zone = field_validator("zone")(_known_zone)

    def at(self) -> Callable[[Rate], Throttle]:
        return partial(CalendarThrottle, zone=zone(self.zone))


class Ramp(_Pace):
    """A new sender's warm-up: `most` on each day, or `first`, times `factor` a day, up to `last`.

    Each figure holds for `days_each` days. A day that an alarm of `hold_on` falls on, or of which
    less than `share` has left, is not behind. After `restart_after` without a message it starts
    anew. Days are those of `zone`.
    """

    strategy: Literal["ramp"] = "ramp"
    most: Annotated[tuple[Many, ...], Field(strict=False)] | None = None
    first: Many | None = None
    factor: Annotated[float, Field(gt=1, le=10)] | None = None
    last: Many | None = None
    days_each: Many = 1
    share: Annotated[float, Field(ge=0, le=1)] = 0.5
    restart_after: Duration = Duration.parse("30 days")
    zone: str = "UTC"
    hold_on: Annotated[tuple[str, ...], Field(strict=False)] = DEFAULT

    _zone = field_validator("zone")(_known_zone)
    _hold_on = field_validator("hold_on")(_known_signals)

    @model_validator(mode="after")
    def _goes_up(self) -> "Ramp":
        grows = [self.first, self.factor, self.last]
        if any(value is not None for value in grows):
            if self.most is not None:
                raise ValueUnreadable(
                    "`most` and `first`, `factor`, `last` both say how the ramp goes up",
                    help="Keep one of them.",
                )
            if any(value is None for value in grows):
                raise ValueUnreadable(
                    "`first`, `factor` and `last` belong together",
                    help="Write for example first = 50, factor = 2.0, last = 2000.",
                )
        if self.most == ():
            raise ValueUnreadable("`most` is empty", help="Write for example [50, 100, 200].")
        if len(self.figures) > _MOST_STEPS:
            raise ValueUnreadable(
                f"this ramp has more than {_MOST_STEPS} steps", help="Let it go up faster."
            )
        if self.restart_after.span < DAY:
            raise ValueUnreadable(
                "`restart_after` is shorter than a day", help='Write for example "30 days".'
            )
        return self

    @property
    def figures(self) -> tuple[int, ...]:
        """The most on each step of the ramp."""
        if self.first is None or self.factor is None or self.last is None:
            return self.most or PUBLISHED
        figures: list[int] = []
        most = float(self.first)
        while most < self.last and len(figures) <= _MOST_STEPS:
            figures.append(int(most))
            most *= self.factor
        return (*figures, self.last)

    def at(self) -> Callable[[Rate], Throttle]:
        climb = Climb(
            self.figures,
            self.days_each,
            round(self.share * 100),
            self.restart_after.span // DAY,
            zone(self.zone),
            alarms(self.hold_on),
        )
        return partial(RampThrottle, climb=climb)


class Adaptive(_Pace):
    """An alarm of `cut_on` cuts the pace to `cut` of it; it grows by `step` of the limit.

    It grows after each `every` without an alarm, and never falls below `floor` of the limit.
    """

    strategy: Literal["adaptive"] = "adaptive"
    cut: Share = 0.5
    step: Annotated[Share, Field(ge=0.001)] = 0.1
    floor: Annotated[Share, Field(ge=0.001)] = 0.1
    every: Duration = Duration.parse("10 minutes")
    cut_on: Annotated[tuple[str, ...], Field(strict=False)] = DEFAULT

    _cut_on = field_validator("cut_on")(_known_signals)

    @field_validator("every")
    @classmethod
    def _is_some_time(cls, value: Duration) -> Duration:
        if value.span <= 0:
            raise ValueUnreadable("it needs some time", help='Write for example "10 minutes".')
        return value

    def at(self) -> Callable[[Rate], Throttle]:
        cut, step, floor = (round(part * WHOLE) for part in (self.cut, self.step, self.floor))
        course = Course(cut, step, floor, self.every.span, alarms(self.cut_on))
        return partial(AdaptiveThrottle, course=course)


_KINDS: dict[str, type[_Pace]] = {
    "smooth": Smooth,
    "token_bucket": TokenBucket,
    "ramp": Ramp,
    "adaptive": Adaptive,
    "calendar_day": CalendarDay,
}
_NAMED: dict[str, _Pace] = {
    "calendar_day_us_pacific": CalendarDay(zone="America/Los_Angeles"),  # as T-Mobile counts
}


def _pace(value: Any) -> _Pace:
    """Read one pace by the model of its strategy; all of its mistakes are told at once."""
    named = value.get("strategy") if isinstance(value, dict) else None
    kind = _KINDS.get(named) if isinstance(named, str) else None
    if kind is None:
        raise ValueUnreadable(
            f"there is no strategy `{named}`" if named else "it has no `strategy`",
            help=f"Known are {', '.join(_KINDS)}.",
        )
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        mistakes = error.errors()
        unknown = any(item["type"] == "extra_forbidden" for item in mistakes)
        raise ValueUnreadable(
            "; ".join(_told(item["loc"], item, kind) for item in mistakes),
            help=f"Known are {', '.join(kind.model_fields)}." if unknown else "",
        ) from error


def _told(place: tuple[int | str, ...], item: Any, kind: type[_Pace]) -> str:
    name = str(place[0]) if place else ""
    if item["type"] == "extra_forbidden":
        return f"`{kind.model_fields['strategy'].default}` has no setting `{name}`"
    cause = item.get("ctx", {}).get("error")
    if isinstance(cause, TactfulError):
        said = f"{cause.message}. {cause.help}".rstrip(". ")
    else:
        said = item["msg"].removeprefix("Input ")
    return f"`{name}`: {said}" if name else said


class ThrottleSettings(BaseModel):
    """`[plugins.throttles]`. Each table `paces.NAME` is one more name for `using`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paces: dict[str, Annotated[_Pace, BeforeValidator(_pace)]] = Field(default_factory=dict)

    @field_validator("paces", mode="before")
    @classmethod
    def _are_tables(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueUnreadable(
                "these are not paces", help="Write a table [plugins.throttles.paces.NAME] for each."
            )
        return value

    @field_validator("paces")
    @classmethod
    def _names_are_free(cls, value: dict[str, _Pace]) -> dict[str, _Pace]:
        for name in value:
            if name in _KINDS or name in _NAMED or name == "window":
                raise ValueUnreadable(
                    f"`{name}` is a strategy already", help="Give the pace a name of its own."
                )
        return value

    def strategies(self) -> list[Strategy]:
        """Return each strategy as it is, and the paces with names."""
        every = {name: kind() for name, kind in _KINDS.items()} | _NAMED | self.paces
        return [Strategy(name, VERSION, pace.at()) for name, pace in every.items()]
