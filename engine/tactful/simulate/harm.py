"""What a plan itself would do to its senders, as their observers see it: too many, too often."""

import msgspec

from tactful.guard.standing import Standing, worst
from tactful.runtime.ports import Finding
from tactful.store.rows import EventRow

Sender = tuple[str, str, str]  # observer, group, address


class Harm:
    """Notes the worst that each observer says of each sender while a campaign is rehearsed."""

    def __init__(self) -> None:
        self._said: dict[Sender, tuple[Standing, str]] = {}

    def watch(self, event: EventRow) -> None:
        """Take note of an event, if it tells of a sender."""
        if event.event != "standing" or not event.data:
            return
        told = msgspec.json.decode(event.data)
        standing: Standing = told.get("standing", "healthy")
        key = (told["by"], told["group"], told["sender"])
        before = self._said.get(key, ("healthy", ""))[0]
        if standing != before and worst((standing, before)) == standing:
            self._said[key] = standing, told.get("reason", "")

    def findings(self) -> list[Finding]:
        """Return a warning for every sender that the plan would harm."""
        return [
            Finding(
                "warning",
                "PL114",
                f"the plan itself would make {sender or 'the senders'} ({group}) {standing}, says "
                f"{observer}: {reason or 'it gives no reason'}",
                help="Go slower, or spread the campaign over more days or senders.",
            )
            for (observer, group, sender), (standing, reason) in self._said.items()
        ]
