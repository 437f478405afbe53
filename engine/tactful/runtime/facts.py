"""What the engine knows of a message, and tells the policies that judge it."""

from typing import TypedDict

from msgspec import Struct

from tactful.values import Instant


class House(Struct, frozen=True):
    """Who writes, as `[owner]` of the configuration says it.

    `brands` are the names that people know, `business` is the line of business, and `domains` are
    those of its own links and mail.
    """

    name: str = ""
    business: str = ""
    brands: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


class Consent(Struct, frozen=True):
    """What is on record of one purpose: the person has agreed, or has taken it back.

    `at` is when the person said so, in microseconds since 1970. See `tactful consent`.
    """

    channel: str
    purpose: str
    given: bool
    at: Instant
    source: str = ""
    method: str = ""
    wording: str = ""
    evidence: str = ""


class Facts(TypedDict, total=False):
    """What the engine tells a policy of a message, beside the recipient's columns and values.

    `country` (ISO 3166) is the recipient's: what the row says, else that of the number. `locale` is
    the language of the text. `first`: the first message of this journey on this channel.
    `answering`: it answers what the person has just written, by the flow or by a person at a desk;
    `urgent`: the flow says so. `zones` are the time zones that the person may be in. `consents` is
    what is on record for this kind of channel, one of each purpose. `owner` is the campaign's, and
    `house`, `business`, `brands` and `domains` are what `[owner]` says.
    """

    purpose: str
    locale: str | None
    country: str | None
    campaign: str
    owner: str
    sender: str
    first: bool
    answering: bool
    urgent: bool
    zones: tuple[str, ...]
    consents: tuple[Consent, ...]
    house: str
    business: str
    brands: tuple[str, ...]
    domains: tuple[str, ...]
