"""The kinds of things that plugins supply: the hook of each, and what its objects must have."""

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from tactful.language.vocabulary import Word, rule_for

_NAME = re.compile(r"[^\W\d_]\w*(?:[.\-]\w+)*")
_MEDIA = ("sms", "mms", "email", "voice", "chat")


def can_be_named(name: object) -> bool:
    """Say whether a flow can write a name without quotes."""
    return isinstance(name, str) and bool(_NAME.fullmatch(name))


def _no_problem(supplied: Any) -> str:
    return ""


def _of_channel(channel: Any) -> str:
    """Say what is wrong with what a channel says of itself: its engine would have no workers."""
    media = list(channel.media)
    if not media or not set(media) <= set(_MEDIA):
        return f"that carries {media!r:.100}, which should be some of {', '.join(_MEDIA)}"
    at_once, call_timeout = channel.limits.at_once, channel.limits.call_timeout
    if not (isinstance(at_once, int) and isinstance(call_timeout, int)):
        return f"whose limits are {channel.limits!r:.100}, which should be whole numbers"
    if at_once < 1 or call_timeout < 1:
        return f"whose limits are {channel.limits!r:.100}, which let nothing through"
    return ""


def _of_policy(policy: Any) -> str:
    """Say what is wrong with the channels on which a policy judges every campaign."""
    channels = list(getattr(policy, "applies_to", ()))
    if not set(channels) <= set(_MEDIA):
        return f"that applies to {channels!r:.100}, which should be some of {', '.join(_MEDIA)}"
    return ""


def _of_word(word: Any) -> str:
    if not (isinstance(word, type) and issubclass(word, Word)):
        return "that does not derive from `Word`"
    rule_for(word, "")
    return ""


class Kind(Struct, frozen=True):
    """One kind. `noun` names it to people; `members` are what the engine uses of its objects.

    `checks` says what else is wrong with one of them; it may raise.
    """

    hook: str
    noun: str
    members: tuple[str, ...]
    checks: Callable[[Any], str] = _no_problem

    def problem(self, supplied: Any) -> str:
        """Say why an object cannot be used; empty when it can. Raises what its members raise."""
        lacks = [member for member in self.members if not hasattr(supplied, member)]
        if lacks:
            return f"{self.a} without {', '.join(lacks)}"
        if "name" in self.members and not can_be_named(supplied.name):
            return f"{self.a} called {supplied.name!r:.50}, which no flow can write"
        problem = self.checks(supplied)
        return f"{self.a} {problem}" if problem else ""

    @property
    def a(self) -> str:
        """The noun with its article."""
        return f"{'an' if self.noun[0] in 'aeiou' else 'a'} {self.noun}"


CHANNELS = Kind(
    "tactful_channels",
    "channel",
    ("name", "media", "limits", "confirms_opt_out", "send", "reconcile", "check_sender", "cost"),
    _of_channel,
)
POLICIES = Kind(
    "tactful_policies",
    "policy",
    ("name", "version", "check_flow", "check_message"),
    _of_policy,
)
THROTTLES = Kind("tactful_throttles", "throttle", ("name", "version", "at"))
OBSERVERS = Kind("tactful_observers", "observer", ("name", "version", "start", "load", "observe"))
AUDIENCES = Kind("tactful_audiences", "audience", ("name", "takes", "columns", "rows"))
DESKS = Kind("tactful_desks", "desk", ("name", "open"))
RUNTIMES = Kind("tactful_runtimes", "runtime", ("name", "begin", "deliver"))
WORDS = Kind("tactful_words", "word", ("phrase", "place"), _of_word)

NAMED = (CHANNELS, POLICIES, THROTTLES, OBSERVERS, AUDIENCES, DESKS, RUNTIMES)
"""Kinds whose objects are found by name: over all plugins, a name is supplied once."""
