"""The policy `links`: no message leads to a known phishing site, or to one that imitates ours."""

from collections.abc import Iterable

from tactful.plugins import PluginHost, hookimpl
from tactful_links.policy import LinksPolicy
from tactful_links.settings import LinksSettings

__all__ = ["LinksPolicy", "LinksSettings"]

tactful_api = 1


@hookimpl
def tactful_policies(host: PluginHost) -> Iterable[LinksPolicy]:
    """Supply the policy. Raises `ConfigInvalid` when a list cannot be read."""
    return (LinksPolicy(host.settings(LinksSettings), host.config_folder),)
