"""Addresses that are no good: what a channel or a provider says so of gets nothing more."""

from tactful.graph.channels import ADDRESSED_BY, group_of
from tactful.runtime.active import Live
from tactful.runtime.hand import Hand
from tactful.runtime.opengroup import OpenGroup
from tactful.store.rows import SendRow, SuppressionRow
from tactful.values import Instant


class GoneAddresses:
    """Suppresses addresses in the store and in hand, each once."""

    def __init__(self, group: OpenGroup, hand: Hand) -> None:
        self._group = group
        self._hand = hand

    def suppress(self, live: Live, row: SendRow, reason: str, now: Instant) -> None:
        """Write no more to the address of a send that is no good."""
        group = group_of(row.channel)
        known = live.addresses.get(ADDRESSED_BY.get(row.channel, "key"))
        if known is not None and group in known.suppressed:
            return
        self._group.rows.suppressions.append(
            SuppressionRow(row.to, group, now, f"address gone: {reason}".rstrip(": ")[:200])
        )
        self._hand.suppress(row.to, group)
        self._group.log(live, "signal", now, row, kind="address gone", reason=reason or None)
