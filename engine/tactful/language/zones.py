"""The time zones that a flow may name."""

from functools import cache

from tactful.language.reading import Wrong
from tactful.language.suggest import nearest
from tactful.language.tokens import Token
from tactful.zones import zone_names

RECIPIENT = "recipient"
"""The zone that stands for each person's own clock."""
RECIPIENT_TIME = "recipient time"
"""How a flow writes it."""


@cache
def zones() -> dict[str, str]:
    """Return the names of all zones (IANA), by their small letters."""
    return {name.lower(): name for name in zone_names()}


def known_zone(name: str) -> bool:
    """Return whether there is a time zone with exactly this name."""
    return zones().get(name.lower()) == name


def zone_named(token: Token) -> str:
    """Return the zone that a word names, its capitals mended. Raises `Wrong`."""
    zone = zones().get(token.text.lower())
    if zone is None:
        raise Wrong(
            f"there is no time zone named `{token.text}`",
            token,
            replacement=nearest(token.text, [*zones().values(), "recipient time"]),
            help=("Write `recipient time`, or a zone such as `Europe/Dublin`.",),
        )
    return zone
