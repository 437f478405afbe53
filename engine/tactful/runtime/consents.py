"""The consent ledger: who has agreed to what, who has taken it back, and what new records change.

Of two records of one address, channel group and purpose the later one counts, in whatever order
they came. The end of a consent for `all` covers every purpose of the group.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import astuple, replace

from tactful.graph.channels import group_of
from tactful.guard.folding import fold
from tactful.runtime.facts import Consent
from tactful.store.contract import Group
from tactful.store.rows import ConsentRow, SuppressionRow, in_folded_form
from tactful.values import Instant

ALL = "all"
"""The purpose of an end that covers every purpose."""

Scope = Literal["all", "purpose"]
"""What a person takes back who takes back one purpose."""

Place = tuple[str, str]
"""An address, folded, and a group of channels."""


class ConsentBook:
    """Consent by address, channel group and purpose. All spellings of an address share it.

    `required`: the house sends only with a record.
    """

    def __init__(self, records: Iterable[ConsentRow] = ()) -> None:
        self._newest: dict[str, dict[tuple[str, str], ConsentRow]] = {}
        self.required = False
        self.fill(records, required=False)

    def fill(self, records: Iterable[ConsentRow], *, required: bool) -> None:
        """Take over what a store has, and whether the house sends only with a record."""
        self.required = required
        for record in records:
            self._note(record)

    def renew(self, address: str, records: Iterable[ConsentRow]) -> None:
        """Take over what the store has of one address."""
        self._newest.pop(fold(address), None)
        for record in records:
            self._note(record)

    def has(self, address: str, channel: str, purpose: str) -> bool:
        """Whether there is consent now."""
        group, known = group_of(channel), self._newest.get(fold(address), {})
        record, end = known.get((group, purpose)), known.get((group, ALL))
        return record is not None and record.given and (end is None or end.at < record.at)

    def of(self, address: str, channel: str) -> tuple[Consent, ...]:
        """Return what is known of an address on a group of channels, one of each purpose."""
        known = self._newest.get(fold(address)) if self._newest else None
        group = group_of(channel)
        return tuple(
            Consent(
                row.channel,
                purpose,
                self.has(address, channel, purpose),
                row.at,
                row.source,
                row.method,
                row.wording,
                row.evidence,
            )
            for (its, purpose), row in (known or {}).items()
            if its == group
        )

    def end(self, address: str, channel: str, purpose: str) -> ConsentRow | None:
        """Return how a person has taken back this one purpose, if so."""
        known = self._newest.get(fold(address)) if self._newest else None
        record = known.get((group_of(channel), purpose)) if known else None
        return record if record is not None and not record.given else None

    def _note(self, record: ConsentRow) -> None:
        newest = self._newest.setdefault(fold(record.address), {})
        what = (group_of(record.channel), record.purpose)
        known = newest.get(what)
        if known is None or known.at <= record.at:
            newest[what] = record


# ---- what new records change --------------------------------------------------------------------


class ConsentChanges(Struct, frozen=True):
    """What new records add to a store. `lift` holds (address, group)."""

    rows: tuple[ConsentRow, ...]
    suppress: tuple[SuppressionRow, ...]
    lift: tuple[Place, ...]

    def group(self) -> Group:
        """Return the changes as a store takes them."""
        return Group(consents=[*self.rows], suppressions=[*self.suppress], lifted=[*self.lift])


def is_proof(record: ConsentRow) -> bool:
    """Return whether a record proves a consent: it says how we know, and how it was given."""
    return record.given and bool(record.source and record.method)


def changes(
    known: Sequence[ConsentRow],
    opt_outs: Sequence[SuppressionRow],
    new: Iterable[ConsentRow],
    scope: Scope,
) -> ConsentChanges:
    """Return what new records change, beside those that are known and the opt-outs in force.

    What came before changes nothing. An end for all purposes is an opt-out, unless the person has
    agreed again since; a consent lifts an opt-out that is older, if it is proof.
    """
    seen = {_identity(row) for row in known}
    fresh: dict[tuple[object, ...], ConsentRow] = {}
    for record in new:
        row = in_folded_form(record)
        if not row.given and scope == "all":
            row = replace(row, purpose=ALL)
        if _identity(row) not in seen:
            fresh.setdefault(_identity(row), row)
    rows = sorted(fresh.values(), key=lambda row: row.at)
    agreed: defaultdict[Place, list[Instant]] = defaultdict(list)
    for row in (*known, *rows):
        if is_proof(row):
            agreed[_place(row)].append(row.at)
    before = {(row.address, row.group): row for row in opt_outs}
    after = dict(before)
    for row in rows:
        place = _place(row)
        if not row.given and row.purpose == ALL:
            if not any(at > row.at for at in agreed[place]):
                after.setdefault(place, SuppressionRow(*place, row.at, row.source))
        elif is_proof(row) and place in after and after[place].at < row.at:
            del after[place]
    return ConsentChanges(
        tuple(rows),
        tuple(row for place, row in after.items() if before.get(place) is not row),
        tuple(place for place, row in before.items() if after.get(place) is not row),
    )


def _identity(row: ConsentRow) -> tuple[object, ...]:
    """Return all that a record says, but for who noted it."""
    return astuple(replace(in_folded_form(row), who=""))


def _place(row: ConsentRow) -> Place:
    return fold(row.address), group_of(row.channel)
