"""Words at the top of a file: what the campaign is, and its guards."""

from typing import Annotated, Literal

from pydantic import field_validator, model_validator

from tactful.language.clocks import Zone
from tactful.language.kinds import Choice, Column, Kind, Name, SetValue, Value
from tactful.language.moments import DayTime, StartMoment
from tactful.language.operands import read_quantity
from tactful.language.reading import Cursor, Wrong
from tactful.language.vocabulary import At, Key, Word
from tactful.language.zones import RECIPIENT
from tactful.values import Duration, Money, Rate, Window

Purpose = Literal["service", "account", "safety"]

_TAKEN = ("now", "today", "reply", "yes", "no", "recipient", "attempt", "event")


def check_name_is_free(name: str) -> None:
    """Raise `ValueError` for a name that has a meaning of its own, which no value can have."""
    if name.partition(".")[0].lower() in _TAKEN:
        raise ValueError(f"`{name}` has a meaning of its own; choose another name")


class PurposeKind(Choice):
    """One of the three purposes; explains why there is no other."""

    def __init__(self) -> None:
        super().__init__("service", "account", "safety")

    def missed(self, cursor: Cursor) -> Wrong:
        if cursor.word() not in ("marketing", "promotion", "promotional", "sales"):
            return super().missed(cursor)
        return Wrong(
            "Tactful does not send marketing",
            cursor.token(),
            help=(
                "If people need this message for something they have with you, it is a service: "
                "write `purpose service`.",
            ),
            code="TF507",
        )


class Amount(Kind):
    """An amount of money. Gives a `Money`."""

    says = "an amount of money"
    example = "60 EUR"

    def read(self, cursor: Cursor) -> Money:
        token = cursor.token("QUANTITY")
        if not token:
            raise self.refuse(cursor)
        unit = cursor.token("WORD", 1)
        value = read_quantity(token, unit).value
        if not isinstance(value, Money):
            raise Wrong(
                f"{token.text} of which currency?",
                token,
                help=(f"Write for example `{token.text} EUR`.",),
            )
        cursor.at += 2
        return value


class Campaign(Word):
    """Name the campaign.
    campaign "Delayed order" """

    phrase = "campaign"
    place = "top"
    condition = "none"
    name: Annotated[str, At(0)]


class Owner(Word):
    """Say who answers for the campaign; HELP names this address.
    owner "care@example.com" """

    phrase = "owner"
    place = "top"
    condition = "none"
    contact: Annotated[str, At(0)]


class PurposeIs(Word):
    """Say what the campaign is for.
    purpose service"""

    phrase = "purpose"
    place = "top"
    condition = "none"
    purpose: Annotated[Purpose, At(0), PurposeKind]
    because: str | None = None


class Use(Word):
    """Use the words of a plugin, in one main version.
    use letters 2"""

    phrase = "use"
    place = "top"
    condition = "none"
    plugin: Annotated[str, At(0), Name]
    major: Annotated[int, At(1)]


class ExpiresAfter(Word):
    """End each journey so long after its entry.
    expires after 5 days"""

    phrase = "expires after"
    place = "top"
    condition = "none"
    length: Annotated[Duration, At(0)]


class Starts(Word):
    """Say when the campaign starts; without this line, at once.
    starts 2026-12-01 09:00 Europe/Dublin"""

    phrase = "starts"
    place = "top"
    condition = "none"
    moment: Annotated[Literal["now"] | DayTime, At(0), StartMoment]


class Budget(Word):
    """Spend no more than this on the messages of one launch.
    budget 60 EUR"""

    phrase = "budget"
    place = "top"
    condition = "none"
    amount: Annotated[Money, At(0), Amount]

    @field_validator("amount")
    @classmethod
    def _buys_something(cls, value: Money) -> Money:
        if value.amount <= 0:
            raise ValueError("a budget of nothing lets nothing leave")
        return value


class HoldWhen(Word):
    """Send nothing that nobody asked for while more than so many items wait for a person.
    hold when inbox above 20"""

    phrase = "hold"
    place = "top"
    condition = "required"


class PauseWhen(Word):
    """Pause the launch when a figure of its senders gets worse than this; a person resumes it.
    pause when complaint_rate above 0.1% or undelivered_rate above 20%"""

    phrase = "pause"
    place = "top"
    condition = "required"
    shares = True


class QuietHours(Word):
    """Send nothing in these hours.
    quiet hours 21:00 to 08:00 recipient time"""

    phrase = "quiet hours"
    place = "top"
    condition = "none"
    window: Annotated[Window, At(0)]
    zone: Annotated[str, At(1), Zone] = RECIPIENT

    @field_validator("window")
    @classmethod
    def _has_two_ends(cls, value: Window) -> Window:
        if value.start == value.end:
            raise ValueError("these hours begin and end at one time: nothing, or the whole day?")
        return value


class NoQuietHours(Word):
    """Send at any hour.
    quiet hours none because "they have just written to us" """

    phrase = "quiet hours none"
    place = "top"
    condition = "none"
    because: str


class Throttle(Word):
    """Keep a pace: what is over it waits.
    throttle sms 10 per 5 minutes"""

    phrase = "throttle"
    place = "top"
    condition = "none"
    channel: Annotated[str, At(0), Name]
    rate: Annotated[Rate, At(1)]
    per: Annotated[str | None, Key("per"), Column] = None
    strategy: Annotated[str | None, Key("using"), Name] = None
    counts: Annotated[Literal["messages", "segments"] | None, Key("counts")] = None
    because: str | None = None

    @field_validator("rate")
    @classmethod
    def _lets_something_out(cls, value: Rate) -> Rate:
        if value.count < 1:
            raise ValueError("at a pace of 0 nothing would ever leave")
        return value


class PolicyNamed(Word):
    """Have an installed policy judge the campaign, and every message before it is sent.
    policy no_offers"""

    phrase = "policy"
    place = "top"
    condition = "none"
    name: Annotated[str, At(0), Name]


class WatchUsing(Word):
    """Have an installed observer watch the standing of the campaign's senders.
    watch using arrivals"""

    phrase = "watch using"
    place = "top"
    condition = "none"
    name: Annotated[str, At(0), Name]


class Approve(Word):
    """Let a text stand of which a policy warns, as it is worded now; `check` tells the line.
    approve no_offers "discount" in "5d0c9a21" because "agreed by law" by "duty@example.com" """

    phrase = "approve"
    place = "top"
    condition = "none"
    policy: Annotated[str, At(0), Name]
    rule: Annotated[str, At(1)]
    text: Annotated[str, Key("in")]
    because: str
    by: str

    @model_validator(mode="after")
    def _says_who_and_why(self) -> "Approve":
        if not self.by.strip() or not self.because.strip():
            raise ValueError("an approval says who gives it, and why")
        return self


class ConsentFor(Word):
    """Send on a channel only to people for whom the condition holds.
    consent for sms when sms_ok"""

    phrase = "consent for"
    place = "top"
    condition = "required"
    channel: Annotated[str, At(0), Name]


class Set(Word):
    """Remember a value: for the person in a journey, for everybody at the top of the file.
    set refund_status to "requested" """

    phrase = "set"
    place = "top steps"
    name: Annotated[str, At(0), Name]
    value: Annotated[SetValue, Key("to"), Value]

    @model_validator(mode="after")
    def _name_is_free(self) -> "Set":
        check_name_is_free(self.name)
        return self


SETTINGS: tuple[type[Word], ...] = (
    Campaign,
    Owner,
    PurposeIs,
    Use,
    ExpiresAfter,
    Starts,
    Budget,
    HoldWhen,
    PauseWhen,
    QuietHours,
    NoQuietHours,
    Throttle,
    PolicyNamed,
    Approve,
    WatchUsing,
    ConsentFor,
    Set,
)
