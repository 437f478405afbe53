"""Observers of the standing of senders: texts, e-mail, calls, chat, and repetition over senders."""

from collections.abc import Iterable

from tactful.guard.standing import Observer
from tactful.plugins import PluginHost, hookimpl
from tactful_observers.media import watchers
from tactful_observers.repetition import RepetitionWatcher
from tactful_observers.settings import ObserverSettings

__all__ = ["ObserverSettings", "RepetitionWatcher", "watchers"]


@hookimpl
def tactful_observers(host: PluginHost) -> Iterable[Observer]:
    """Supply an observer for every medium, and one that looks over all senders of texts."""
    settings = host.settings(ObserverSettings)
    return (*watchers(settings), RepetitionWatcher(settings.repetition))
