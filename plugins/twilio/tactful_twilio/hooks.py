"""Our own public addresses, as Twilio is told them."""

from collections.abc import Callable
from urllib.parse import quote

HookUrl = Callable[[str], str | None]
"""Returns the public address of one of our routes; None when nobody outside can reach us."""


class Hooks:
    """The addresses that Twilio calls, each with the attempt that it belongs to.

    The attempt stands in the query, which Twilio's signature covers: so a report tells of its
    message also when the answer to the request that created it was lost.
    """

    def __init__(self, hook_url: HookUrl) -> None:
        self._hook_url = hook_url

    @property
    def public(self) -> bool:
        """Whether Twilio can reach us."""
        return self._hook_url("") is not None

    def of_attempt(self, path: str, attempt: str) -> str | None:
        """Return the address of a route for one attempt."""
        address = self._hook_url(path)
        return None if address is None else f"{address}?attempt={quote(attempt, safe='')}"

    def below(self, path: str) -> str | None:
        """Return the address of a route, or of something below it."""
        return self._hook_url(path)
