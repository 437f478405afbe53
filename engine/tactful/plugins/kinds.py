"""The kinds of things that plugins supply: the hook of each, and what its objects must have."""

from msgspec import Struct


class Kind(Struct, frozen=True):
    """One kind. `noun` names it to people; `members` are what the engine uses of its objects."""

    hook: str
    noun: str
    members: tuple[str, ...]

    def lacks(self, supplied: object) -> list[str]:
        """Return the members that an object should have and has not."""
        return [member for member in self.members if not hasattr(supplied, member)]


CHANNELS = Kind(
    "tactful_channels",
    "channel",
    ("name", "media", "limits", "confirms_opt_out", "send", "reconcile", "check_sender", "cost"),
)
POLICIES = Kind("tactful_policies", "policy", ("name", "version", "check_flow", "check_message"))
THROTTLES = Kind("tactful_throttles", "throttle", ("name", "version", "at"))
OBSERVERS = Kind("tactful_observers", "observer", ("name", "version", "start", "load", "observe"))
AUDIENCES = Kind("tactful_audiences", "audience", ("name", "takes", "columns", "rows"))
DESKS = Kind("tactful_desks", "desk", ("name", "open"))
RUNTIMES = Kind("tactful_runtimes", "runtime", ("name", "begin", "deliver"))
WORDS = Kind("tactful_words", "word", ("phrase", "place"))

NAMED = (CHANNELS, POLICIES, THROTTLES, OBSERVERS, AUDIENCES, DESKS, RUNTIMES)
"""Kinds whose objects are found by name: over all plugins, a name is supplied once."""
