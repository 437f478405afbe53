"""Which channels belong together, and what their pace is unless a flow says otherwise."""

from tactful.values import MINUTE, Duration, Rate

PACE_GROUP = {"sms": "text", "mms": "text", "email": "email", "voice": "voice", "chat": "chat"}
"""Channel → the group that shares its pace, and that an opt-out covers."""

ADDRESSED_BY = {"sms": "phone", "mms": "phone", "voice": "phone", "email": "email", "chat": "key"}
"""Channel → which of a recipient's addresses it uses."""

GUARD_RAIL = Rate(10, Duration(5 * MINUTE))
"""At most this many messages per campaign and pace group, whatever nobody said."""


def group_of(channel: str) -> str:
    """Return the pace group of a channel; one that is not known is a group of its own."""
    return PACE_GROUP.get(channel, channel)


def channels_of(group: str) -> tuple[str, ...]:
    """Return the channels of a pace group."""
    return tuple(name for name, its in PACE_GROUP.items() if its == group) or (group,)


def default_rate(group: str) -> Rate | None:
    """Return the pace of a group that no flow has set; chat has none."""
    return None if group == "chat" else GUARD_RAIL
