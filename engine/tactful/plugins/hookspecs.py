"""Every hook that a plugin may implement.

Hooks register: each is called once for each plugin, when Tactful starts, and returns objects. The
engine then calls the objects' own methods; it keeps their order, their time limits, and one's
failure from the others. Each object carries its own name; two plugins that supply one name are an
error. A hook that raises switches its plugin off, and stops only what needs it.

All hooks take one argument, `host`, by position or not at all. They must not touch the network or
write files: `check` calls them too. An object that holds something open may have a method
`async def aclose(self)`, which is called when Tactful stops.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

from tactful.plugins.host import PluginHost

if TYPE_CHECKING:
    from tactful.guard.standing import Observer
    from tactful.guard.strategies import Strategy
    from tactful.language.vocabulary import Word
    from tactful.runtime.ports import AudienceReader, Channel, Desk, Policy, Runtime

PROJECT = "tactful"
API = 1
"""The version of these hooks. A plugin made for a newer one says so by `tactful_api = 2`."""
OLDEST_API = 1
"""The oldest version that plugins may be made for."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def tactful_channels(host: PluginHost) -> "Iterable[Channel]":
    """Supply ways to send: what `through NAME` in a flow names.

    One object may carry several media. Since 0.1.
    """


@hookspec
def tactful_policies(host: PluginHost) -> "Iterable[Policy]":
    """Supply checks of campaigns and of every rendered message: what `policy NAME` names.

    A policy that raises, or takes too long, refuses the message. Verdicts must not depend on the
    order of policies: a refusal of any one wins. Since 0.1.
    """


@hookspec
def tactful_throttles(host: PluginHost) -> "Iterable[Strategy]":
    """Supply ways of keeping a pace: what `throttle using NAME` names. They are pure. Since 0.1."""


@hookspec
def tactful_observers(host: PluginHost) -> "Iterable[Observer]":
    """Supply ways of judging a sender's standing: what `watch using NAME` names.

    They are pure. Since 0.1.
    """


@hookspec
def tactful_audiences(host: PluginHost) -> "Iterable[AudienceReader]":
    """Supply sources of recipients: what `audience from NAME` names. Since 0.1."""


@hookspec
def tactful_words(host: PluginHost) -> "Iterable[type[Word]]":
    """Supply settings and steps of the language, as pydantic models.

    They exist in a flow that says `use NAME MAJOR`, with the plugin's name and main version. Words
    are attributed to their plugin, so two plugins may have one phrase. Since 0.1.
    """


@hookspec
def tactful_desks(host: PluginHost) -> "Iterable[Desk]":
    """Supply places to which hand-offs are passed on, besides the built-in inbox. Since 0.1."""


@hookspec
def tactful_runtimes(host: PluginHost) -> "Iterable[Runtime]":
    """Supply places where journeys run beyond one machine. Since 0.1."""
