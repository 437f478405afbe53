"""How plugins are found, ordered and isolated, and what their authors import."""

from tactful.plugins.hookspecs import API, hookimpl
from tactful.plugins.host import PluginHost
from tactful.plugins.secrets import Secret

__all__ = ["API", "PluginHost", "Secret", "hookimpl"]
