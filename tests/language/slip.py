"""One slip of somebody who writes a flow."""

from typing import NamedTuple

from tests.language.flows import changed


class Slip(NamedTuple):
    """A slip, the code of its message, and a part of the line that the message is about."""

    name: str
    old: str
    new: str
    code: str
    at: str

    @property
    def text(self) -> str:
        """The whole flow with the slip in it."""
        return changed(self.old, self.new)
