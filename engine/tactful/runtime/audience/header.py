"""Finds the columns that a flow names among those that its audience has."""

from collections.abc import Sequence

from tactful.errors import AudienceInvalid
from tactful.language.suggest import nearest


class Header:
    """The names of an audience's columns. Capitals, spaces and underscores matter only in doubt."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._folded: dict[str, list[str]] = {}
        for name in names:
            self._folded.setdefault(_fold(name), []).append(name)

    def find(self, name: str) -> str | None:
        """Return the column that is meant by a name, as the audience writes it; None: not there.

        Raises `AudienceInvalid` when more than one may be meant.
        """
        exact = self._names.count(name)
        if exact == 1:
            return name
        alike = self._folded.get(_fold(name), [])
        if exact > 1 or len(alike) > 1:
            raise AudienceInvalid(
                f"the audience has more than one column `{name}`",
                help=f"Give each column a name of its own; found are {_list(alike)}.",
            )
        return alike[0] if alike else None

    def require(self, name: str) -> str:
        """Return the column that is meant by a name. Raises `AudienceInvalid` also without one."""
        found = self.find(name)
        if found is None:
            raise AudienceInvalid(f"the audience has no column `{name}`", help=self._mend(name))
        return found

    def find_or_do_without(self, name: str) -> str | None:
        """Return the column that is meant by a name, or None when it can be done without.

        Raises `AudienceInvalid` when a column looks like it: a slip must not pass for an absence.
        """
        found = self.find(name)
        if found is None and self._nearest(name):
            return self.require(name)
        return found

    def _nearest(self, name: str) -> str | None:
        guess = nearest(_fold(name), [known for known in self._folded if known])
        return self._folded[guess][0] if guess else None

    def _mend(self, name: str) -> str:
        guess = self._nearest(name)
        return f"Did you mean `{guess}`?" if guess else f"Its columns are {_list(self._names)}."


def _fold(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:20] if name)
    return f"{shown} and {len(names) - 20} more" if len(names) > 20 else shown or "none"
