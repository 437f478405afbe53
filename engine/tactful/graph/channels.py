"""Channels: which belong together, and by which address each reaches a person."""

PACE_GROUP = {"sms": "text", "mms": "text", "email": "email", "voice": "voice", "chat": "chat"}
"""Channel → the group that shares its pace, in which a reply answers and an opt-out counts.

SMS and MMS come from one number: to the person they are one conversation.
"""

ADDRESSED_BY = {"sms": "phone", "mms": "phone", "voice": "phone", "email": "email", "chat": "key"}
"""Channel → which of a recipient's addresses it uses."""


def group_of(channel: str) -> str:
    """Return the group of a channel; one that is not known is a group of its own."""
    return PACE_GROUP.get(channel, channel)


def channels_of(group: str) -> tuple[str, ...]:
    """Return the channels of a group."""
    return tuple(name for name, its in PACE_GROUP.items() if its == group) or (group,)
