"""What the pace of a group of channels is unless a flow says otherwise."""

from tactful.values import MINUTE, Duration, Rate

GUARD_RAIL = Rate(10, Duration(5 * MINUTE))
"""At most this many messages per campaign and pace group, whatever nobody said."""


def default_rate(group: str) -> Rate | None:
    """Return the pace of a group that no flow has set; chat has none."""
    return None if group == "chat" else GUARD_RAIL
