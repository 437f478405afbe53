"""The consent book: who has agreed to what, for a house that sends only with a record."""

from collections.abc import Iterable

from tactful.graph.channels import group_of
from tactful.guard.folding import fold
from tactful.store.rows import ConsentRow


class ConsentBook:
    """Consent by address, channel group and purpose; the newest record of each counts.

    All spellings of an address share it.
    """

    def __init__(self, records: Iterable[ConsentRow] = ()) -> None:
        self._given: dict[str, set[tuple[str, str]]] = {}
        for record in records:
            self._note(record)

    def renew(self, address: str, records: Iterable[ConsentRow]) -> None:
        """Take over what the store has of one address."""
        self._given.pop(fold(address), None)
        for record in records:
            self._note(record)

    def has(self, address: str, channel: str, purpose: str) -> bool:
        """Whether there is consent now."""
        return (group_of(channel), purpose) in self._given.get(fold(address), ())

    def _note(self, record: ConsentRow) -> None:
        given = self._given.setdefault(fold(record.address), set())
        what = (group_of(record.channel), record.purpose)
        if record.given:
            given.add(what)
        else:
            given.discard(what)
