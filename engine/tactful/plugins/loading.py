"""Imports one plugin and asks it once for everything it supplies; a failure stays with the plugin.

A slip of the plugin's author which would make a hook silently supply nothing is no such failure: it
is raised.
"""

import traceback
from collections.abc import Iterable, Mapping
from typing import Any

import pluggy

from tactful.errors import PluginInvalid, TactfulError
from tactful.language.suggest import nearest
from tactful.plugins import hookspecs
from tactful.plugins.discovery import Candidate
from tactful.plugins.host import PluginHost
from tactful.plugins.kinds import NAMED, WORDS, Kind

_HOOKS = tuple(kind.hook for kind in (*NAMED, WORDS))


class Failed(Exception):
    """A plugin cannot be used. Its text says why, for people."""


def load(candidate: Candidate) -> object:
    """Import a plugin. Raises `Failed` when it cannot be imported or is made for newer hooks."""
    try:
        plugin = candidate.load()
    except (Exception, SystemExit) as error:
        raise Failed(f"it cannot be imported: {_last_line(error)}") from error
    api = api_of(plugin)
    if not isinstance(api, int):
        raise Failed(f"its tactful_api is {api!r:.50}, and should be a whole number")
    if api > hookspecs.API:
        raise Failed(
            f"it is made for hooks of version {api}; this Tactful has {hookspecs.API}: "
            "install a newer Tactful"
        )
    if api < hookspecs.OLDEST_API:
        raise Failed(
            f"it is made for hooks of version {api}; this Tactful takes {hookspecs.OLDEST_API} "
            f"to {hookspecs.API}: install a newer version of the plugin"
        )
    return plugin


def api_of(plugin: object) -> Any:
    """Return the version of the hooks that a plugin is made for; it may be any nonsense."""
    try:
        return getattr(plugin, "tactful_api", hookspecs.API)
    except Exception as error:
        raise Failed(f"its tactful_api cannot be read: {_last_line(error)}") from error


def ask(candidate: Candidate, plugin: object, host: PluginHost) -> Mapping[Kind, list[Any]]:
    """Return what a plugin supplies, by kind. Raises `Failed`, or `PluginInvalid` for a slip."""
    hooks = _hooks_of(candidate, plugin)
    return {kind: _supplied(kind, hooks, host) for kind in (*NAMED, WORDS)}


def _hooks_of(candidate: Candidate, plugin: object) -> pluggy.HookRelay:
    """Return callers of this plugin's hooks alone, so that each answer is known to be its own."""
    name = candidate.name
    for hook in _HOOKS:
        made = getattr(plugin, hook, None)
        if made is not None and not hasattr(made, "tactful_impl"):
            raise PluginInvalid(f"the plugin `{name}` has {hook} without @hookimpl above it")
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(plugin, name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginInvalid(
            f"the plugin `{name}` does not fit the hooks: {' '.join(str(error).split())}",
            help=_meant(plugin),
        ) from error
    except Exception as error:
        raise Failed(f"its hooks cannot be read: {_last_line(error)}") from error
    return manager.hook


def _meant(plugin: object) -> str:
    guesses = {
        hook: nearest(hook, _HOOKS)
        for hook in dir(plugin)
        if hasattr(getattr(plugin, hook), "tactful_impl") and hook not in _HOOKS
    }
    return " ".join(f"For `{hook}`, did you mean `{guess}`?" for hook, guess in guesses.items())


def _supplied(kind: Kind, hooks: pluggy.HookRelay, host: PluginHost) -> list[Any]:
    try:
        hook = getattr(hooks, kind.hook)
        # pluggy leaves out who returns None, which is mostly a forgotten `return`.
        answers = hook(host=host) or [None] * len(hook.get_hookimpls())
        supplied = [one for answer in answers for one in _many(kind, answer)]
        for one in supplied:
            if problem := kind.problem(one):
                raise Failed(f"{kind.hook} supplies {problem}")
    except (Exception, SystemExit) as error:
        if isinstance(error, Failed):
            raise
        if isinstance(error, TactfulError):
            raise Failed(_told(error)) from error
        raise Failed(f"{kind.hook} failed: {_last_line(error)}") from error
    return supplied


def _many(kind: Kind, answer: Any) -> Iterable[Any]:
    if isinstance(answer, str) or not isinstance(answer, Iterable):
        raise TypeError(f"it must return a list of {kind.noun} objects, and returned {answer!r}")
    return answer


def _last_line(error: BaseException) -> str:
    return traceback.format_exception_only(error)[-1].strip()


def _told(error: TactfulError) -> str:
    """Return what an error of ours says, in whole sentences."""
    sentences = [*error.message.splitlines(), error.help]
    return " ".join(f"{one.strip().rstrip('.')}." for one in sentences if one.strip())
