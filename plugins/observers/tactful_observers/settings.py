"""The settings `[plugins.observers]`: the limits of every medium, each with what is usual."""

from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tactful.errors import ValueUnreadable
from tactful.values import Duration, Rate


def _share(value: object) -> object:
    """Read `0.1%` as 0.001; a number is a share already."""
    if not isinstance(value, str):
        return value
    try:
        return float(value.strip().removesuffix("%")) / (100 if value.strip()[-1:] == "%" else 1)
    except ValueError as error:
        raise ValueUnreadable(f"`{value}` is no share", help='Write for example "0.1%".') from error


Share = Annotated[float, BeforeValidator(_share), Field(gt=0, lt=1)]
_CONFIG = ConfigDict(frozen=True, extra="forbid")


class Limit(BaseModel):
    """A rate: above `watch` people are told; above `stop` it acts.

    That takes `least` events among `enough` messages: a handful of people proves nothing.
    """

    model_config = _CONFIG

    watch: Share
    stop: Share | None = None
    least: Annotated[int, Field(ge=1)] = 3
    enough: Annotated[int, Field(ge=1)] = 50

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.stop is not None and self.stop < self.watch:
            raise ValueUnreadable(
                f"it would stop at {self.stop:.2%} before it watches at {self.watch:.2%}",
                help="Let `stop` be at least `watch`.",
            )
        return self


class Count(BaseModel):
    """A count: at `watch` people are told; at `stop` it has an effect. None: never."""

    model_config = _CONFIG

    watch: Annotated[int, Field(ge=1)] | None = None
    stop: Annotated[int, Field(ge=1)] | None = None


def _limit(watch: float, stop: float | None, least: int = 3) -> Limit:
    return Limit(watch=watch, stop=stop, least=least)


class SmsSettings(BaseModel):
    """Texts. Rates are of 24 hours, and `repeated` is the commonest text, digits aside."""

    model_config = _CONFIG

    per_day: Count = Count(watch=2_000)
    per_minute: Count = Count(watch=60)
    repeated: Count = Count(watch=2_000, stop=10_000)
    error_rate: Limit = _limit(0.08, 0.125, 5)
    filtered_rate: Limit = _limit(0.01, 0.03)
    opt_out_rate: Limit = _limit(0.02, 0.03, 5)


class EmailSettings(BaseModel):
    """E-mail. Rates are of 7 days."""

    model_config = _CONFIG

    per_day: Count = Count()
    complaint_rate: Limit = _limit(0.001, 0.003)
    bounce_rate: Limit = _limit(0.02, 0.05, 5)
    soft_bounce_rate: Limit = _limit(0.05, 0.10, 5)
    unsubscribe_rate: Limit = _limit(0.01, 0.03, 5)


class VoiceSettings(BaseModel):
    """Calls. `unanswered` is the share of calls that nobody takes: 1 less the answer rate."""

    model_config = _CONFIG

    per_day: Count = Count(watch=75, stop=100)
    per_minute: Count = Count(watch=10)
    unanswered: Limit = _limit(0.80, 0.92, 30)
    short_call_rate: Limit = _limit(0.15, 0.30, 5)
    short: Duration = Duration.parse("6 seconds")


class ChatSettings(BaseModel):
    """Chat has no carrier: people are told when many mute it, and nothing stops."""

    model_config = _CONFIG

    mute_rate: Limit = _limit(0.05, None)


class RepetitionSettings(BaseModel):
    """The same text from several senders: `senders` of them, `texts` times each in a day."""

    model_config = _CONFIG

    senders: Annotated[int, Field(ge=2, le=50)] = 3
    texts: Annotated[int, Field(ge=1)] = 50


class ObserverSettings(BaseModel):
    """`[plugins.observers]`. `slow_to` is the pace that is advised to a slowed sender.

    `rest` is the first pause; every further one is twice as long, up to 7 days. `clean` messages
    without new trouble are one step back to healthy.
    """

    model_config = _CONFIG

    slow_to: Rate = Rate.parse("5 per 5 minutes")
    rest: Duration = Duration.parse("24 hours")
    clean: Annotated[int, Field(ge=1)] = 200
    sms: SmsSettings = SmsSettings()
    email: EmailSettings = EmailSettings()
    voice: VoiceSettings = VoiceSettings()
    chat: ChatSettings = ChatSettings()
    repetition: RepetitionSettings = RepetitionSettings()
